//! `Idempotency-Key`: a write that is sent twice is done once.

use http::Method;
use leadhold_app::Config;
use leadhold_app::http::contract::{Api, OPERATIONS, OperationRow};
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use crate::victim::Victim;

const DAY: i64 = 86_400_000;

async fn create(app: &TestApp, token: &str, key: &str, email: &str) -> Answer {
    let body = json!({"firstName": "Ada", "email": email});
    app.post("/contacts/").token(token).header("idempotency-key", key).json(&body).send().await
}

fn same(first: &Answer, again: &Answer) {
    let ours = |answer: &Answer| {
        (answer.status, answer.body.clone(), answer.headers.get_all("content-type").iter().count())
    };
    assert_eq!(ours(first), ours(again));
    assert_eq!(first.header("content-type"), again.header("content-type"));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
}

#[tokio::test]
async fn the_second_time_gets_the_answer_of_the_first_and_changes_nothing() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    let first = create(&app, &token, "k-1", "ada@example.com").await.expect(201);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate"]);
    let before = app.database.content().await;
    let again = create(&app, &token, "k-1", "ada@example.com").await;
    same(&first, &again);
    assert_ne!(first.header("x-trace-id"), again.header("x-trace-id"), "each request has its own trace");
    assert_eq!(again.header("x-ratelimit-remaining"), "98", "and is counted");
    assert_eq!(app.database.content().await, before);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    let without = json!({"firstName": "Ada", "email": "ada@example.com"});
    app.post("/contacts/").json(&without).send().await.expect(400);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    let first = create(&app, &token, "k-1", "ada@example.com").await.expect(201);
    let before = app.database.content().await;
    let refused = create(&app, &token, "k-1", "grace@example.com").await.expect(409);
    insta::assert_json_snapshot!(refused.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "This Idempotency-Key was used with another method, path, query, version or body within the last 24 hours. Send a new key with a new request.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    let body = json!({"firstName": "Ada", "email": "ada@example.com"});
    for call in [app.post("/contacts/?a=1"), app.post("/contacts"), app.post("/contacts/upsert")] {
        call.header("idempotency-key", "k-1").json(&body).send().await.expect(409);
    }
    let other_version = app.post("/contacts/").version("v3").header("idempotency-key", "k-1").json(&body);
    other_version.send().await.expect(409);
    assert_eq!(app.database.content().await, before);
    same(&first, &create(&app, &token, "k-1", "ada@example.com").await);
}

#[tokio::test]
async fn each_caller_has_keys_of_its_own() {
    let app = TestApp::start().await;
    let mut contacts = Vec::new();
    for token in [&app.agency.location_token, &app.agency.second_token, &app.other.location_token] {
        let made = create(&app, token, "k-1", "ada@example.com").await.expect(201);
        assert_eq!(made.header("idempotency-replayed"), "");
        contacts.push(made.json()["contact"]["id"].clone());
    }
    contacts.dedup();
    assert_eq!(contacts.len(), 3);
}

#[tokio::test]
async fn a_refusal_keeps_nothing() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    create(&app, &token, "first", "ada@example.com").await.expect(201);
    let before = app.database.content().await;
    create(&app, &token, "k-1", "ada@example.com").await.expect(400);
    create(&app, &token, "k-1", "no address").await.expect(422);
    assert_eq!(app.database.content().await, before);
    create(&app, &token, "k-1", "grace@example.com").await.expect(201);
}

#[tokio::test]
async fn a_day_later_the_key_is_forgotten_and_its_answer_swept() {
    let app = TestApp::start().await;
    let tag = async |key: &str, name: &str| {
        let path = format!("/locations/{}/tags", app.agency.location.location_id());
        app.post(&path).header("idempotency-key", key).json(&json!({ "name": name })).send().await
    };
    let kept = async || app.database.content().await["idempotency_keys"].len();
    let first = tag("k-1", "lead").await.expect(200);
    tag("k-2", "customer").await.expect(200);
    app.clock.advance(DAY - 1);
    same(&first, &tag("k-1", "lead").await);
    app.clock.advance(1);
    let other = tag("k-1", "other").await.expect(200);
    assert_eq!(other.header("idempotency-replayed"), "", "the same key is a new one");
    assert_eq!(kept().await, 1, "the other forgotten one is gone, too");
    same(&other, &tag("k-1", "other").await);
}

#[tokio::test]
async fn the_database_cannot_be_read_for_answers() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    create(&app, &token, "canary-key-5150", "canary5150@example.com").await.expect(201);
    let kept = app.database.content().await["idempotency_keys"].join("\n");
    assert!(!kept.contains("canary") && !kept.contains("Ada"), "{kept}");
    assert!(!kept.contains(&hex::encode("canary5150")), "{kept}");
}

