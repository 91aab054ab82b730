//! `POST /leadhold/v1/sandbox/clock` runs what falls due on the way, in its order.

use leadhold_app::webhooks;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::advance;
use crate::api::webhooks::{create_contact, listen};
use crate::api::workflows::{made, path_of, published};

/// A wait of so many days.
fn wait(id: &str, days: u32, next: Option<&str>) -> Value {
    json!({ "id": id, "type": "wait", "attributes": { "for": { "value": days, "unit": "days" } }, "next": next })
}

fn workflow(name: &str, steps: Value) -> Value {
    published(json!({
        "name": name, "triggers": [{ "id": "hook", "type": "inbound_webhook" }], "steps": steps, "settings": {},
    }))
}

async fn start(app: &TestApp, workflow: &Value) {
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(&json!({})).send().await.expect(200);
}

/// The only run of a workflow, with its steps.
async fn run(app: &TestApp, workflow: &Value) -> Value {
    let runs = app.get(&format!("{}/runs", path_of(workflow))).send().await.expect(200).json();
    let id = runs["runs"][0]["id"].as_str().expect("a run").to_owned();
    app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json()["run"].clone()
}

#[tokio::test]
async fn a_week_runs_what_falls_due_in_order() {
    let app = TestApp::start().await;
    let long =
        made(&app, &workflow("Long", json!([wait("one", 1, Some("two")), wait("two", 2, None)]))).await;
    let short = made(&app, &workflow("Short", json!([wait("day", 2, None)]))).await;
    start(&app, &long).await;
    start(&app, &short).await;

    let answer = advance(&app, "7d").await;
    insta::assert_json_snapshot!(answer, @r#"
    {
      "now": "2026-01-22T10:00:00.000Z",
      "millis": 1769076000000,
      "until": "2026-01-22T10:00:00.000Z",
      "complete": true,
      "stoppedBy": null,
      "moments": 3,
      "events": 2,
      "jobs": 5,
      "unfinished": 0
    }
    "#);
    let (long, short) = (run(&app, &long).await, run(&app, &short).await);
    let times = |run: &Value| -> Vec<Value> {
        run["steps"].as_array().unwrap().iter().map(|step| json!([step["stepId"], step["at"]])).collect()
    };
    insta::assert_json_snapshot!(json!([times(&long), times(&short)]), @r#"
    [
      [
        [
          "one",
          "2026-01-16T10:00:00.000Z"
        ],
        [
          "two",
          "2026-01-18T10:00:00.000Z"
        ]
      ],
      [
        [
          "day",
          "2026-01-17T10:00:00.000Z"
        ]
      ]
    ]
    "#);
    assert_eq!((&long["status"], &short["status"]), (&json!("finished"), &json!("finished")));
}

#[tokio::test]
async fn what_is_due_at_the_end_itself_is_done_and_what_is_due_later_is_not() {
    let app = TestApp::start().await;
    let workflow =
        made(&app, &workflow("W", json!([wait("one", 1, Some("two")), wait("two", 1, None)]))).await;
    start(&app, &workflow).await;
    let answer = advance(&app, "1d").await;
    assert_eq!((&answer["moments"], &answer["complete"]), (&json!(0), &json!(true)));
    let asleep = run(&app, &workflow).await;
    assert_eq!(
        (&asleep["status"], &asleep["wakesAt"]),
        (&json!("sleeping"), &json!("2026-01-17T10:00:00.000Z"))
    );
    advance(&app, "1d").await;
    assert_eq!(run(&app, &workflow).await["status"], "finished");
}

#[tokio::test]
async fn every_turn_of_a_circle_has_its_moment() {
    let app = TestApp::start().await;
    let steps = json!([{
        "id": "again", "type": "wait", "attributes": { "for": { "value": 1, "unit": "minutes" } }, "next": "again",
    }]);
    let workflow = made(&app, &workflow("Circle", steps)).await;
    start(&app, &workflow).await;
    let answer = advance(&app, "20m").await;
    assert_eq!((&answer["moments"], &answer["complete"]), (&json!(19), &json!(true)));
    assert_eq!(run(&app, &workflow).await["steps"].as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn webhooks_are_tried_again_at_the_moments_of_their_schedule() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    for _ in 0..3 {
        receiver.answer_next(503);
    }
    create_contact(&app).await;
    assert_eq!(receiver.requests().len(), 1);
    let answer = advance(&app, "1d").await;
    assert_eq!(receiver.requests().len(), 4, "{answer}");
    let list = app.get("/leadhold/v1/webhooks/deliveries").send().await.expect(200).json();
    let id = list["deliveries"][0]["id"].as_str().unwrap().to_owned();
    let delivery = app.get(&format!("/leadhold/v1/webhooks/deliveries/{id}")).send().await.expect(200).json();
    let at: Vec<&str> =
        delivery["attempts"].as_array().unwrap().iter().map(|a| a["startedAt"].as_str().unwrap()).collect();
    insta::assert_json_snapshot!(at, @r#"
    [
      "2026-01-15T10:00:00.000Z",
      "2026-01-15T10:00:05.000Z",
      "2026-01-15T10:05:05.000Z",
      "2026-01-15T10:35:05.000Z"
    ]
    "#);
}

/// An endpoint that takes connections and never answers holds nobody else up, and its delivery is not lost.
#[tokio::test]
async fn work_that_waits_for_the_network_is_left_behind() {
    let app = TestApp::start().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listen(&app, &format!("http://{}", silent.local_addr().unwrap())).await;
    let workflow =
        made(&app, &workflow("W", json!([wait("one", 1, Some("two")), wait("two", 2, None)]))).await;
    start(&app, &workflow).await;
    app.post("/contacts/")
        .json(&json!({ "locationId": app.agency.location.location_id(), "firstName": "Ada" }))
        .send()
        .await
        .expect(201);
    let answer = advance(&app, "7d").await;
    assert_eq!((&answer["complete"], &answer["unfinished"]), (&json!(true), &json!(1)), "{answer}");
    assert_eq!(run(&app, &workflow).await["status"], "finished");
    let delivering = app.jobs().await.into_iter().filter(|job| job.queue == webhooks::QUEUE).count();
    assert_eq!(delivering, 1, "it goes on by itself, under its own lease");
    app.run_until_idle().await;
    let jobs = app.jobs().await;
    let attempts = jobs.iter().find(|job| job.queue == webhooks::QUEUE).map(|job| job.attempts);
    assert_eq!(attempts, Some(1), "a week of the sandbox is no reason to send it twice");
}

#[tokio::test]
async fn everything_else_that_waits_follows_the_clock() {
    let app = TestApp::start().await;
    let contact = json!({ "locationId": app.agency.location.location_id(), "firstName": "Ada" });
    let create = || app.post("/contacts/").header("idempotency-key", "k1").json(&contact).send();
    let first = create().await.expect(201).json()["contact"]["id"].clone();
    assert_eq!(create().await.json()["contact"]["id"], first, "the same answer again");
    let daily = |reply: &leadhold_testkit::Answer| reply.header("x-ratelimit-daily-remaining").to_owned();
    let list = format!("/contacts/?locationId={}", app.agency.location.location_id());
    let before = app.get(&list).send().await;
    assert_eq!(daily(&before), "199997");
    advance(&app, "25h").await;
    let after = app.get(&list).send().await;
    assert_eq!(daily(&after), "199999", "a new day");
    assert_ne!(create().await.expect(201).json()["contact"]["id"], first, "the key is forgotten");
}

#[tokio::test]
async fn two_that_turn_the_clock_at_once_take_turns() {
    let app = TestApp::start().await;
    let (one, two) = tokio::join!(advance(&app, "1d"), advance(&app, "1d"));
    assert!(one["complete"] == true && two["complete"] == true, "{one} {two}");
}
