//! A request that is sent again.

use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::workflows::{made, waiting};
use super::{listening, paths, received};

#[tokio::test]
async fn each_name_that_senders_use_makes_a_request_happen_once() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    let names = [
        "Idempotency-Key",
        "X-Idempotency-Key",
        "webhook-id",
        "svix-id",
        "X-WC-Webhook-Delivery-ID",
        "X-GitHub-Delivery",
        "X-Shopify-Webhook-Id",
        "X-Event-Id",
    ];
    for (count, name) in names.into_iter().enumerate() {
        let send = || app.post(&guide).token("").header(name, "one").json(&json!({"n": count}));
        let first = send().send().await.expect(200);
        assert_eq!(first.header("idempotency-replayed"), "");
        for _ in 0..2 {
            let again = send().send().await.expect(200);
            assert_eq!(again.body, first.body, "{name}");
            assert_eq!(again.header("idempotency-replayed"), "true");
        }
        assert_eq!(app.new_event_kinds().await, ["InboundWebhook"], "{name}");
    }
    assert_eq!(received(&app, &workflow).await.len(), names.len());
}

#[tokio::test]
async fn many_at_once_are_one() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    let send = |_| app.post(&guide).token("").header("Idempotency-Key", "k").json(&json!({"a": 1})).send();
    let answers = futures_util::future::join_all((0..20).map(send)).await;
    let bodies: std::collections::BTreeSet<_> =
        answers.into_iter().map(|answer| answer.expect(200).body).collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(received(&app, &workflow).await, [json!({"a": 1})]);
}

#[tokio::test]
async fn a_key_is_its_hooks_for_a_day_and_for_one_request() {
    let app = TestApp::start().await;
    let (workflow, other) = (listening(&app).await, listening(&app).await);
    let ([guide, today], [elsewhere, _]) = (paths(&workflow), paths(&other));
    let send = |path: &str, body: Value| app.post(path).token("").header("Idempotency-Key", "k").json(&body);
    send(&guide, json!({"a": 1})).send().await.expect(200);
    send(&elsewhere, json!({"a": 1})).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await.len(), 2, "another hook has keys of its own");

    let before = app.database.content().await;
    let refused = send(&guide, json!({"a": 2})).send().await.expect(409).json();
    assert_eq!(
        refused["message"],
        "Another request came with this idempotency key within 24 hours, and was done."
    );
    send(&today, json!({"a": 1})).send().await.expect(409);
    assert_eq!(app.database.content().await, before);

    app.clock.advance(24 * 3_600_000 - 1);
    send(&guide, json!({"a": 1})).send().await.expect(200);
    assert!(app.new_event_kinds().await.is_empty(), "still the same");
    app.clock.advance(1);
    send(&guide, json!({"a": 1})).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["InboundWebhook"], "a day later it is a new one");
}

#[tokio::test]
async fn what_is_no_key_is_refused_and_a_refused_request_leaves_none() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    for key in ["", &"k".repeat(256)] {
        let call = app.post(&guide).token("").header("Idempotency-Key", key).json(&json!({}));
        let refused = call.send().await.expect(400).json();
        assert_eq!(refused["message"], "idempotency-key must have 1 to 255 visible ASCII characters.");
    }
    let send = || app.post(&guide).token("").header("Idempotency-Key", "k");
    send().body("application/json", "{").send().await.expect(400);
    send().json(&json!({"a": 1})).send().await.expect(200);
    assert_eq!(received(&app, &workflow).await, [json!({"a": 1})]);
}

#[tokio::test]
async fn a_test_is_repeated_as_a_test() {
    let app = TestApp::start().await;
    let draft = made(&app, &waiting()).await;
    let [guide, _] = paths(&draft);
    let send = || app.post(&guide).token("").header("webhook-id", "msg_1").json(&json!({"a": 1}));
    let first = send().send().await.expect(200);
    let again = send().send().await.expect(200);
    assert_eq!((first.body, again.header("idempotency-replayed")), (again.body.clone(), "true"));
    let path = format!("{}/hook/samples", super::super::workflows::path_of(&draft));
    let samples = app.get(&path).send().await.expect(200).json();
    assert_eq!(samples["samples"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_hook_that_is_called_too_often_says_when_to_come_again() {
    let app = TestApp::start().await;
    let (workflow, other) = (listening(&app).await, listening(&app).await);
    let ([guide, today], [elsewhere, _]) = (paths(&workflow), paths(&other));
    let shown = app.get(&format!("{}/hook", super::super::workflows::path_of(&workflow))).send().await.json();
    let hook = leadhold_kernel::Id::parse(shown["hook"]["id"].as_str().expect("an id")).expect("an id");
    let now = || leadhold_kernel::Clock::now(app.clock.as_ref());
    for _ in 0..leadhold_app::inbound_hooks::MOST {
        app.app.hook_pace.admit(&hook, now()).expect("there is room");
    }
    app.new_events().await;
    let refused = app.post(&today).token("").json(&json!({"a": 1})).send().await.expect(429);
    assert_eq!(refused.header("retry-after"), "61");
    assert_eq!(
        refused.json()["message"],
        "This hook takes 600 requests a minute. Wait 61 seconds, then send it again."
    );
    assert!(app.new_events().await.is_empty());
    app.post(&elsewhere).token("").send().await.expect(200);
    app.clock.advance(60_000);
    app.post(&guide).token("").send().await.expect(200);

    let unlimited = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    assert!(!unlimited.app.config.rate_limit);
}
