//! `POST` and `DELETE /contacts/{contactId}/tags`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{make, shown};

#[tokio::test]
async fn tags_are_added_once_and_announced_once() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A", "tags": ["one"]})).await;
    app.new_events().await;
    let path = format!("/contacts/{id}/tags");
    let answer = app.post(&path).json(&json!({"tags": ["ONE", " Two ", "two"]})).send().await.expect(201);
    insta::assert_json_snapshot!(answer.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "tags": [
        "one",
        "two"
      ],
      "tagsAdded": [
        "two"
      ],
      "traceId": "[trace]"
    }
    "#);
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "ContactTagUpdate"));
    assert_eq!(events[0].2["tags"], json!(["one", "two"]));
    assert_eq!(shown(&app, &id).await["tags"], json!(["one", "two"]));

    let again = app.post(&path).json(&json!({"tags": ["two"]})).send().await.expect(201);
    assert_eq!(again.json()["tagsAdded"], json!([]));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn tags_are_removed_and_the_location_keeps_knowing_them() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A", "tags": ["one", "two", "three"]})).await;
    app.new_events().await;
    let path = format!("/contacts/{id}/tags");
    let answer = app.delete(&path).json(&json!({"tags": ["TWO", "four"]})).send().await.expect(200);
    insta::assert_json_snapshot!(answer.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "tags": [
        "one",
        "three"
      ],
      "tagsRemoved": [
        "two"
      ],
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);
    app.delete(&path).json(&json!({"tags": ["four"]})).send().await.expect(200);
    assert!(app.new_events().await.is_empty());
    let list =
        app.get(&format!("/locations/{}/tags", app.agency.location.location_id())).send().await.expect(200);
    assert_eq!(list.json()["tags"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn faults_and_unknown_contacts() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let path = format!("/contacts/{id}/tags");
    let answer = app.post(&path).json(&json!({"tag": "x"})).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property tag should not exist",
      "tags must be an array"
    ]
    "#);
    let answer = app.post(&path).json(&json!({"tags": [1]})).send().await.expect(422);
    assert_eq!(answer.json()["message"], json!(["each value in tags must be a string"]));
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path).token(token).json(&json!({"tags": ["x"]})).send().await.expect(403);
        app.delete(&path).token(token).json(&json!({"tags": ["x"]})).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
}
