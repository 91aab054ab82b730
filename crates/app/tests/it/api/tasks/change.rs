//! `PUT /contacts/{contactId}/tasks/{taskId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, make, refusals};

#[tokio::test]
async fn what_is_named_changes_and_only_the_completion_is_announced() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let task = make(&app, &contact, "old", json!({"body": "b", "assignedTo": "u"})).await;
    app.new_events().await;
    let changes = json!({"title": "new", "body": null, "assignedTo": "", "dueDate": "2026-03-01T00:00:00Z"});
    let changed = app.put(&task).json(&changes).send().await.expect(200).json();
    insta::assert_json_snapshot!(changed, { ".**.id" => "[task]", ".**.contactId" => "[contact]" }, @r#"
    {
      "task": {
        "id": "[task]",
        "contactId": "[contact]",
        "title": "new",
        "dueDate": "2026-03-01T00:00:00.000Z",
        "completed": false,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let [(kind, _, _)] = app.new_events().await.try_into().expect("one event");
    assert_eq!(kind, "TaskChange", "the catalogue has no event for it, and it never leaves");
    assert_eq!(app.get(&task).send().await.expect(200).json(), changed);

    app.put(&task).json(&json!({"completed": true})).send().await.expect(200);
    let events = app.new_events().await;
    assert_eq!(
        (events.len(), events[0].0.as_str(), &events[0].2["title"]),
        (1, "TaskComplete", &json!("new"))
    );
    for (body, events) in [
        (json!({}), &[][..]),
        (json!({"completed": true, "title": null}), &[]),
        (json!({"completed": false}), &["TaskChange"]),
    ] {
        app.put(&task).json(&body).send().await.expect(200);
        assert_eq!(app.new_event_kinds().await, events);
    }
}

#[tokio::test]
async fn faults_and_strangers_change_nothing() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let task = make(&app, &contact, "t", json!({})).await;
    let body = json!({"title": " ", "dueDate": "2026-13-01", "completed": 1, "status": "x"});
    let answer = app.put(&task).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property status should not exist",
      "title should not be empty",
      "dueDate must be a valid ISO 8601 date string",
      "completed must be a boolean value"
    ]
    "#);
    refusals(&app, &task, "", http::Method::PUT, Some(json!({"title": "c"}))).await;
}
