//! Each trigger from the write that it listens to to the run that it starts, and what keeps it from starting.

mod appointments;
mod contacts;
mod forms;
mod messages;
mod notes;
mod objects;
mod opportunities;
mod reminders;
mod tasks;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};
use url::Url;

use super::{made, path_of, published};

/// A trigger with filters, each `field operator` or `field operator value`.
pub fn trigger(kind: &str, filters: &[&str]) -> Value {
    let filter = |text: &&str| {
        let (field, rest) = text.split_once(' ').expect("a field and an operator");
        let (operator, value) =
            rest.split_once(' ').map_or((rest, None), |(name, value)| (name, Some(value)));
        let mut filter = json!({"field": field, "operator": operator});
        if let Some(value) = value {
            filter["value"] = json!(value);
        }
        filter
    };
    json!({"id": "it", "type": kind, "filters": filters.iter().map(filter).collect::<Vec<_>>()})
}

/// A published workflow whose runs say `template`.
pub async fn says(app: &TestApp, trigger: Value, template: &str) -> Value {
    let said = json!({"method": "GET", "url": "https://example.com", "customData": {"said": template}});
    let definition = json!({
        "name": "Says",
        "triggers": [trigger],
        "steps": [{"id": "say", "type": "webhook", "attributes": said}],
    });
    made(app, &published(definition)).await
}

/// The runs of a workflow, oldest first, as `GET` shows each.
pub async fn runs(app: &TestApp, workflow: &Value) -> Vec<Value> {
    let answer = app.get(&format!("{}/runs?limit=100", path_of(workflow))).send().await.expect(200).json();
    let mut runs = Vec::new();
    for run in answer["runs"].as_array().expect("a list").iter().rev() {
        let path = format!("/leadhold/v1/runs/{}", run["id"].as_str().expect("an id"));
        runs.push(app.get(&path).send().await.expect(200).json()["run"].clone());
    }
    runs
}

/// What the runs of a workflow said once everything that happened was seen, in alphabetical order.
pub async fn said(app: &TestApp, workflow: &Value) -> Vec<String> {
    app.run_until_idle().await;
    let said = |run: &Value| {
        let url = run["steps"][0]["input"]["url"].as_str().expect("a step that sent a request");
        let url = Url::parse(url).expect("a URL");
        url.query_pairs().next().map_or_else(String::new, |(_, said)| said.into_owned())
    };
    let mut all: Vec<String> = runs(app, workflow).await.iter().map(said).collect();
    all.sort();
    all
}
