//! `DELETE /calendars/{calendarId}`

use serde_json::json;

use super::Desk;

#[tokio::test]
async fn a_calendar_goes_and_what_was_booked_stays() {
    let desk = Desk::open().await;
    let booked = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let path = format!("/calendars/{}", desk.calendar);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.delete(&path).token(token).send().await.expect(403);
    }
    let gone = desk.app.delete(&path).send().await.expect(200).json();
    assert_eq!(gone, json!({"success": true}));
    desk.app.get(&path).send().await.expect(400);
    desk.app.delete(&path).send().await.expect(400);
    let body = desk.body("2026-01-19T11:00:00-06:00", json!({}));
    let answer = desk.app.post("/calendars/events/appointments").json(&body).send().await.expect(400).json();
    assert_eq!(answer["message"], format!("Calendar with id {} not found", desk.calendar));
    let changed = desk.change(&booked["id"], json!({"appointmentStatus": "showed"})).await;
    assert_eq!(
        (&changed["appointmentStatus"], &changed["calendarId"]),
        (&json!("showed"), &json!(desk.calendar))
    );
}
