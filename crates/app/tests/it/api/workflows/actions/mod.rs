//! What each action does to the records, which events it causes, and what the run's log says.

mod appointment;
mod contact;
mod opportunity;
mod tools;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{WORKFLOWS, made, path_of, published};

/// A workflow of these steps, each led to by the one before unless it says otherwise.
pub async fn workflow(app: &TestApp, steps: Value) -> Value {
    let mut steps = steps;
    let list = steps.as_array_mut().expect("a list of steps");
    let ids: Vec<Value> = list.iter().map(|step| step["id"].clone()).collect();
    for (step, next) in list.iter_mut().zip(ids.iter().skip(1)) {
        let exits = ["found", "notFound"].iter().any(|exit| step["attributes"].get(exit).is_some());
        if step.get("next").is_none() && !exits {
            step["next"] = next.clone();
        }
    }
    let definition = json!({
        "name": "Test", "triggers": [{"id": "hook", "type": "inbound_webhook"}], "steps": steps
    });
    made(app, &published(definition)).await
}

/// The newest run of a workflow, with its steps.
pub async fn run_of(app: &TestApp, workflow: &Value) -> Value {
    let runs = app.get(&format!("{}/runs", path_of(workflow))).send().await.expect(200).json();
    let id = runs["runs"][0]["id"].as_str().expect("a run");
    app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json()["run"].clone()
}

/// Puts a contact into the workflow, lets everything happen and answers the run. Its events are still to be read.
pub async fn enrolled(app: &TestApp, contact: &str, workflow: &Value) -> Value {
    let path = format!("/contacts/{contact}/workflow/{}", workflow["id"].as_str().expect("an id"));
    app.post(&path).json(&json!({})).send().await.expect(200);
    app.run_until_idle().await;
    run_of(app, workflow).await
}

/// A contact goes through these steps; answers the run.
pub async fn passed(app: &TestApp, contact: &str, steps: Value) -> Value {
    let workflow = workflow(app, steps).await;
    app.new_events().await;
    enrolled(app, contact, &workflow).await
}

/// Somebody calls the hook of a workflow of these steps; answers the run.
pub async fn called(app: &TestApp, body: &Value, steps: Value) -> Value {
    let workflow = workflow(app, steps).await;
    app.new_events().await;
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(body).send().await.expect(200);
    app.run_until_idle().await;
    run_of(app, &workflow).await
}

/// The log of a run, one line a step, with `[id]` for ids that chance made.
pub fn told(run: &Value) -> String {
    let line = |step: &Value| {
        let result = if step["error"].is_null() { &step["output"] } else { &step["error"] };
        format!("{}: {}\n", step["stepId"].as_str().unwrap_or_default(), without_ids(&result.to_string()))
    };
    let steps = run["steps"].as_array().expect("a list");
    steps.iter().map(line).collect::<String>() + run["status"].as_str().unwrap_or_default()
}

/// What a step was to do, as the log shows it.
pub fn input(run: &Value, at: usize) -> String {
    without_ids(&run["steps"][at]["input"].to_string())
}

fn without_ids(text: &str) -> String {
    let is_id = |word: &str| matches!(word.len(), 20 | 24) && word.chars().all(|c| c.is_ascii_alphanumeric());
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_id(bare) {
            out += "[id]";
            out += &word[bare.len()..];
        } else {
            out += word;
        }
    }
    out
}

/// Kinds of the events of records, without those of the hook.
pub async fn events(app: &TestApp) -> Vec<String> {
    let mut kinds = app.new_event_kinds().await;
    kinds.retain(|kind| kind != "InboundWebhook");
    kinds
}

/// The faults of a definition of these steps, one a line.
pub async fn faults(app: &TestApp, steps: Value) -> String {
    let definition = json!({
        "name": "Wrong", "triggers": [{"id": "hook", "type": "inbound_webhook"}], "steps": steps
    });
    let answer = app.post(WORKFLOWS).json(&definition).send().await.expect(422).json();
    let faults = answer["message"].as_array().expect("a list of faults");
    faults.iter().map(|fault| format!("{}\n", fault.as_str().unwrap_or_default())).collect()
}
