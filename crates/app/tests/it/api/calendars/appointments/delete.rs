//! `DELETE /calendars/events/{eventId}`

use serde_json::json;

use crate::api::calendars::Desk;

#[tokio::test]
async fn an_appointment_is_deleted_and_shown_as_it_was() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"title": "Tea"})).await;
    let path = format!("/calendars/events/{}", made["id"].as_str().expect("an id"));
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.delete(&path).token(token).json(&json!({})).send().await.expect(403);
    }
    assert!(desk.app.new_events().await.is_empty());
    let gone = desk.app.delete(&path).json(&json!({})).send().await.expect(201).json();
    assert_eq!(gone, json!({"succeeded": true}));
    let events = desk.app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "AppointmentDelete"));
    assert_eq!(events[0].2["appointment"]["title"], "Tea");
    let answer = desk.app.delete(&path).json(&json!({})).send().await.expect(400).json();
    assert_eq!(answer["message"], format!("Event with id {} not found", made["id"].as_str().expect("an id")));
}
