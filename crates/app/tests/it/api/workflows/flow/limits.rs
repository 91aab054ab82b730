//! `settings`: how much of a workflow goes on at once, and when it may.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::super::path_of;
use super::{contact, enrol, story, tag, workflow};

async fn statuses(app: &TestApp, workflow: &serde_json::Value) -> Vec<String> {
    let told = story(app, workflow).await;
    told.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

/// The contacts of the runs that a filter by status finds, in the order in which they began.
async fn asked_for(app: &TestApp, workflow: &serde_json::Value, status: &str) -> Vec<String> {
    let path = format!("{}/runs?status={status}", path_of(workflow));
    let found = app.get(&path).send().await.expect(200).json();
    let runs = found["runs"].as_array().expect("runs").iter().rev();
    assert!(runs.clone().all(|run| run["status"] == status), "{found}");
    runs.map(|run| run["contactId"].as_str().expect("a contact").to_owned()).collect()
}

#[tokio::test]
async fn only_so_many_runs_go_on_at_once_and_the_first_in_the_queue_is_next() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "wait", "type": "wait", "attributes": {"events": [{"type": "contact_tag"}]}}]);
    let workflow = workflow(&app, steps, json!({"limits": {"running": 2}})).await;
    let mut people = Vec::new();
    for n in 0..4 {
        app.clock.advance(1000);
        people.push(contact(&app, &format!("c{n}")).await);
        enrol(&app, &workflow, &people[n]).await;
    }
    assert_eq!(statuses(&app, &workflow).await, ["waiting", "waiting", "queued", "queued"]);
    assert_eq!(asked_for(&app, &workflow, "queued").await, people[2..]);
    tag(&app, &people[1], "done").await;
    assert_eq!(statuses(&app, &workflow).await, ["waiting", "finished", "waiting", "queued"]);
    let path = format!("/contacts/{}/workflow/{}", people[0], workflow["id"].as_str().unwrap());
    app.delete(&path).json(&json!({})).send().await.expect(200);
    app.run_until_idle().await;
    assert_eq!(statuses(&app, &workflow).await, ["removed", "finished", "waiting", "waiting"]);
}

#[tokio::test]
async fn only_so_many_begin_in_a_minute() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["x"]}}]);
    let workflow = workflow(&app, steps, json!({"limits": {"perMinute": 2}})).await;
    for n in 0..5 {
        let someone = contact(&app, &format!("c{n}")).await;
        enrol(&app, &workflow, &someone).await;
    }
    let mut finished = Vec::new();
    for delayed in [3, 1, 0] {
        assert_eq!(asked_for(&app, &workflow, "delayed").await.len(), delayed);
        finished.push(statuses(&app, &workflow).await.iter().filter(|status| *status == "finished").count());
        app.clock.advance(60_000);
        app.run_until_idle().await;
    }
    assert_eq!(finished, [2, 4, 5]);
}