#[tokio::test]
async fn an_answer_outlives_the_process() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    let first = create(&app, &token, "k-1", "ada@example.com").await.expect(201);
    let app = app.restart().await;
    same(&first, &create(&app, &token, "k-1", "ada@example.com").await);
    create(&app, &token, "k-1", "grace@example.com").await.expect(409);
}

/// The promise: one record and a hundred equal answers, whoever came first.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once_make_one_record() {
    let app = TestApp::start().await;
    let calls = (0..100).map(|_| create(&app, &app.agency.location_token, "k-1", "ada@example.com"));
    let answers = futures_util::future::join_all(calls).await;
    let first = &answers[0];
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == first.body));
    let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
    assert_eq!(replayed, 99);
    let content = app.database.content().await;
    assert_eq!((content["contacts"].len(), content["idempotency_keys"].len()), (1, 1));
    assert_eq!(app.new_event_kinds().await, ["ContactCreate"]);
}

fn writes_with_a_credential(row: &&OperationRow) -> bool {
    let credential = row.credentials.location || row.credentials.agency;
    row.served && credential && row.method != Method::GET
}

/// A body that each write takes. The fuzz test does the same for whatever it sees taken.
#[tokio::test]
async fn writes_of_every_kind_are_answered_again() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let here = format!("/locations/{}", app.agency.location.location_id());
    let workflow = crate::victim::workflow("http://127.0.0.1:9");
    let field = json!({"name": "Size", "dataType": "TEXT", "model": "contact"});
    let contact = twice(&app, Method::POST, "/contacts/", &json!({"email": "a@example.com"})).await;
    let contact = format!("/contacts/{}", contact["contact"]["id"].as_str().unwrap());
    let tag = twice(&app, Method::POST, &format!("{here}/tags"), &json!({"name": "lead"})).await;
    let tag = format!("{here}/tags/{}", tag["tag"]["id"].as_str().unwrap());
    let field = twice(&app, Method::POST, &format!("{here}/customFields"), &field).await;
    let field = format!("{here}/customFields/{}", field["customField"]["id"].as_str().unwrap());
    let made = twice(&app, Method::POST, "/leadhold/v1/workflows", &workflow).await;
    let made = format!("/leadhold/v1/workflows/{}", made["workflow"]["id"].as_str().unwrap());
    let tags = json!({"tags": ["one"]});
    for (method, path, body) in [
        (Method::PUT, contact.clone(), json!({"firstName": "Ada"})),
        (Method::POST, "/contacts/upsert".into(), json!({"email": "b@example.com"})),
        (Method::POST, format!("{contact}/tags"), tags.clone()),
        (Method::DELETE, format!("{contact}/tags"), tags),
        (Method::PUT, tag.clone(), json!({"name": "customer"})),
        (Method::PUT, field.clone(), json!({"name": "Length"})),
        (Method::PUT, made.clone(), workflow.clone()),
        (Method::POST, format!("{made}/publish"), json!({})),
        (Method::DELETE, contact, json!({})),
        (Method::DELETE, tag, json!({})),
        (Method::DELETE, field, json!({})),
    ] {
        twice(&app, method, &path, &body).await;
    }
}

async fn twice(app: &TestApp, method: Method, path: &str, body: &Value) -> Value {
    let key = format!("{method}-{path}");
    let call = || app.call(method.clone(), path).header("idempotency-key", &key).json(body).send();
    let first = call().await;
    assert!(first.status.is_success(), "{key}: {first:?}");
    let after = app.database.content().await;
    same(&first, &call().await);
    assert_eq!(app.database.content().await, after, "{key}");
    first.json()
}

/// Generated from the contract: no write forgets to look at the key.
#[tokio::test]
async fn every_write_refuses_a_key_that_is_none() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let victim = Victim::settle(&app).await;
    let before = app.database.content().await;
    let mut asked = 0;
    for row in OPERATIONS.iter().filter(writes_with_a_credential) {
        let (path, _) = victim.path(row.path, true);
        let token = if row.credentials.location { &app.agency.location_token } else { &app.agency.token };
        for bad in ["", "two words", &"x".repeat(256)] {
            let version = if row.apis == [Api::V3] { "v3" } else { "2021-07-28" };
            let call = app.call(row.method.clone(), &path).token(token).version(version);
            let call = call.header("idempotency-key", bad);
            let refused = call.json(&json!({})).send().await.expect(400).json();
            let message = refused["message"].as_str().unwrap_or_default();
            assert!(message.contains("Idempotency-Key"), "{}: {message}", row.key());
            asked += 1;
        }
    }
    assert!(asked >= 30, "the contract has writes: {asked}");
    assert_eq!(app.database.content().await, before);
    app.get("/contacts/").header("idempotency-key", "").send().await.expect(200);
}
