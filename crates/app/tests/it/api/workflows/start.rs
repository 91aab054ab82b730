//! Which events start runs, how often, and what becomes of a run that the server cannot take further.

use leadhold_app::workflows::StartRuns;
use leadhold_kernel::{Cause, Event, EventKind, Id};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::params;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::sql::SPOIL;
use super::{WORKFLOWS, made, path_of, published, waiting};

fn on_new_contacts() -> Value {
    let mut definition = published(waiting());
    definition["triggers"] = json!([{"id": "new", "type": "contact_created"}]);
    definition
}

async fn runs(app: &TestApp, workflow: &Value) -> Vec<Value> {
    let runs = app.get(&format!("{}/runs", path_of(workflow))).send().await.expect(200).json();
    runs["runs"].as_array().expect("a list").clone()
}

/// Shows the consumer an event of the first location.
pub async fn show(app: &TestApp, kind: EventKind, depth: u32, times: u32) {
    let here = app.agency.location.clone();
    app.write(move |tx, cx| {
        let event = Event {
            id: Id::parse("7f0f9c5e-9e0c-4b9a-8f4e-0d6a5a9e1c11").expect("an id"),
            kind,
            company_id: here.company_id().clone(),
            location_id: Some(here.location_id().clone()),
            record_id: "aaaaaaaaaaaaaaaaaaaa".to_owned(),
            payload: json!({"id": "aaaaaaaaaaaaaaaaaaaa"}),
            cause: Cause { run: None, depth },
            aside: Value::Null,
            at: cx.now,
        };
        for _ in 0..times {
            StartRuns.consume(tx, cx, &StoredEvent { seq: 1, event: event.clone() })?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_shown_again_starts_nothing_again() {
    let app = TestApp::start().await;
    let (first, second) = (made(&app, &on_new_contacts()).await, made(&app, &on_new_contacts()).await);
    let deaf = made(&app, &published(waiting())).await;
    show(&app, EventKind::ContactCreate, 0, 2).await;
    show(&app, EventKind::ContactCreate, 0, 1).await;
    for workflow in [&first, &second] {
        assert_eq!(runs(&app, workflow).await.len(), 1);
    }
    assert_eq!(runs(&app, &deaf).await.len(), 0);
    app.run_until_idle().await;
    assert_eq!(runs(&app, &first).await[0]["status"], "sleeping");
}

#[tokio::test]
async fn other_events_and_other_locations_start_nothing() {
    let app = TestApp::start().await;
    let workflow = made(&app, &on_new_contacts()).await;
    let elsewhere = app.post(WORKFLOWS).json(&on_new_contacts()).token(&app.agency.second_token).send().await;
    elsewhere.expect(201);
    show(&app, EventKind::ContactUpdate, 0, 1).await;
    assert_eq!(runs(&app, &workflow).await.len(), 0);
    show(&app, EventKind::ContactCreate, 0, 1).await;
    assert_eq!(runs(&app, &workflow).await.len(), 1);
    let list = app.get(WORKFLOWS).token(&app.agency.second_token).send().await.expect(200).json();
    let path = path_of(&list["workflows"][0]);
    let theirs = app.get(&format!("{path}/runs")).token(&app.agency.second_token).send().await.expect(200);
    assert_eq!(theirs.json()["runs"], json!([]));
}

#[tokio::test]
async fn a_circle_of_workflows_is_stopped_and_says_so() {
    let app = TestApp::start().await;
    let workflow = made(&app, &on_new_contacts()).await;
    show(&app, EventKind::ContactCreate, 25, 1).await;
    assert_eq!(runs(&app, &workflow).await[0]["status"], "running");

    let app = TestApp::start().await;
    let workflow = made(&app, &on_new_contacts()).await;
    show(&app, EventKind::ContactCreate, 26, 1).await;
    app.run_until_idle().await;
    let [stopped] = runs(&app, &workflow).await.try_into().expect("one run, to read why");
    assert_eq!(stopped["status"], "failed");
    insta::assert_snapshot!(stopped["reason"], @r#""Not started: 25 runs in a row led to this event, so workflows start one another in a circle. Add a filter to one of their triggers.""#);
}

#[tokio::test]
async fn a_run_that_the_server_cannot_read_is_tried_again_and_then_given_up() {
    let app = TestApp::start().await;
    let workflow = made(&app, &on_new_contacts()).await;
    show(&app, EventKind::ContactCreate, 0, 1).await;
    app.write(|tx, _| Ok(tx.exec(SPOIL, params!["{}"])?)).await;
    let mut tries = 0;
    let waiting = loop {
        app.run_until_idle().await;
        tries += 1;
        let health = app.get("/leadhold/v1/health").send().await.expect(200).json();
        if health["waiting"]["jobs"] == 0 {
            break health["waiting"].clone();
        }
        assert!(tries < 20, "it is tried for ever");
        app.clock.advance(300_000);
    };
    assert_eq!((tries, &waiting["deadJobs"]), (12, &json!(1)));
    let run = &runs(&app, &workflow).await[0];
    assert_eq!(run["status"], "failed");
    insta::assert_snapshot!(run["reason"], @r#""The server failed 12 times in a row to take this run's next step. Its log has the reason, under the run's id.""#);
}
