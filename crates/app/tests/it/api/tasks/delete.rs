//! `DELETE /contacts/{contactId}/tasks/{taskId}`, and tasks whose contact goes.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, make, refusals};

#[tokio::test]
async fn a_task_is_removed_once() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let (task, other) =
        (make(&app, &contact, "one", json!({})).await, make(&app, &contact, "two", json!({})).await);
    app.new_events().await;
    assert_eq!(app.delete(&task).send().await.expect(200).json(), json!({"succeded": true}));
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str(), &events[0].2["title"]), (1, "TaskDelete", &json!("one")));
    app.delete(&task).send().await.expect(400);
    app.get(&task).send().await.expect(400);
    refusals(&app, &other, "", http::Method::DELETE, None).await;
    let answer = app.delete(&other).version("v3").send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeeded": true, "succeded": true}));
    assert!(app.database.content().await["tasks_search"].is_empty());
}

#[tokio::test]
async fn tasks_go_with_their_contact_in_silence() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, &contact, "one", json!({})).await;
    app.new_events().await;
    app.delete(&format!("/contacts/{contact}")).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["ContactDelete"]);
    let content = app.database.content().await;
    assert!(content["tasks"].is_empty() && content["tasks_search"].is_empty());
    app.get(&format!("/contacts/{contact}/tasks")).send().await.expect(400);
}
