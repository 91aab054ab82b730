//! `note_add` and `note_changed`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{said, says, trigger};
use crate::api::contacts::make;

#[tokio::test]
async fn a_note_that_was_written_and_written_anew() {
    let app = TestApp::start().await;
    let says_it = "{{contact.first_name}}: {{note.body}}";
    let added = says(&app, trigger("note_add", &[]), says_it).await;
    let urgent = says(&app, trigger("note_added", &["note.body contains urgent"]), says_it).await;
    let changed = says(&app, trigger("note_changed", &["note.body has_changed"]), says_it).await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    let path = format!("/contacts/{ada}/notes");
    let mut notes = Vec::new();
    for body in ["call back", "URGENT: call back"] {
        let note = app.post(&path).json(&json!({"body": body})).send().await.expect(201).json();
        app.run_until_idle().await;
        notes.push(format!("{path}/{}", note["note"]["id"].as_str().expect("an id")));
    }
    app.put(&notes[0]).json(&json!({"body": "called"})).send().await.expect(200);
    app.run_until_idle().await;
    app.put(&notes[0]).json(&json!({"body": "called", "title": "Ada"})).send().await.expect(200);
    assert_eq!(said(&app, &added).await, ["Ada: URGENT: call back", "Ada: call back"]);
    assert_eq!(said(&app, &urgent).await, ["Ada: URGENT: call back"]);
    assert_eq!(said(&app, &changed).await, ["Ada: called"], "the title's change is none of the body");
}
