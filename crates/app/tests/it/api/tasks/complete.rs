//! `PUT /contacts/{contactId}/tasks/{taskId}/completed`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, make, refusals};

#[tokio::test]
async fn completion_is_announced_each_time_it_comes() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let task = make(&app, &contact, "t", json!({})).await;
    app.new_events().await;
    let path = format!("{task}/completed");
    let expected: [(bool, &[&str]); 5] = [
        (true, &["TaskComplete"]),
        (true, &[]),
        (false, &["TaskChange"]),
        (false, &[]),
        (true, &["TaskComplete"]),
    ];
    for (completed, events) in expected {
        let answer = app.put(&path).json(&json!({"completed": completed})).send().await.expect(200).json();
        assert_eq!(answer["task"]["completed"], completed);
        assert_eq!(app.new_event_kinds().await, events);
        assert_eq!(app.get(&task).send().await.expect(200).json(), answer);
    }
}

#[tokio::test]
async fn it_has_to_be_said_and_nothing_else() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let task = make(&app, &contact, "t", json!({})).await;
    let path = format!("{task}/completed");
    let answer = app.put(&path).json(&json!({"title": "x"})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property title should not exist",
      "completed must be a boolean value"
    ]
    "#);
    refusals(&app, &task, "/completed", http::Method::PUT, Some(json!({"completed": true}))).await;
}
