//! `/contacts/{contactId}/notes`

mod change;
mod create;
mod delete;
mod list;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts::make as make_contact;

/// Writes a note down and answers its path.
async fn make(app: &TestApp, contact: &str, body: Value) -> String {
    let path = format!("/contacts/{contact}/notes");
    let note = app.post(&path).json(&body).send().await.expect(201).json();
    format!("{path}/{}", note["note"]["id"].as_str().expect("an id"))
}

/// A contact without a note.
async fn contact(app: &TestApp) -> String {
    let id = make_contact(app, json!({"firstName": "Ada"})).await;
    app.new_events().await;
    id
}

/// What a credential that is not the location's, or a contact or note that is not there, answers.
async fn refusals(app: &TestApp, note: &str, method: http::Method, body: Option<Value>) {
    let unknown_note = format!("{}aaaaaaaaaaaaaaaaaaaa", &note[..note.len() - 20]);
    let unknown_contact = format!("/contacts/aaaaaaaaaaaaaaaaaaaa/notes/{}", &note[note.len() - 20..]);
    let neighbour = make_contact(app, json!({"firstName": "Neighbour"})).await;
    let of_neighbour = format!("/contacts/{neighbour}/notes/{}", &note[note.len() - 20..]);
    app.new_events().await;
    let before = app.database.content().await;
    let send = async |path: &str, token: &str| {
        let call = app.call(method.clone(), path).token(token);
        match &body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    };
    let own = &app.agency.location_token;
    let answer = send(&unknown_note, own).await.expect(400).json();
    assert_eq!(answer["message"], "Note with id aaaaaaaaaaaaaaaaaaaa not found");
    send(&of_neighbour, own).await.expect(400);
    let answer = send(&unknown_contact, own).await.expect(400).json();
    assert_eq!(answer["message"], "Contact with id aaaaaaaaaaaaaaaaaaaa not found");
    for token in [&app.agency.second_token, &app.other.location_token] {
        send(note, token).await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.database.content().await, before);
}
