//! `/calendars/events/appointments`

mod create;
mod delete;
mod length;
mod of_contact;
mod orphan;
mod people;
mod revived;
mod slot;
mod update;

use serde_json::{Value, json};

use super::Desk;

/// What a slot that cannot be had answers.
const TAKEN: &str = "The slot you have selected is no longer available.";

/// What a booking answers: its start, or why not.
async fn booking(desk: &Desk, start: &str, more: Value) -> String {
    let call = desk.app.post("/calendars/events/appointments").json(&desk.body(start, more));
    let answer = call.send().await.json();
    answer["startTime"].as_str().or(answer["message"].as_str()).unwrap_or_default().to_owned()
}

/// What a change answers: `done`, or why not.
async fn changing(desk: &Desk, of: &Value, body: Value) -> String {
    let path = format!("/calendars/events/appointments/{}", of["id"].as_str().expect("an id"));
    let answer = desk.app.put(&path).json(&body).send().await.json();
    answer["message"].as_str().unwrap_or("done").to_owned()
}

/// Sees that a body is changed as the change says, or refused as a whole.
async fn refused(desk: &Desk, of: &Value, body: Value) {
    let before = desk.app.database.content().await;
    assert_eq!(changing(desk, of, body.clone()).await, TAKEN, "{body}");
    assert_eq!(desk.app.database.content().await, before, "{body}");
}

/// A status.
fn status(name: &str) -> Value {
    json!({"appointmentStatus": name})
}
