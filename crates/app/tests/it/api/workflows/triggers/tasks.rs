//! `task_added` and `task_completed`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{said, says, trigger};
use crate::api::contacts::make;

#[tokio::test]
async fn a_task_that_was_made_and_completed() {
    let app = TestApp::start().await;
    let says_it = "{{contact.first_name}}: {{task.title}} by {{task.due_date}} ({{task.assigned_to}})";
    let added = says(&app, trigger("task_added", &[]), says_it).await;
    let bobs = says(&app, trigger("task_added", &["task.assigned_to is bob"]), says_it).await;
    let completed = says(&app, trigger("task_completed", &[]), says_it).await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    let path = format!("/contacts/{ada}/tasks");
    let mut tasks = Vec::new();
    for (title, user) in [("Call", "bob"), ("Write", "eve")] {
        let body = json!({
            "title": title, "assignedTo": user, "dueDate": "2026-02-01T09:00:00Z", "completed": false
        });
        let task = app.post(&path).json(&body).send().await.expect(201).json();
        app.run_until_idle().await;
        tasks.push(format!("{path}/{}", task["task"]["id"].as_str().expect("an id")));
    }
    app.put(&tasks[0]).json(&json!({"title": "Ring"})).send().await.expect(200);
    assert_eq!(said(&app, &completed).await.len(), 0);
    app.put(&tasks[0]).json(&json!({"completed": true})).send().await.expect(200);
    let (call, ring) =
        ("Ada: Call by 2026-02-01T09:00:00.000Z (bob)", "Ada: Ring by 2026-02-01T09:00:00.000Z (bob)");
    assert_eq!(said(&app, &added).await, [call, "Ada: Write by 2026-02-01T09:00:00.000Z (eve)"]);
    assert_eq!(said(&app, &bobs).await, [call]);
    assert_eq!(said(&app, &completed).await, [ring]);
}
