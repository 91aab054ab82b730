//! `/leadhold/v1/sandbox/faults`: what is wished to go wrong does, and nothing else.

use leadhold_app::Config;
use leadhold_app::conversations::Kind;
use leadhold_outbound::verify;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::advance;
use crate::api::conversations::{ada as ada_with_a_number, outbox, said, send};
use crate::api::webhooks::{create_contact, listen};

const FAULTS: &str = "/leadhold/v1/sandbox/faults";

async fn wish(app: &TestApp, rule: Value) -> Value {
    app.post(FAULTS).token("").json(&rule).send().await.expect(201).json()["fault"].clone()
}

async fn kept(app: &TestApp, fault: &Value) -> Value {
    let path = format!("{FAULTS}/{}", fault["id"].as_str().expect("an id"));
    app.get(&path).token("").send().await.expect(200).json()["fault"].clone()
}

fn contacts(app: &TestApp) -> String {
    format!("/contacts/?locationId={}", app.agency.location.location_id())
}

fn ada(app: &TestApp) -> Value {
    json!({ "locationId": app.agency.location.location_id(), "firstName": "Ada" })
}

#[tokio::test]
async fn a_rate_limit_strikes_as_often_as_it_is_told_and_looks_real() {
    let app = TestApp::start().await;
    let fault = wish(&app, json!({ "route": "GET /contacts/", "fault": "rate_limited", "times": 2 })).await;
    insta::assert_json_snapshot!(fault, { ".id" => "[id]" }, @r#"
    {
      "id": "[id]",
      "route": "GET /contacts/",
      "locationId": null,
      "fault": "rate_limited",
      "status": null,
      "delay": null,
      "after": false,
      "times": 2,
      "probability": 1.0,
      "seed": 0,
      "matches": 0,
      "hits": 0,
      "createdAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
    for _ in 0..2 {
        let struck = app.get(&contacts(&app)).send().await.expect(429);
        assert_eq!(struck.json(), json!({ "statusCode": 429, "message": "Too Many Requests" }));
        assert_eq!(struck.header("x-ratelimit-remaining"), "0");
        assert_eq!(struck.header("x-ratelimit-max"), "100");
    }
    app.get(&contacts(&app)).send().await.expect(200);
    app.post("/contacts/").json(&ada(&app)).send().await.expect(201);
    let kept = kept(&app, &fault).await;
    assert_eq!((&kept["matches"], &kept["hits"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_status_strikes_before_the_work_or_after_it() {
    let app = TestApp::start().await;
    let before =
        wish(&app, json!({ "route": "POST /contacts/", "fault": "status", "status": 503, "times": 1 })).await;
    let struck = app.post("/contacts/").json(&ada(&app)).send().await.expect(503);
    let shown =
        json!({ "statusCode": 503, "message": "Service Unavailable", "error": "Service Unavailable" });
    assert_eq!(struck.json(), shown);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new(), "nothing was done");

    let after =
        json!({ "route": "* /contacts/*", "fault": "status", "status": 502, "after": true, "times": 1 });
    wish(&app, after).await;
    app.post("/contacts/").header("idempotency-key", "k").json(&ada(&app)).send().await.expect(502);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate"], "all of it was done");
    let again =
        app.post("/contacts/").header("idempotency-key", "k").json(&ada(&app)).send().await.expect(201);
    assert!(again.json()["contact"]["id"].is_string());
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new(), "and only once");

    let list = app.get(FAULTS).token("").send().await.expect(200).json();
    assert_eq!(list["faults"].as_array().map(Vec::len), Some(2));
    let one = format!("{FAULTS}/{}", before["id"].as_str().unwrap());
    app.delete(&one).token("").send().await.expect(200);
    app.get(&one).token("").send().await.expect(404);
    app.delete(&one).token("").send().await.expect(404);
    let cleared = app.delete(FAULTS).token("").send().await.expect(200).json();
    assert_eq!(cleared, json!({ "succeeded": true, "removed": 1 }));
}

#[tokio::test]
async fn an_expired_token_is_answered_as_a_real_one() {
    let app = TestApp::start().await;
    let here = app.agency.second.location_id();
    wish(&app, json!({ "route": "* /contacts/*", "fault": "expired_token", "locationId": here })).await;
    app.get(&contacts(&app)).send().await.expect(200);
    let second = format!("/contacts/?locationId={here}");
    let struck = app.get(&second).token(&app.agency.second_token).send().await.expect(401);
    assert_eq!(struck.json(), json!({ "statusCode": 401, "message": "Invalid JWT" }));
}

#[tokio::test]
async fn a_body_is_cut_half_way_and_the_work_is_done() {
    let app = TestApp::start().await;
    wish(&app, json!({ "route": "POST /contacts/", "fault": "cut", "times": 1 })).await;
    let (url, _serving) = app.serve().await;
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.expect("a connection");
    let body = ada(&app).to_string();
    let head = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nversion: 2021-07-28\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        app.agency.location_token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    assert_eq!(body.len(), length.parse::<usize>().unwrap() / 2, "{answer}");
    assert_eq!(app.new_event_kinds().await, ["ContactCreate"]);
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed_and_survives_a_restart() {
    let mut app = TestApp::start().await;
    let rule = json!({ "route": "GET /contacts/", "fault": "status", "status": 500, "probability": 0.5, "seed": 42 });
    let mut runs = Vec::new();
    for restarts in [false, true] {
        let fault = wish(&app, rule.clone()).await;
        let mut run = Vec::new();
        for n in 0..16 {
            if restarts && n == 8 {
                app = app.restart().await;
            }
            run.push(app.get(&contacts(&app)).send().await.status.as_u16());
        }
        let kept = kept(&app, &fault).await;
        assert_eq!(kept["matches"], 16);
        assert_eq!(kept["hits"], run.iter().filter(|status| **status == 500).count());
        app.delete(FAULTS).token("").send().await.expect(200);
        runs.push(run);
    }
    assert!(runs[0].contains(&200) && runs[0].contains(&500), "{:?}", runs[0]);
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn the_sandbox_itself_is_never_struck() {
    let app = TestApp::start().await;
    wish(&app, json!({ "route": "* /*", "fault": "status", "status": 500 })).await;
    app.get(FAULTS).token("").send().await.expect(200);
    app.get("/leadhold/v1/sandbox/clock").token("").send().await.expect(200);
    app.get("/leadhold/v1/inspect").token("").send().await.expect(200);
    app.get("/developer/outbox").token("").send().await.expect(200);
    app.get(&contacts(&app)).send().await.expect(500);
    app.delete(FAULTS).token("").send().await.expect(200);
    app.get(&contacts(&app)).send().await.expect(200);
}

#[tokio::test]
async fn a_dropped_delivery_comes_with_the_next_attempt_and_a_duplicate_twice() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    let drop = wish(&app, json!({ "event": "ContactCreate", "fault": "drop", "times": 1 })).await;
    create_contact(&app).await;
    assert_eq!(receiver.requests().len(), 0);
    advance(&app, "1h").await;
    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(kept(&app, &drop).await["hits"], 1);

    wish(&app, json!({ "event": "*", "fault": "duplicate", "times": 1 })).await;
    create_contact(&app).await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[1].body, requests[2].body);
    create_contact(&app).await;
    assert_eq!(receiver.requests().len(), 4, "as often as it is told");
}

#[tokio::test]
async fn a_delayed_delivery_is_overtaken() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    wish(&app, json!({ "event": "ContactCreate", "fault": "reorder", "times": 1 })).await;
    let first = create_contact(&app).await;
    let second = create_contact(&app).await;
    let seen =
        || -> Vec<Value> { receiver.requests().iter().map(|r| r.json()["webhookId"].clone()).collect() };
    assert_eq!(seen(), [json!(second.id)]);
    advance(&app, "5s").await;
    assert_eq!(seen(), [json!(second.id), json!(first.id)]);

    wish(&app, json!({ "event": "ContactCreate", "fault": "delay", "delay": "2h", "times": 1 })).await;
    create_contact(&app).await;
    advance(&app, "119m").await;
    assert_eq!(receiver.requests().len(), 2);
    let app = app.restart().await;
    advance(&app, "1m").await;
    assert_eq!(receiver.requests().len(), 3);
    let list = app.get("/leadhold/v1/webhooks/deliveries?limit=1").send().await.expect(200).json();
    assert_eq!(list["deliveries"][0]["attemptCount"], 1, "to wait is no attempt");
}

#[tokio::test]
async fn a_forged_signature_is_of_other_bytes() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    wish(&app, json!({ "event": "ContactCreate", "fault": "bad_signature", "times": 1 })).await;
    create_contact(&app).await;
    create_contact(&app).await;
    let key = app.app.world.keys.public().ed25519.pem();
    let sound: Vec<bool> = receiver
        .requests()
        .iter()
        .map(|request| verify(&key, &request.body, request.header("x-ghl-signature")))
        .collect();
    assert_eq!(sound, [false, true]);
}

#[tokio::test]
async fn a_provider_fails_and_is_asked_again() {
    let app = TestApp::start().await;
    let contact = ada_with_a_number(&app).await;
    wish(&app, json!({ "provider": "sms", "fault": "status", "status": 500, "times": 2 })).await;
    wish(&app, json!({ "provider": "Email", "fault": "status", "status": 400 })).await;
    send(&app, said(&contact, Kind::Sms, "Hello")).await;
    send(&app, said(&contact, Kind::Email, "Hello")).await;
    app.run_until_idle().await;
    let statuses = async || -> Vec<(Value, Value)> {
        let shown = outbox(&app).await.into_iter().map(|one| (one["type"].clone(), one["status"].clone()));
        let mut statuses: Vec<_> = shown.collect();
        statuses.sort_by_key(|(kind, _)| kind.to_string());
        statuses
    };
    let (sms, email) = (json!(2), json!(3));
    assert_eq!(statuses().await, [(sms.clone(), json!("pending")), (email.clone(), json!("failed"))]);
    advance(&app, "1h").await;
    assert_eq!(statuses().await, [(sms, json!("delivered")), (email, json!("failed"))]);
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused_with_all_its_faults() {
    let app = TestApp::start().await;
    let refused = async |rule: Value| {
        app.post(FAULTS).token("").json(&rule).send().await.expect(422).json()["message"].clone()
    };
    insta::assert_json_snapshot!(refused(json!({})).await, @r#"
    [
      "route must be given, or event, or provider, and only one of them",
      "fault must be one of the following values: rate_limited, expired_token, status, slow, cut"
    ]
    "#);
    let both =
        json!({ "route": "GET /a", "event": "*", "fault": "drop", "probability": 2, "times": 0, "sead": 1 });
    insta::assert_json_snapshot!(refused(both).await, @r#"
    [
      "property sead should not exist",
      "route must be given, or event, or provider, and only one of them",
      "fault must be one of the following values: rate_limited, expired_token, status, slow, cut",
      "times must not be less than 1",
      "probability must not be greater than 1"
    ]
    "#);
    for rule in [
        json!({ "route": "contacts", "fault": "cut" }),
        json!({ "route": "GET /contacts", "fault": "drop" }),
        json!({ "event": "*", "fault": "cut" }),
        json!({ "event": "Nothing", "fault": "drop" }),
        json!({ "route": "GET /contacts", "fault": "status" }),
        json!({ "route": "GET /contacts", "fault": "status", "status": 200 }),
        json!({ "route": "GET /contacts", "fault": "slow" }),
        json!({ "route": "GET /contacts", "fault": "slow", "delay": "2h" }),
        json!({ "event": "*", "fault": "delay", "delay": "soon" }),
    ] {
        refused(rule).await;
    }
    let list = app.get(FAULTS).token("").send().await.expect(200).json();
    assert_eq!(list, json!({ "faults": [] }));
}

#[tokio::test]
async fn faults_go_with_the_state_that_is_left_and_come_with_the_one_that_returns() {
    let app = TestApp::start().await;
    let snapshots = "/leadhold/v1/sandbox/snapshots";
    wish(&app, json!({ "route": "GET /contacts/", "fault": "status", "status": 500 })).await;
    app.post(snapshots).token("").json(&json!({ "name": "faulty" })).send().await.expect(201);
    app.delete(FAULTS).token("").send().await.expect(200);
    app.get(&contacts(&app)).send().await.expect(200);
    app.post(&format!("{snapshots}/faulty/restore")).token("").send().await.expect(200);
    app.get(&contacts(&app)).send().await.expect(500);
}

#[tokio::test]
async fn outside_the_sandbox_all_of_it_is_refused() {
    let app = TestApp::with(Config::default()).await;
    let one = format!("{FAULTS}/aaaaaaaaaaaaaaaaaaaa");
    let rule = json!({ "route": "GET /contacts/", "fault": "cut" });
    let calls =
        [app.get(FAULTS), app.post(FAULTS).json(&rule), app.delete(FAULTS), app.get(&one), app.delete(&one)];
    for call in calls {
        let refused = call.token("").send().await.expect(403).json();
        assert_eq!(refused["message"], "This route exists only when the server runs with --sandbox.");
    }
}
