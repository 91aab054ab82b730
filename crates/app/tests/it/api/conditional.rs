//! `ETag`, `If-None-Match` and `Last-Modified` on reads.

use leadhold_testkit::{Answer, TestApp};
use serde_json::json;

use super::contacts::make;

async fn again(app: &TestApp, path: &str, tag: &str) -> Answer {
    app.get(path).header("if-none-match", tag).send().await
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let paths = [format!("/contacts/{id}"), "/contacts".into(), "/opportunities/pipelines".into()];
    for path in &paths {
        let first = app.get(path).send().await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        assert_eq!(first.header("vary"), "authorization, version");
        for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
            let same = again(&app, path, &known).await.expect(304);
            assert_eq!(
                (std::str::from_utf8(&same.body).unwrap(), same.header("etag")),
                ("", tag.as_str()),
                "{path} {known}"
            );
            assert_eq!(same.header("content-type"), "", "{path}");
        }
        again(&app, path, "\"other\"").await.expect(200);
    }
}

#[tokio::test]
async fn every_change_changes_the_tag() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    let (one, list) = (format!("/contacts/{id}"), "/contacts");
    let tags = [app.get(&one).send().await, app.get(list).send().await].map(|a| a.header("etag").to_owned());
    app.put(&one).json(&json!({"firstName": "Grace"})).send().await.expect(200);
    let now = again(&app, &one, &tags[0]).await.expect(200);
    assert_eq!(now.json()["contact"]["firstName"], "Grace");
    let changed = again(&app, list, &tags[1]).await.expect(200).header("etag").to_owned();
    app.delete(&one).send().await.expect(200);
    again(&app, list, &changed).await.expect(200);
}

#[tokio::test]
async fn a_refusal_a_write_and_a_page_have_no_tag() {
    let app = TestApp::start().await;
    let refused =
        app.get("/contacts/ocQHyuzHvysMo5N5VsXc").header("if-none-match", "*").send().await.expect(400);
    assert_eq!(refused.header("etag"), "");
    let foreign = app.get("/contacts").token("pit-unknown").header("if-none-match", "*").send().await;
    foreign.expect(401);
    let created =
        app.post("/contacts").header("if-none-match", "*").json(&json!({"firstName": "Ada"})).send();
    assert_eq!(created.await.expect(201).header("etag"), "");
    let page = app.get("/login").header("if-none-match", "*").send().await.expect(200);
    assert_eq!(page.header("etag"), "");
}

#[tokio::test]
async fn a_list_says_when_its_newest_record_changed() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/contacts").send().await.expect(200).header("last-modified"), "");
    make(&app, json!({"firstName": "Ada"})).await;
    app.clock.advance(90_000);
    make(&app, json!({"firstName": "Grace"})).await;
    let list = app.get("/contacts").send().await.expect(200);
    assert_eq!(list.header("last-modified"), "Thu, 15 Jan 2026 10:01:30 GMT");
    // A date is too coarse to trust: it is told, and not believed.
    let since = app.get("/contacts").header("if-modified-since", list.header("last-modified")).send().await;
    since.expect(200);
}
