//! Whom a workflow takes in, and `GET /leadhold/v1/workflows/{workflowId}/why`.

use leadhold_app::workflows::prune::prune;
use leadhold_kernel::EventKind;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::start::show;
use super::triggers::{runs, trigger};
use super::{made, path_of, published, waiting};
use crate::api::contacts::make;
use crate::api::opportunities::Board;

const DAY: i64 = 86_400_000;

/// A workflow whose runs rest a day.
async fn resting(app: &TestApp, trigger: Value, settings: Value) -> Value {
    let mut definition = published(waiting());
    definition["triggers"] = json!([trigger]);
    definition["settings"] = settings;
    made(app, &definition).await
}

async fn why(app: &TestApp, workflow: &Value, query: &str) -> Value {
    app.run_until_idle().await;
    app.get(&format!("{}/why{query}", path_of(workflow))).send().await.expect(200).json()
}

async fn decisions(app: &TestApp, workflow: &Value) -> Vec<String> {
    let why = why(app, workflow, "?limit=100").await;
    let word = |trial: &Value| trial["decision"].as_str().expect("a word").to_owned();
    why["trials"].as_array().expect("a list").iter().rev().map(word).collect()
}

async fn tag(app: &TestApp, contact: &str, tag: &str) {
    app.post(&format!("/contacts/{contact}/tags")).json(&json!({"tags": [tag]})).send().await.expect(201);
    app.run_until_idle().await;
}

