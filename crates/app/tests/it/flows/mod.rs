//! Across slices: what goes in at one end comes out at the other, and nothing else does.

mod circle;
mod deadlock;
mod form_to_webhook;
mod gate;
mod large_batch;
mod lost_lease;
mod messages;
mod refused_steps;
mod shared_work;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// Makes and publishes a workflow.
pub async fn published(app: &TestApp, mut definition: Value) -> Value {
    definition["status"] = json!("published");
    let made = app.post("/leadhold/v1/workflows").json(&definition).send().await.expect(201);
    made.json()["workflow"].clone()
}

/// Posts to a workflow's hook, as a web form does, and lets everything happen.
pub async fn submit(app: &TestApp, workflow: &Value, form: &Value) {
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(form).send().await.expect(200);
    app.run_until_idle().await;
}

/// The runs of a workflow with their steps, newest first.
pub async fn runs(app: &TestApp, workflow: &Value) -> Vec<Value> {
    let path = format!("/leadhold/v1/workflows/{}/runs?limit=100", workflow["id"].as_str().expect("an id"));
    let runs = app.get(&path).send().await.expect(200).json();
    let mut whole = Vec::new();
    for run in runs["runs"].as_array().expect("a list") {
        let id = run["id"].as_str().expect("an id");
        let run = app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json();
        whole.push(run["run"].clone());
    }
    whole
}

/// The steps of a run, one line each, with `[id]` for ids that chance made.
pub fn told(run: &Value) -> String {
    let mut run = run.clone();
    let status = run["status"].as_str().unwrap_or_default().to_owned();
    let line = |step: &mut Value| {
        for key in ["contactId", "deliveryId", "messageId", "conversationId"] {
            if let Some(id) = step["output"].get_mut(key).filter(|id| id.is_string()) {
                *id = json!("[id]");
            }
        }
        let result =
            if step["error"].is_null() { step["output"].to_string() } else { step["error"].to_string() };
        format!("{} {}: {result}\n", step["number"], step["stepId"].as_str().unwrap_or_default())
    };
    run["steps"].as_array_mut().expect("a list").iter_mut().map(line).collect::<String>() + &status
}
