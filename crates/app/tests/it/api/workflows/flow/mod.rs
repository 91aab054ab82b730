//! Steps that lead, rest and ask, from a request to what came of it.

mod appointments;
mod custom_webhook;
mod goal;
mod limits;
mod split;
mod wait;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

pub use super::path_of;
use super::{made, published};

/// Publishes a workflow of these steps that contacts are put into by request.
pub async fn workflow(app: &TestApp, steps: Value, settings: Value) -> Value {
    let definition = json!({
        "name": "Flow", "steps": steps, "settings": settings,
        "triggers": [{"id": "hook", "type": "inbound_webhook"}],
    });
    made(app, &published(definition)).await
}

/// A new contact.
pub async fn contact(app: &TestApp, name: &str) -> String {
    let body = json!({"locationId": app.agency.location.location_id(), "email": format!("{name}@example.com"), "firstName": name});
    let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
    made["contact"]["id"].as_str().expect("an id").to_owned()
}

/// Puts a contact into a workflow.
pub async fn enrol(app: &TestApp, workflow: &Value, contact: &str) {
    let id = workflow["id"].as_str().expect("an id");
    app.post(&format!("/contacts/{contact}/workflow/{id}")).json(&json!({})).send().await.expect(200);
    app.run_until_idle().await;
}

/// Gives a contact a tag.
pub async fn tag(app: &TestApp, contact: &str, tag: &str) {
    let path = format!("/contacts/{contact}/tags");
    app.post(&path).json(&json!({"tags": [tag]})).send().await.expect(201);
    app.run_until_idle().await;
}

/// Each run of a workflow, the oldest first: its status, and its steps with what came of them.
pub async fn story(app: &TestApp, workflow: &Value) -> String {
    let runs = app.get(&format!("{}/runs", path_of(workflow))).send().await.expect(200).json();
    let mut told: Vec<String> = Vec::new();
    for run in runs["runs"].as_array().expect("a list").iter().rev() {
        let id = run["id"].as_str().expect("an id");
        let whole = app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json();
        let steps = whole["run"]["steps"].as_array().expect("steps").iter().map(|step| {
            let result =
                if step["error"].is_null() { step["output"].to_string() } else { step["error"].to_string() };
            format!("{} {result}", step["stepId"].as_str().unwrap_or_default())
        });
        let status = run["status"].as_str().unwrap_or_default().to_owned();
        told.push(std::iter::once(status).chain(steps).collect::<Vec<_>>().join("\n  "));
    }
    told.join("\n")
}
