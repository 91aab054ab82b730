//! Workflows at their URLs.

pub mod actions;
mod change;
mod create;
mod dry_run;
mod enrol;
mod flow;
mod list;
mod merge_fields;
mod pages;
mod publish;
mod read;
mod replay;
mod runs;
mod schema;
mod seeing;
mod sql;
mod start;
pub mod triggers;
mod why;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// Our own collection.
pub const WORKFLOWS: &str = "/leadhold/v1/workflows";

/// A finished definition: a hook's request waits a day and is done.
pub fn waiting() -> Value {
    json!({
        "name": "Patience",
        "triggers": [{"id": "hook", "type": "inbound_webhook"}],
        "steps": [{"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}],
        "settings": {}
    })
}

/// Makes a workflow and answers it.
pub async fn made(app: &TestApp, body: &Value) -> Value {
    app.post(WORKFLOWS).json(body).send().await.expect(201).json()["workflow"].clone()
}

/// The same definition, to be published at once.
pub fn published(mut definition: Value) -> Value {
    definition["status"] = json!("published");
    definition
}

/// The path of a workflow that an answer shows.
pub fn path_of(workflow: &Value) -> String {
    format!("{WORKFLOWS}/{}", workflow["id"].as_str().expect("an id"))
}