#[tokio::test]
async fn what_was_tested_is_told_with_its_values() {
    let app = TestApp::start().await;
    let filters = ["tag.added contains {{contact.city}}", "contact.first_name is Ada"];
    let workflow = resting(&app, trigger("contact_tag", &filters), json!({})).await;
    let ada = make(&app, json!({"firstName": "Ada", "city": "Rome"})).await;
    let bob = make(&app, json!({"firstName": "Bob", "city": "Rome", "tags": ["rome"]})).await;
    app.run_until_idle().await; // or his tag might be tested after hers
    tag(&app, &ada, "paris").await;
    tag(&app, &ada, "rome").await;
    let told = why(&app, &workflow, &format!("?contactId={ada}")).await;
    insta::assert_json_snapshot!(told, {
        ".workflowId" => "[workflow]", ".activeRuns[]" => "[run]", ".trials[].contactId" => "[ada]",
        ".trials[].eventId" => "[event]", ".trials[].runId" => "[run or null]", ".trials[].number" => "[number]",
    }, @r#"
    {
      "workflowId": "[workflow]",
      "listening": true,
      "publishedVersion": 1,
      "activeRuns": [
        "[run]"
      ],
      "trials": [
        {
          "number": "[number]",
          "at": "2026-01-15T10:00:00.000Z",
          "version": 1,
          "triggerId": "it",
          "triggerType": "contact_tag",
          "contactId": "[ada]",
          "event": "ContactTagUpdate",
          "eventId": "[event]",
          "decision": "started",
          "message": "All filters held, and a run began.",
          "filters": [
            {
              "field": "tag.added",
              "operator": "contains",
              "left": [
                "rome"
              ],
              "right": [
                "Rome"
              ],
              "held": true
            },
            {
              "field": "contact.first_name",
              "operator": "is",
              "left": "Ada",
              "right": [
                "Ada"
              ],
              "held": true
            }
          ],
          "runId": "[run or null]"
        },
        {
          "number": "[number]",
          "at": "2026-01-15T10:00:00.000Z",
          "version": 1,
          "triggerId": "it",
          "triggerType": "contact_tag",
          "contactId": "[ada]",
          "event": "ContactTagUpdate",
          "eventId": "[event]",
          "decision": "filters_did_not_hold",
          "message": "Not started: a filter did not hold.",
          "filters": [
            {
              "field": "tag.added",
              "operator": "contains",
              "left": [
                "paris"
              ],
              "right": [
                "Rome"
              ],
              "held": false
            },
            {
              "field": "contact.first_name",
              "operator": "is",
              "left": "Ada",
              "right": [
                "Ada"
              ],
              "held": true
            }
          ],
          "runId": "[run or null]"
        }
      ],
      "nextBefore": null
    }
    "#);
    let of_bob = why(&app, &workflow, &format!("?contactId={bob}")).await;
    assert_eq!(of_bob["trials"][0]["filters"][1]["left"], "Bob");
    let newest = why(&app, &workflow, "?limit=1").await;
    let older = why(&app, &workflow, &format!("?limit=2&before={}", newest["nextBefore"])).await;
    let contacts = |told: &Value| told["trials"].as_array().expect("a list").len();
    assert_eq!((contacts(&newest), contacts(&older)), (1, 2));
    assert_eq!(older["trials"][1]["contactId"], json!(bob), "the oldest is Bob's");
}

#[tokio::test]
async fn a_draft_does_not_listen_and_strangers_read_nothing() {
    let app = TestApp::start().await;
    let workflow = resting(&app, trigger("contact_created", &["contact.city is Rome"]), json!({})).await;
    make(&app, json!({"firstName": "Ada"})).await;
    app.run_until_idle().await;
    let mut draft = published(waiting());
    draft["status"] = json!("draft");
    app.put(&path_of(&workflow)).json(&draft).send().await.expect(200);
    make(&app, json!({"firstName": "Bob"})).await;
    let told = why(&app, &workflow, "").await;
    assert_eq!((&told["listening"], told["trials"].as_array().map(Vec::len)), (&json!(false), Some(1)));
    let path = format!("{}/why", path_of(&workflow));
    app.get(&path).token(&app.agency.second_token).send().await.expect(404);
    app.get(&format!("{path}?limit=0")).send().await.expect(422);
    app.get("/leadhold/v1/workflows/6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11/why").send().await.expect(404);
}

#[tokio::test]
async fn nobody_is_in_a_workflow_twice_at_a_time() {
    let app = TestApp::start().await;
    let workflow = resting(&app, trigger("contact_tag", &[]), json!({})).await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    for name in ["a", "b"] {
        tag(&app, &ada, name).await;
    }
    app.post(&format!("/contacts/{ada}/workflow/{}", workflow["id"].as_str().unwrap()))
        .send()
        .await
        .expect(200);
    make(&app, json!({"firstName": "Bob", "tags": ["a"]})).await;
    assert_eq!(decisions(&app, &workflow).await, ["already_active", "already_active"]);
    assert_eq!(runs(&app, &workflow).await.len(), 2, "one of each");
    app.clock.advance(DAY);
    app.run_until_idle().await;
    tag(&app, &ada, "c").await;
    assert_eq!(runs(&app, &workflow).await.len(), 3, "the first was over");
}

#[tokio::test]
async fn without_re_entry_everybody_comes_in_once() {
    let app = TestApp::start().await;
    let workflow = resting(&app, trigger("contact_tag", &[]), json!({"allowReentry": false})).await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    tag(&app, &ada, "a").await;
    app.clock.advance(DAY);
    app.run_until_idle().await;
    tag(&app, &ada, "b").await;
    let path = format!("/contacts/{ada}/workflow/{}", workflow["id"].as_str().unwrap());
    app.post(&path).send().await.expect(200);
    let told = why(&app, &workflow, &format!("?contactId={ada}")).await;
    let trials = told["trials"].as_array().expect("a list");
    let asked: Vec<_> = trials.iter().map(|trial| (&trial["triggerType"], &trial["decision"])).collect();
    let before = json!("entered_before");
    assert_eq!(asked, [(&json!("added_by_request"), &before), (&json!("contact_tag"), &before)]);
    assert_eq!(runs(&app, &workflow).await.len(), 1);

    app.clock.advance(9 * DAY);
    assert_eq!(prune(&app.app.world, 5).await.expect("pruned"), 1, "the run is forgotten");
    assert_eq!(decisions(&app, &workflow).await.len(), 0, "and so is what was tested");
    tag(&app, &ada, "c").await;
    assert_eq!(decisions(&app, &workflow).await, ["entered_before"], "but not that she was there");
}

#[tokio::test]
async fn opportunities_of_one_contact_come_in_each_or_not() {
    let board = Board::start().await;
    let on = trigger("opportunity_status_changed", &[]);
    let each = resting(&board.app, on.clone(), json!({"allowReentry": false})).await;
    let settings = json!({"allowReentry": false, "allowMultipleOpportunities": false});
    let one = resting(&board.app, on, settings).await;
    for name in ["Loom", "Engine"] {
        let deal = board.make(json!({"name": name})).await;
        for status in ["won", "lost"] {
            board.change(&deal, json!({"status": status})).await;
            board.app.run_until_idle().await;
        }
    }
    assert_eq!(runs(&board.app, &each).await.len(), 2);
    assert_eq!(runs(&board.app, &one).await.len(), 1);
    board.app.clock.advance(DAY);
    assert_eq!(decisions(&board.app, &each).await, ["already_active", "already_active"]);
    assert_eq!(decisions(&board.app, &one).await, ["already_active"; 3]);
}

#[tokio::test]
async fn runs_without_a_contact_are_not_limited() {
    let app = TestApp::start().await;
    let workflow = resting(&app, trigger("inbound_webhook", &[]), json!({"allowReentry": false})).await;
    for n in 0..3 {
        let hook = workflow["inboundHookPath"].as_str().expect("a hook");
        app.post(hook).token("").json(&json!({"n": n})).send().await.expect(200);
    }
    app.run_until_idle().await;
    assert_eq!(runs(&app, &workflow).await.len(), 3);
}

#[tokio::test]
async fn the_latest_trials_are_kept() {
    let app = TestApp::start().await;
    let workflow = resting(&app, trigger("contact_created", &["contact.city is Rome"]), json!({})).await;
    show(&app, EventKind::ContactCreate, 0, 1600).await;
    let (mut kept, mut before) = (0, i64::MAX);
    while let Some(next) = {
        let told = why(&app, &workflow, &format!("?limit=500&before={before}")).await;
        kept += told["trials"].as_array().expect("a list").len();
        told["nextBefore"].as_i64()
    } {
        before = next;
    }
    assert!((1000..1500).contains(&kept), "{kept} of 1600");
}
