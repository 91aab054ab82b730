//! Endpoints that are gone: switched off after five days, told about, and given what they missed.

use http::Method;
use leadhold_kernel::Clock;
use leadhold_testkit::{Receiver, TestApp};

use super::manage::{path_of, subscribed};
use super::*;

const DAY: i64 = 86_400_000;
const OUTBOX: &str = "/leadhold/v1/sandbox/outbox";

/// The first location's app, which hears of its own life at one receiver and of events at another.
async fn stage(app: &TestApp, main: &Receiver, hook: &Receiver, more: Value) -> Value {
    let registered = register(app, Kinds::Only(Vec::new()), "https://example.com/").await;
    install(app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    app.run_until_idle().await;
    let put = app.put(&format!("/leadhold/v1/apps/{}", registered.app_id)).token(&app.agency.token);
    put.json(&json!({ "webhookUrl": main.url, "name": "Listener" })).send().await.expect(200);
    subscribed(app, &registered, &hook.url, more).await
}

async fn state(app: &TestApp, made: &Value) -> Value {
    let read = app.get(&path_of(made)).token(&app.agency.token).send().await.expect(200);
    read.json()["subscription"].clone()
}

async fn count(app: &TestApp, state: &str) -> usize {
    let path = format!("/leadhold/v1/webhooks/deliveries?limit=100&state={state}");
    app.get(&path).send().await.expect(200).json()["deliveries"].as_array().expect("a list").len()
}

/// An event each half day, to a receiver that fails, for this many days.
async fn fail_for(app: &TestApp, hook: &Receiver, days: i64) {
    for half in 0..2 * days {
        for _ in 0..40 {
            hook.answer_next(500);
        }
        happen(app, EventKind::ContactCreate, &app.agency.location, json!({ "n": half })).await;
        for _ in 0..12 {
            app.run_until_idle().await;
            app.clock.advance(DAY / 24);
        }
    }
    hook.forget_answers();
}

#[tokio::test]
async fn after_five_days_of_failures_it_is_off_the_owner_is_told_and_one_call_replays_what_was_missed() {
    let (app, main, hook) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let made = stage(&app, &main, &hook, json!({})).await;
    app.new_events().await;
    let begin = app.clock.now();
    fail_for(&app, &hook, 5).await;
    assert_eq!(state(&app, &made).await["state"], "enabled");
    assert_eq!(state(&app, &made).await["failingSince"], begin.iso());
    let put = app.call(Method::PUT, "/leadhold/v1/company").token(&app.agency.token);
    put.json(&json!({ "email": "owner@example.com" })).send().await.expect(200);
    fail_for(&app, &hook, 1).await;

    let off = state(&app, &made).await;
    assert_eq!((&off["state"], &off["disabledReason"]), (&json!("disabled"), &json!("failing")));
    let told: Vec<Value> = main.requests().iter().map(leadhold_testkit::Received::json).collect();
    let [told] = &told[..] else { panic!("{told:?}") };
    insta::assert_json_snapshot!(told, {
        ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]", ".webhookId" => "[event]",
        ".sequence" => "[sequence]", ".subscriptionId" => "[subscription]", ".url" => "[url]",
    }, @r#"
    {
      "type": "WebhookEndpointDisabled",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-20T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": "[sequence]",
      "subscriptionId": "[subscription]",
      "url": "[url]",
      "failingSince": "2026-01-15T10:00:00.000Z",
      "disabledAt": "2026-01-20T10:00:00.000Z"
    }
    "#);
    let outbox = app.get(OUTBOX).token("").send().await.expect(200).json();
    let [notice] = &outbox["notices"].as_array().unwrap()[..] else { panic!("{outbox}") };
    assert_eq!((&notice["to"], &notice["state"]), (&json!("owner@example.com"), &json!("kept")));
    let text = notice["text"].as_str().unwrap();
    assert!(text.contains(&hook.url) && text.contains(&format!("{}/enable", path_of(&made))), "{text}");
    insta::assert_snapshot!(notice["subject"].as_str().unwrap(), @"Webhooks of Listener are switched off");

    // Events go on being recorded, and nothing is attempted.
    let attempts = hook.requests().len();
    for n in 100..103 {
        happen(&app, EventKind::ContactCreate, &app.agency.location, json!({ "n": n })).await;
    }
    app.clock.advance(2 * DAY);
    app.run_until_idle().await;
    assert_eq!(hook.requests().len(), attempts);
    assert_eq!(count(&app, "pending").await, 0, "what was pending is held when it falls due");
    assert!(count(&app, "held").await >= 3);

    let enable = app.post(&format!("{}/enable", path_of(&made))).token(&app.agency.token);
    let on = enable.json(&json!({ "replay": true })).send().await.expect(200).json();
    assert_eq!((&on["subscription"]["state"], &on["replays"]), (&json!("enabled"), &json!(true)));
    app.run_until_idle().await;
    let mut arrived: Vec<i64> =
        hook.requests()[attempts..].iter().map(|r| r.json()["n"].as_i64().unwrap()).collect();
    arrived.sort_unstable();
    let expected: Vec<i64> = (0..10).chain(0..2).chain(100..103).collect();
    let mut expected = expected;
    expected.sort_unstable();
    assert_eq!(arrived, expected, "also what had been given up");
    for left in ["held", "pending", "dead"] {
        assert_eq!(count(&app, left).await, 0, "{left}");
    }
    assert_eq!(state(&app, &made).await["failingSince"], Value::Null);
}

#[tokio::test]
async fn one_success_is_enough_to_stay_on() {
    let (app, main, hook) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let made = stage(&app, &main, &hook, json!({})).await;
    fail_for(&app, &hook, 4).await;
    create_contact(&app).await;
    assert_eq!(state(&app, &made).await["failingSince"], Value::Null);
    fail_for(&app, &hook, 4).await;
    assert_eq!(state(&app, &made).await["state"], "enabled");
    assert_eq!(main.requests().len(), 0);
}

#[tokio::test]
async fn who_switches_one_off_and_on_says_whether_to_replay() {
    let (app, main, hook) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let made = stage(&app, &main, &hook, json!({})).await;
    let patch =
        |body: Value| app.call(Method::PATCH, &path_of(&made)).token(&app.agency.token).json(&body).send();
    let off = patch(json!({ "state": "disabled" })).await.expect(200).json();
    assert_eq!(off["subscription"]["disabledReason"], "request");
    create_contact(&app).await;
    assert_eq!((count(&app, "held").await, hook.requests().len()), (1, 0));
    patch(json!({ "state": "enabled" })).await.expect(200);
    create_contact(&app).await;
    assert_eq!((count(&app, "held").await, hook.requests().len()), (1, 1), "what was held stays so");
    let enable = app.post(&format!("{}/enable", path_of(&made))).token(&app.agency.token);
    enable.json(&json!({ "replay": true })).send().await.expect(200);
    app.run_until_idle().await;
    assert_eq!((count(&app, "held").await, hook.requests().len()), (0, 2));
    assert_eq!(main.requests().len(), 0, "nobody has to be told");
    let wrong = app.post(&format!("{}/enable", path_of(&made))).token(&app.agency.token);
    wrong.json(&json!({ "replay": "all" })).send().await.expect(422);
}

#[tokio::test]
async fn what_an_ordered_one_missed_comes_in_order() {
    let (app, main, hook) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let made = stage(&app, &main, &hook, json!({ "ordered": true })).await;
    let patch =
        |body: Value| app.call(Method::PATCH, &path_of(&made)).token(&app.agency.token).json(&body).send();
    hook.answer_next(500);
    create_contact(&app).await;
    patch(json!({ "state": "disabled" })).await.expect(200);
    for n in 1..=5 {
        happen(&app, EventKind::ContactCreate, &app.agency.location, json!({ "n": n })).await;
    }
    app.clock.advance(DAY);
    app.run_until_idle().await;
    assert_eq!(count(&app, "held").await, 6);
    patch(json!({ "state": "enabled" })).await.expect(200);
    happen(&app, EventKind::ContactCreate, &app.agency.location, json!({ "n": 6 })).await;
    app.run_until_idle().await;
    let numbers: Vec<_> = hook.requests()[1..].iter().map(|r| r.json()["n"].as_i64()).collect();
    assert_eq!(numbers, [None, Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)]);
}

#[tokio::test]
async fn what_is_on_its_way_goes_to_the_url_that_was_corrected() {
    let (app, main, hook) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let made = stage(&app, &main, &hook, json!({})).await;
    hook.answer_next(404);
    create_contact(&app).await;
    let right = Receiver::start().await;
    let patch = app.call(Method::PATCH, &path_of(&made)).token(&app.agency.token);
    patch.json(&json!({ "url": right.url })).send().await.expect(200);
    app.clock.advance(5000);
    app.run_until_idle().await;
    assert_eq!((hook.requests().len(), right.requests().len()), (1, 1));
    assert_eq!(hook.requests()[0].body, right.requests()[0].body);
}

#[tokio::test]
async fn the_outbox_is_the_sandboxs() {
    let app = TestApp::with(leadhold_app::Config::default()).await;
    app.get(OUTBOX).token("").send().await.expect(403);
}
