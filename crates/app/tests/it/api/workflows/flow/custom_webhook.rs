//! `custom_webhook`: a request whose answer the run waits for.

use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;

use super::{contact, enrol, story, workflow};

#[tokio::test]
async fn the_answer_is_there_for_later_steps() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    receiver.answer_next_json(&json!({"score": {"grade": "A"}}));
    let steps = json!([
        {"id": "ask", "type": "custom_webhook", "next": "use", "attributes": {
            "method": "PUT", "url": format!("{}/people/{{{{contact.id}}}}", receiver.url),
            "auth": {"type": "bearer", "token": "s3cret"}, "headers": {"X-Source": "crm"},
            "body": "{\"name\": \"{{contact.first_name}}\"}"}},
        {"id": "use", "type": "add_contact_tag", "attributes": {"tags": ["grade {{steps.ask.body.score.grade}}"]}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    insta::assert_snapshot!(story(&app, &workflow).await, @r#"
    finished
      ask {"status":200,"body":{"score":{"grade":"A"}}}
      use {"added":["grade a"],"tags":["grade a"]}
    "#);
    let request = &receiver.requests()[0];
    assert_eq!(request.uri, format!("/people/{ada}"));
    let shown = ["authorization", "content-type", "x-source"].map(|name| request.header(name));
    assert_eq!((request.method.as_str(), shown), ("PUT", ["Bearer s3cret", "application/json", "crm"]));
    assert_eq!(request.json(), json!({"name": "ada"}));
}

#[tokio::test]
async fn a_refusal_is_tried_again_under_the_same_key_and_then_shown() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    for status in [500, 503, 404] {
        receiver.answer_next(status);
    }
    let steps = json!([{"id": "ask", "type": "custom_webhook", "next": "on",
        "onError": {"retry": {"times": 2, "pause": {"value": 1, "unit": "minutes"}}, "then": "sorry"},
        "attributes": {"method": "GET", "url": format!("{}/x", receiver.url)}},
        {"id": "on", "type": "add_contact_tag", "attributes": {"tags": ["ok"]}},
        {"id": "sorry", "type": "add_contact_tag", "attributes": {"tags": ["sorry"]}}]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    for _ in 0..2 {
        app.clock.advance(120_000);
        app.run_until_idle().await;
    }
    let told = story(&app, &workflow).await.replace(&receiver.url, "http://receiver");
    insta::assert_snapshot!(told, @r#"
    finished
      ask "http://receiver/x answered 500."
      ask "http://receiver/x answered 503."
      ask "http://receiver/x answered 404."
      sorry {"added":["sorry"],"tags":["sorry"]}
    "#);
    let keys: Vec<String> =
        receiver.requests().iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0] && !key.is_empty()), "{keys:?}");
}

#[tokio::test]
async fn a_token_is_fetched_first_where_the_service_wants_one() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    receiver.answer_next_json(&json!({"access_token": "t0ken", "token_type": "Bearer"}));
    receiver.answer_next_json(&json!({"ok": true}));
    let steps = json!([{"id": "ask", "type": "custom_webhook", "attributes": {
        "method": "POST", "url": format!("{}/api", receiver.url), "contentType": "application/x-www-form-urlencoded",
        "body": {"who": "{{contact.email}}"},
        "auth": {"type": "oauth2", "tokenUrl": format!("{}/token", receiver.url), "clientId": "me",
                 "clientSecret": "s3cret"}}}]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    let requests = receiver.requests();
    let told: Vec<String> = requests
        .iter()
        .map(|r| format!("{} {} {}", r.uri, r.header("authorization"), String::from_utf8_lossy(&r.body)))
        .collect();
    insta::assert_debug_snapshot!(told, @r#"
    [
        "/token  grant_type=client_credentials&client_id=me&client_secret=s3cret",
        "/api Bearer t0ken who=ada%40example.com",
    ]
    "#);
    assert!(!story(&app, &workflow).await.contains("t0ken"));
}
