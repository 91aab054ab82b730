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
