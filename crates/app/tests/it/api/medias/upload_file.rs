//! `POST /medias/upload-file`

use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;

use super::{PNG, list, owner, path, upload};

#[tokio::test]
async fn a_file_gets_a_name_and_a_folder() {
    let app = TestApp::start().await;
    let folder = super::folder(&app, "Logos", None).await;
    let texts =
        [("name", "New name.png"), ("parentId", &folder), ("hosted", "false"), ("altId", &owner(&app).1)];
    let made =
        upload(&app, &texts, &[("file", "old.png", PNG)]).version("v3").send().await.expect(200).json();
    assert!(made["fileId"].is_string() && made["url"].is_string(), "{made}");
    assert_eq!(list(&app, "type=file&fetchAll=true").await, ["Logos/New name.png"]);
    let nowhere =
        upload(&app, &[("parentId", "nowhere")], &[("file", "a.png", PNG)]).send().await.expect(400);
    assert_eq!(nowhere.json()["message"], "Folder with id nowhere not found");
    let elsewhere = app.agency.second.location_id().to_string();
    upload(&app, &[("altId", &elsewhere)], &[("file", "a.png", PNG)]).send().await.expect(403);
}

#[tokio::test]
async fn a_hosted_file_is_fetched_by_the_address_policy() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let hosted = async |url: &str, status: u16| {
        let texts = [("hosted", "true"), ("fileUrl", url)];
        upload(&app, &texts, &[]).send().await.expect(status).json()
    };
    let at = format!("{}/some/price%20list.txt", receiver.url);
    receiver.answer_next_with(302, vec![("location", "/moved/price%20list.txt".to_owned())]);
    let made = hosted(&at, 200).await;
    let requests: Vec<String> = receiver.wait_for(2).await.into_iter().map(|request| request.uri).collect();
    assert_eq!(requests, ["/some/price%20list.txt", "/moved/price%20list.txt"]);
    assert_eq!(list(&app, "type=file").await, ["price list.txt"]);
    app.get(&path(&made["url"])).token("").send().await.expect(200);
    receiver.answer_next(404);
    assert_eq!(hosted(&at, 400).await["message"], "fileUrl answered 404.");
    assert_eq!(hosted("no url", 422).await["message"], json!(["fileUrl must be a URL address"]));
    let refused = hosted("http://169.254.169.254/latest", 400).await;
    assert!(
        refused["message"].as_str().is_some_and(|text| text.starts_with("fileUrl cannot be fetched")),
        "{refused}"
    );
    let unnamed = upload(&app, &[("hosted", "true")], &[]).send().await.expect(422).json();
    assert_eq!(unnamed["message"], json!(["fileUrl should not be empty"]));
    assert_eq!(list(&app, "type=file").await.len(), 1);
}

/// A server that answers with a byte every four seconds, of a clock that runs on whenever everybody waits.
async fn dribbling() -> (String, tokio::task::JoinSet<()>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/slow.txt", listener.local_addr().expect("an address"));
    let mut serving = tokio::task::JoinSet::new();
    serving.spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut head).await.expect("a request"), 0);
        }
        tokio::time::pause();
        let mut next = &b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n"[..];
        for _ in 0..=50 {
            if stream.write_all(next).await.is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_secs(4)).await;
            next = b"x";
        }
    });
    (url, serving)
}

#[tokio::test]
async fn a_hosted_file_that_dribbles_is_given_up() {
    let app = TestApp::start().await;
    let (url, _serving) = dribbling().await;
    let texts = [("hosted", "true"), ("fileUrl", url.as_str())];
    let refused = upload(&app, &texts, &[]).send().await.expect(400).json();
    assert_eq!(refused["message"], "fileUrl cannot be fetched: it did not come in time.");
    tokio::time::resume();
    assert_eq!(list(&app, "type=file").await.len(), 0);
}
