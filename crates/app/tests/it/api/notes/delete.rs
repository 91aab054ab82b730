//! `DELETE /contacts/{contactId}/notes/{id}`, and notes whose contact goes.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, make, refusals};

#[tokio::test]
async fn a_note_is_removed_once() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let note = make(&app, &contact, json!({"body": "b"})).await;
    let other = make(&app, &contact, json!({"body": "c"})).await;
    app.new_events().await;
    let answer = app.delete(&note).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str(), &events[0].2["body"]), (1, "NoteDelete", &json!("b")));
    app.delete(&note).send().await.expect(400);
    app.get(&note).send().await.expect(400);
    refusals(&app, &other, http::Method::DELETE, None).await;
    let answer = app.delete(&other).version("v3").send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeeded": true, "succeded": true}));
}

#[tokio::test]
async fn notes_go_with_their_contact_in_silence() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, &contact, json!({"body": "b"})).await;
    app.new_events().await;
    app.delete(&format!("/contacts/{contact}")).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["ContactDelete"]);
    assert!(app.database.content().await["notes"].is_empty());
    app.get(&format!("/contacts/{contact}/notes")).send().await.expect(400);
}
