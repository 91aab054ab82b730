//! `GET /leadhold/v1/files/{fileToken}/{fileName}`, and the form with files through the edge.

use leadhold_app::file_store::Draft;
use leadhold_app::{Config, files};
use leadhold_kernel::Error;
use leadhold_testkit::{Answer, Call, TestApp};
use serde_json::{Value, json};

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

/// An upload to the media library.
pub fn upload(app: &TestApp, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Call {
    app.post("/medias/upload-file").multipart(texts, files)
}

/// The path of a URL of ours.
pub fn path(url: &Value) -> String {
    let url = url.as_str().expect("a URL");
    url.strip_prefix(&Config::default().base_url).expect("a URL of this server").to_owned()
}

async fn uploaded(app: &TestApp, name: &str, content: &[u8]) -> String {
    path(&upload(app, &[], &[("file", name, content)]).send().await.expect(200).json()["url"])
}

async fn fetch(app: &TestApp, path: &str) -> Answer {
    app.get(path).token("").send().await
}

async fn blobs(app: &TestApp) -> usize {
    use futures_util::TryStreamExt;
    let names = app.app.world.files.made_on(app.app.world.clock.now()).try_collect::<Vec<_>>().await;
    names.expect("the store lists").len()
}

#[tokio::test]
async fn a_picture_is_shown_and_cannot_run() {
    let app = TestApp::start().await;
    let path = uploaded(&app, "a b.png", PNG).await;
    let answer = fetch(&app, &path).await.expect(200);
    assert_eq!(answer.body, PNG);
    let headers: Vec<String> = [
        "content-type",
        "content-length",
        "content-disposition",
        "content-security-policy",
        "x-content-type-options",
        "cache-control",
        "accept-ranges",
    ]
    .map(|name| format!("{name}: {}", answer.header(name)))
    .to_vec();
    insta::assert_json_snapshot!(headers, @r#"
    [
      "content-type: image/png",
      "content-length: 29",
      "content-disposition: inline; filename*=UTF-8''a%20b.png",
      "content-security-policy: default-src 'none'; sandbox",
      "x-content-type-options: nosniff",
      "cache-control: public, max-age=86400, immutable",
      "accept-ranges: bytes"
    ]
    "#);
    let again =
        app.get(&path).token("").header("if-none-match", answer.header("etag")).send().await.expect(304);
    assert!(again.body.is_empty());
    let head = app.call(http::Method::HEAD, &path).token("").send().await.expect(200);
    assert!(head.body.is_empty() && head.header("content-length") == PNG.len().to_string());
}

#[tokio::test]
async fn what_a_browser_would_run_is_saved_as_bytes_whatever_it_is_called() {
    let app = TestApp::start().await;
    for (name, content) in [
        ("a.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.html", b"<html><script>alert(1)</script>"),
    ] {
        let answer = fetch(&app, &uploaded(&app, name, content).await).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/octet-stream", "{name}");
        assert!(answer.header("content-disposition").starts_with("attachment"), "{name}");
    }
    let text = fetch(&app, &uploaded(&app, "list.csv", b"name\n").await).await.expect(200);
    assert_eq!(text.header("content-type"), "text/csv; charset=utf-8");
    assert!(text.header("content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn parts_of_a_file_can_be_asked_for() {
    let app = TestApp::start().await;
    let path = uploaded(&app, "digits.txt", b"0123456789").await;
    let etag = fetch(&app, &path).await.header("etag").to_owned();
    let part = async |range: &str, condition: &str| {
        let answer =
            app.get(&path).token("").header("range", range).header("if-range", condition).send().await;
        let range = answer.header("content-range").to_owned();
        (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned(), range)
    };
    for (range, expected) in [
        ("bytes=2-4", (206, "234", "bytes 2-4/10")),
        ("bytes=7-", (206, "789", "bytes 7-9/10")),
        ("bytes=-2", (206, "89", "bytes 8-9/10")),
        ("bytes=8-99", (206, "89", "bytes 8-9/10")),
        ("bytes=0-1,4-5", (200, "0123456789", "")),
        ("lines=1-2", (200, "0123456789", "")),
        ("bytes=4-2", (200, "0123456789", "")),
    ] {
        let (status, body, at) = part(range, &etag).await;
        assert_eq!((status, body.as_str(), at.as_str()), expected, "{range}");
    }
    let (status, _, at) = part("bytes=10-", &etag).await;
    assert_eq!((status, at.as_str()), (416, "bytes */10"));
    assert_eq!(part("bytes=2-4", "\"another\"").await.0, 200, "the file is another one by now");
    let empty = uploaded(&app, "empty.txt", b"").await;
    assert_eq!(fetch(&app, &empty).await.expect(200).body.len(), 0);
}

#[tokio::test]
async fn a_url_that_nobody_was_given_leads_nowhere() {
    let app = TestApp::start().await;
    let path = uploaded(&app, "a.png", PNG).await;
    let guessed = path.replace("/a.png", "x/a.png");
    fetch(&app, &guessed).await.expect(404);
    fetch(&app, &path.replace("a.png", "any-name")).await.expect(200);
    let location = app.agency.location.location_id().clone();
    let close = format!("/locations/{location}?deleteTwilioAccount=false");
    app.delete(&close).token(&app.agency.token).send().await.expect(200);
    fetch(&app, &path).await.expect(404);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let app = TestApp::start().await;
    let send = async |kind: &str, body: &[u8]| {
        app.post("/medias/upload-file").body(kind, body.to_vec()).send().await.expect(400).json()["message"]
            .clone()
    };
    let form = "multipart/form-data; boundary=x";
    let no_form = send("application/json", b"{}").await;
    assert_eq!(no_form, "Send the body as multipart/form-data, and name its boundary in content-type.");
    for body in [
        &b""[..],
        b"nothing",
        b"--x\r\n",
        b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nab",
    ] {
        let refused = send(form, body).await;
        assert!(
            refused.as_str().is_some_and(|text| text.starts_with("The body is no multipart form")),
            "{refused}"
        );
    }
    let nul = b"--x\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\na\0b\r\n--x--\r\n";
    assert_eq!(send(form, nul).await, "name must be text in UTF-8 without U+0000.");
    let many = upload(&app, &[], &[("file", "a.png", PNG), ("more", "b.png", PNG)]).send().await.expect(400);
    assert_eq!(many.json()["message"], "A request may bring at most 1 files.");
    assert_eq!(blobs(&app).await, 0, "files of refused forms are gone");
    app.post("/medias/upload-file").token("pit-wrong").body(form, "x").send().await.expect(401);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_forgotten() {
    let app = TestApp::start().await;
    let large = vec![b'x'; 25 * 1024 * 1024 + 1];
    let refused = upload(&app, &[], &[("file", "large.bin", &large)]).send().await.expect(413).json();
    assert_eq!(refused["message"], "The file large.bin is larger than 26214400 bytes.");
    assert_eq!(blobs(&app).await, 0);
    upload(&app, &[], &[("file", "large.bin", &large[1..])]).send().await.expect(200);
    // A film may be larger: its first bytes say that it is one.
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &large].concat();
    let made = upload(&app, &[], &[("file", "film.bin", &film)]).send().await.expect(200).json();
    let answer = fetch(&app, &path(&made["url"])).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.body.len()), ("video/mp4", film.len()));
}

#[tokio::test]
async fn the_same_form_under_one_key_is_taken_once_whatever_its_boundary() {
    let app = TestApp::start().await;
    let send = async |name: &str, content: &[u8], boundary: &str| {
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.as_bytes(), content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let call = app.post("/medias/upload-file").header("idempotency-key", "one");
        call.body(&format!("multipart/form-data; boundary={boundary}"), body).send().await
    };
    let first = send("a.png", PNG, "one").await.expect(200);
    let again = send("a.png", PNG, "two").await.expect(200);
    assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
    send("b.png", PNG, "one").await.expect(409);
    send("a.png", b"other", "one").await.expect(409);
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_nothing_to_see_and_its_bytes_are_swept() {
    let app = TestApp::start().await;
    let kept = uploaded(&app, "kept.png", PNG).await;
    let world = &app.app.world;
    let bytes = bytes::Bytes::from_static(b"lost");
    let draft: Draft =
        world.files.save(world.clock.now(), world.random.as_ref(), "lost.txt", bytes).await.expect("a draft");
    let (here, cx) = (app.agency.location.clone(), world.cx());
    let before = app.database.content().await;
    let failed: Result<(), Error> = world
        .write(move |tx| {
            files::keep(tx, &cx, &here, &draft)?;
            Err(Error::bad_request("something else is wrong"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(app.database.content().await, before);
    assert_eq!(blobs(&app).await, 2);
    let day = 86_400_000;
    app.clock.advance(day);
    assert_eq!(files::sweep(world).await, Ok(0), "a request of yesterday may still be under way");
    app.clock.advance(2 * day);
    assert_eq!(files::sweep(world).await, Ok(1));
    assert_eq!(files::sweep(world).await, Ok(0));
    fetch(&app, &kept).await.expect(200);
}

#[tokio::test]
async fn a_refused_upload_says_every_fault_at_once() {
    let app = TestApp::start().await;
    let refused = upload(&app, &[("hosted", "perhaps"), ("foo", "1")], &[]).send().await.expect(422).json();
    assert_eq!(
        refused["message"],
        json!([
            "property foo should not exist",
            "hosted must be a boolean value",
            "file should not be empty"
        ])
    );
}
