//! Inbound hooks at their URLs.

mod answers;
mod bodies;
mod guarded;
mod repeat;

use leadhold_testkit::TestApp;
use serde_json::Value;

use super::workflows::{made, published, waiting};

/// A published workflow behind a hook.
pub async fn listening(app: &TestApp) -> Value {
    made(app, &published(waiting())).await
}

/// The two paths of a workflow's hook: the guide's and today's.
pub fn paths(workflow: &Value) -> [String; 2] {
    ["inboundHookPath", "inboundHookPathV2"].map(|key| workflow[key].as_str().expect("a path").to_owned())
}

/// The bodies of the runs that a workflow began, newest first.
pub async fn received(app: &TestApp, workflow: &Value) -> Vec<Value> {
    app.run_until_idle().await;
    let path = super::workflows::path_of(workflow);
    let runs = app.get(&format!("{path}/runs")).send().await.expect(200).json();
    let mut bodies = Vec::new();
    for run in runs["runs"].as_array().expect("a list") {
        let id = run["id"].as_str().expect("an id");
        let run = app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json();
        bodies.push(run["run"]["triggerData"].clone());
    }
    bodies
}
