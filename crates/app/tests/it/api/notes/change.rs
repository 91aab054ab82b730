//! `PUT /contacts/{contactId}/notes/{id}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, make, refusals};

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let note = make(&app, &contact, json!({"body": "old", "title": "T", "color": "red"})).await;
    app.new_events().await;
    let changes = json!({"body": "new", "pinned": true, "title": null});
    let changed = app.put(&note).json(&changes).send().await.expect(200).json();
    insta::assert_json_snapshot!(changed, { ".**.id" => "[note]", ".**.contactId" => "[contact]" }, @r#"
    {
      "note": {
        "id": "[note]",
        "contactId": "[contact]",
        "body": "new",
        "color": "red",
        "pinned": true,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str(), &events[0].2["body"]), (1, "NoteUpdate", &json!("new")));
    assert_eq!(app.get(&note).send().await.expect(200).json(), changed);
}

#[tokio::test]
async fn no_change_is_not_announced() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let note = make(&app, &contact, json!({"body": "b"})).await;
    app.new_events().await;
    for same in [json!({}), json!({"body": "b", "pinned": false}), json!({"title": null})] {
        app.put(&note).json(&same).send().await.expect(200);
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn faults_and_strangers_change_nothing() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let note = make(&app, &contact, json!({"body": "b"})).await;
    let answer =
        app.put(&note).json(&json!({"body": " ", "pinned": 1, "x": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property x should not exist",
      "body should not be empty",
      "pinned must be a boolean value"
    ]
    "#);
    refusals(&app, &note, http::Method::PUT, Some(json!({"body": "c"}))).await;
}
