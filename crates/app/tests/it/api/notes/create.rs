//! `POST /contacts/{contactId}/notes`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::contact;

#[tokio::test]
async fn a_note_is_written_down_and_announced() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let body = json!({"body": "Likes tea", "userId": "GCs5KuzPqTls7vWclkEV", "title": "Summary", "color": "#FFAA00",
        "pinned": true});
    let made = app.post(&format!("/contacts/{contact}/notes")).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[note]", ".**.contactId" => "[contact]" }, @r##"
    {
      "note": {
        "id": "[note]",
        "contactId": "[contact]",
        "body": "Likes tea",
        "userId": "GCs5KuzPqTls7vWclkEV",
        "title": "Summary",
        "color": "#FFAA00",
        "pinned": true,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "##);
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "NoteCreate"));
    assert_eq!(events[0].1, made["note"]["id"]);
    insta::assert_json_snapshot!(
        events[0].2, { ".id" => "[note]", ".contactId" => "[contact]", ".locationId" => "[location]" }, @r#"
    {
      "locationId": "[location]",
      "id": "[note]",
      "body": "Likes tea",
      "contactId": "[contact]",
      "dateAdded": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn a_body_is_enough_and_whoever_is_signed_in_wrote_it() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let path = format!("/contacts/{contact}/notes");
    let made = app.post(&path).json(&json!({"body": "b"})).version("v3").send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[note]", ".**.contactId" => "[contact]" }, @r#"
    {
      "note": {
        "id": "[note]",
        "contactId": "[contact]",
        "body": "b",
        "pinned": false,
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let person = app.person(&app.agency, Type::Account, Role::Admin, &[&app.agency.location]).await;
    let session = app.sign_in(&person).await;
    let path = format!("{path}?locationId={}", app.agency.location.location_id());
    let made = app.post(&path).session(&session).json(&json!({"body": "b"})).send().await.expect(201).json();
    assert_eq!(made["note"]["userId"], json!(person.id));
}

#[tokio::test]
async fn all_faults_are_named_and_nothing_is_written() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let path = format!("/contacts/{contact}/notes");
    let body = json!({"text": "x", "title": 1, "pinned": "yes", "color": "x".repeat(65)});
    let answer = app.post(&path).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property text should not exist",
      "title must be a string",
      "color must be shorter than or equal to 64 characters",
      "body must be a string",
      "body should not be empty",
      "pinned must be a boolean value"
    ]
    "#);
    app.post(&path).json(&json!({"body": "x".repeat(65_537)})).send().await.expect(422);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path).token(token).json(&body).send().await.expect(403);
        app.post(&path).token(token).json(&json!({"body": "b"})).send().await.expect(403);
    }
    let nobody = app.post("/contacts/aaaaaaaaaaaaaaaaaaaa/notes").json(&json!({"body": "b"})).send().await;
    assert_eq!(nobody.expect(400).json()["message"], "Contact with id aaaaaaaaaaaaaaaaaaaa not found");
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.get(&path).send().await.expect(200).json(), json!({"notes": []}));
}
