//! What a hook answers, and what is durable by then.

use http::Method;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::workflows::{made, path_of, waiting};
use super::{listening, paths, received};

const TEST: &str = r#"{"status":"Success: test request received"}"#;

#[tokio::test]
async fn a_listening_hook_answers_an_id_and_one_internal_event_is_there() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    for path in paths(&workflow) {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let answer = app.call(method, &path).token("").json(&json!({"a": 1})).send().await.expect(200);
            let mut body = answer.json();
            let id = body["id"].take();
            assert_eq!(
                body,
                json!({"status": "Success: request sent to trigger execution server", "id": null})
            );
            assert_eq!(id.as_str().map(str::len), Some(20));
            let events = app.new_events().await;
            let [(kind, record, payload)] = events.as_slice() else { panic!("{events:?}") };
            assert_eq!(kind, "InboundWebhook");
            assert!(path.contains(record.as_str()));
            let named = json!({"hookId": record, "workflowId": workflow["id"], "requestId": id});
            assert_eq!(*payload, named, "the event names the request and does not hold it");
        }
    }
    assert_eq!(received(&app, &workflow).await.len(), 6);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_listening_answers_as_a_test_and_starts_nothing() {
    let app = TestApp::start().await;
    let draft = made(&app, &waiting()).await;
    let published = listening(&app).await;
    let [guide, today] = paths(&published);
    let company = app.agency.company.company_id().as_str();
    let location = app.agency.location.location_id().as_str();
    let foreign = [
        guide.replace(company, app.other.company.company_id().as_str()),
        guide.replace(&format!("?company_id={company}"), ""),
        today.replace(location, app.agency.second.location_id().as_str()),
        format!("/v1/hooker/XXXXX?company_id={company}"),
        "/v1/hooker/%01?company_id=%01".to_owned(),
        format!("/hooks/{location}/webhook-trigger/00000000-0000-4000-8000-000000000000"),
    ];
    for path in paths(&draft).into_iter().chain(foreign) {
        let answer = app.post(&path).token("").json(&json!({"a": 1})).send().await.expect(200);
        assert_eq!(answer.body, TEST, "{path}");
    }
    app.run_until_idle().await;
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
    assert_eq!(received(&app, &published).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_hook_listens_from_publishing_on() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let [guide, _] = paths(&workflow);
    app.post(&guide).token("").send().await.expect(200);
    app.post(&format!("{}/publish", path_of(&workflow))).send().await.expect(200);
    app.post(&guide).token("").json(&json!({"n": 1})).send().await.expect(200);
    assert_eq!(received(&app, &workflow).await, [json!({"n": 1})]);
}

#[tokio::test]
async fn filters_decide_which_requests_start_a_run() {
    let app = TestApp::start().await;
    let mut definition = waiting();
    definition["status"] = json!("published");
    let filter =
        |value: &str| json!([{"field": "inboundWebhookRequest.plan", "operator": "is", "value": value}]);
    definition["triggers"] = json!([
        {"id": "gold", "type": "inbound_webhook", "filters": filter("gold")},
        {"id": "also-gold", "type": "inbound_webhook", "filters": filter("GOLD")},
        {"id": "silver", "type": "inbound_webhook", "filters": filter("silver")}
    ]);
    let workflow = made(&app, &definition).await;
    let [guide, _] = paths(&workflow);
    for plan in ["gold", "silver", "bronze"] {
        app.post(&guide).token("").json(&json!({"plan": plan})).send().await.expect(200);
        app.run_until_idle().await;
        app.clock.advance(1);
    }
    let bodies = received(&app, &workflow).await;
    assert_eq!(
        bodies,
        [json!({"plan": "silver"}), json!({"plan": "gold"})],
        "gold fits twice and starts once"
    );
}
