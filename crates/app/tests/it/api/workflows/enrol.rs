//! `POST` and `DELETE /contacts/{contactId}/workflow/{workflowId}`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{made, path_of, published, waiting};
use crate::api::contacts::{make as make_contact, shown};

const DAY: i64 = 86_400_000;

/// A day's rest, and then a tag.
fn tags_after_a_day() -> Value {
    let mut definition = waiting();
    let tag = json!({"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["done"]}});
    definition["steps"][0]["next"] = json!("tag");
    definition["steps"].as_array_mut().expect("steps").push(tag);
    definition
}

async fn contact(app: &TestApp) -> String {
    let id = make_contact(app, json!({"firstName": "Ada"})).await;
    app.new_events().await;
    id
}

async fn runs(app: &TestApp, workflow: &Value) -> Vec<Value> {
    let runs = app.get(&format!("{}/runs", path_of(workflow))).send().await.expect(200).json();
    runs["runs"].as_array().expect("a list").clone()
}

fn path(contact: &str, workflow: &Value) -> String {
    format!("/contacts/{contact}/workflow/{}", workflow["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_contact_runs_through_the_published_version() {
    let app = TestApp::start().await;
    let (contact, workflow) = (contact(&app).await, made(&app, &published(tags_after_a_day())).await);
    let body = json!({"eventStartTime": "2026-06-23T03:30:00+01:00"});
    let answer = app.post(&path(&contact, &workflow)).json(&body).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    app.run_until_idle().await;
    let run = runs(&app, &workflow).await;
    assert_eq!(
        (run.len(), &run[0]["status"], &run[0]["contactId"]),
        (1, &json!("sleeping"), &json!(contact))
    );
    let run = app.get(&format!("/leadhold/v1/runs/{}", run[0]["id"].as_str().expect("an id"))).send().await;
    let run = run.expect(200).json()["run"].clone();
    assert_eq!(
        (&run["triggerType"], &run["triggerData"]),
        (&json!("added_by_request"), &json!({"eventStartTime": "2026-06-23T02:30:00.000Z"}))
    );
    app.clock.advance(DAY);
    app.run_until_idle().await;
    assert_eq!(runs(&app, &workflow).await[0]["status"], "finished");
    assert_eq!(shown(&app, &contact).await["tags"], json!(["done"]));
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);

    let answer = app.post(&path(&contact, &workflow)).version("v3").send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeeded": true, "succeded": true}));
    assert_eq!(runs(&app, &workflow).await.len(), 2, "as often as it is asked for, like a trigger");
}

#[tokio::test]
async fn a_contact_that_is_taken_out_goes_no_further() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let workflow = made(&app, &published(tags_after_a_day())).await;
    for contact in [&ada, &ada, &bob] {
        app.post(&path(contact, &workflow)).send().await.expect(200);
    }
    app.run_until_idle().await;
    app.new_events().await;
    let answer = app.delete(&path(&ada, &workflow)).json(&json!({})).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    app.clock.advance(DAY);
    app.run_until_idle().await;
    let mut ends: Vec<_> = runs(&app, &workflow).await.iter().map(|run| run["status"].clone()).collect();
    ends.sort_by_key(Value::to_string);
    assert_eq!(ends, ["finished", "removed"], "nobody is in it twice at a time");
    assert_eq!(
        (&shown(&app, &ada).await["tags"], &shown(&app, &bob).await["tags"]),
        (&json!([]), &json!(["done"]))
    );
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);
    app.delete(&path(&ada, &workflow)).version("v3").send().await.expect(200);
    assert!(app.jobs().await.is_empty());
}

#[tokio::test]
async fn drafts_unknown_ones_and_strangers_are_refused() {
    let app = TestApp::start().await;
    let (contact, draft) = (contact(&app).await, made(&app, &waiting()).await);
    let answer = app.post(&path(&contact, &draft)).send().await.expect(400).json();
    assert_eq!(answer["message"], "The workflow is a draft: publish it before contacts are added to it.");
    let unknown = format!("/contacts/{contact}/workflow/f5a2ab74-4c1c-4ede-9c43-2ef1e01e0b38");
    let answer = app.post(&unknown).send().await.expect(400).json();
    assert_eq!(answer["message"], "Workflow with id f5a2ab74-4c1c-4ede-9c43-2ef1e01e0b38 not found");
    app.delete(&unknown).send().await.expect(400);
    app.post(&path("aaaaaaaaaaaaaaaaaaaa", &draft)).send().await.expect(400);
    let answer =
        app.post(&path(&contact, &draft)).json(&json!({"eventStartTime": "soon", "x": 1})).send().await;
    insta::assert_json_snapshot!(answer.expect(422).json()["message"], @r#"
    [
      "property x should not exist",
      "eventStartTime must be a valid ISO 8601 date string"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path(&contact, &draft)).token(token).json(&json!({"x": 1})).send().await.expect(403);
        app.delete(&path(&contact, &draft)).token(token).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
    assert!(runs(&app, &draft).await.is_empty());
}
