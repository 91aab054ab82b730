//! `POST /contacts/{contactId}/tasks`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::contact;

#[tokio::test]
async fn a_task_is_made_and_announced() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let body = json!({"title": "Call back", "body": "about tea", "dueDate": "2026-02-01T10:00:00+01:00",
        "completed": false, "assignedTo": "hxHGVRb1YJUscrCB8eXK"});
    let made = app.post(&format!("/contacts/{contact}/tasks")).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[task]", ".**.contactId" => "[contact]" }, @r#"
    {
      "task": {
        "id": "[task]",
        "contactId": "[contact]",
        "title": "Call back",
        "body": "about tea",
        "assignedTo": "hxHGVRb1YJUscrCB8eXK",
        "dueDate": "2026-02-01T09:00:00.000Z",
        "completed": false,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "TaskCreate"));
    assert_eq!(events[0].1, made["task"]["id"]);
    insta::assert_json_snapshot!(
        events[0].2, { ".id" => "[task]", ".contactId" => "[contact]", ".locationId" => "[location]" }, @r#"
    {
      "locationId": "[location]",
      "id": "[task]",
      "title": "Call back",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dueDate": "2026-02-01T09:00:00.000Z",
      "contactId": "[contact]",
      "body": "about tea",
      "assignedTo": "hxHGVRb1YJUscrCB8eXK"
    }
    "#);
}

#[tokio::test]
async fn a_task_that_is_made_completed_was_never_open() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let body = json!({"title": "Done", "dueDate": "2026-02-01", "completed": true, "assignedTo": ""});
    let path = format!("/contacts/{contact}/tasks");
    let made = app.post(&path).version("v3").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[task]", ".**.contactId" => "[contact]" }, @r#"
    {
      "task": {
        "id": "[task]",
        "contactId": "[contact]",
        "title": "Done",
        "dueDate": "2026-02-01T00:00:00.000Z",
        "completed": true,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["TaskCreate"]);
}

#[tokio::test]
async fn all_faults_are_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let path = format!("/contacts/{contact}/tasks");
    let answer = app.post(&path).json(&json!({})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "title must be a string",
      "title should not be empty",
      "dueDate must be a valid ISO 8601 date string",
      "completed must be a boolean value"
    ]
    "#);
    let body =
        json!({"title": "x".repeat(1001), "dueDate": "soon", "completed": "no", "assignedTo": 1, "due": 1});
    let answer = app.post(&path).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property due should not exist",
      "title must be shorter than or equal to 1000 characters",
      "assignedTo must be a string",
      "dueDate must be a valid ISO 8601 date string",
      "completed must be a boolean value"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path).token(token).json(&body).send().await.expect(403);
    }
    let good = json!({"title": "t", "dueDate": "2026-02-01", "completed": false});
    app.post("/contacts/aaaaaaaaaaaaaaaaaaaa/tasks").json(&good).send().await.expect(400);
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.get(&path).send().await.expect(200).json(), json!({"tasks": []}));
}
