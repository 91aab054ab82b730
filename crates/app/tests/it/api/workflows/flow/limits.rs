//! `settings`: how much of a workflow goes on at once, and when it may.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, enrol, story, tag, workflow};

async fn statuses(app: &TestApp, workflow: &serde_json::Value) -> Vec<String> {
    let told = story(app, workflow).await;
    told.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
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
    for _ in 0..3 {
        finished.push(statuses(&app, &workflow).await.iter().filter(|status| *status == "finished").count());
        app.clock.advance(60_000);
        app.run_until_idle().await;
    }
    assert_eq!(finished, [2, 4, 5]);
}
