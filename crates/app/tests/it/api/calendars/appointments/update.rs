//! `PUT /calendars/events/appointments/{eventId}`

use serde_json::json;

use crate::api::calendars::{Desk, shown, user};

#[tokio::test]
async fn a_change_is_announced_once_and_the_end_moves_along() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let changed = desk.change(&made["id"], json!({"startTime": "2026-01-20T11:00:00-06:00"})).await;
    assert_eq!(changed["endTime"], "2026-01-20T11:30:00-06:00");
    let events = desk.app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "AppointmentUpdate"));
    assert_eq!(events[0].2["appointment"]["startTime"], "2026-01-20T11:00:00-06:00");
    let change =
        json!({"title": "Tea", "appointmentStatus": "cancelled", "address": "2 Main St", "toNotify": false});
    let changed = desk.change(&made["id"], change.clone()).await;
    insta::assert_json_snapshot!(shown(&changed), @r#"
    {
      "id": "[id]",
      "calendarId": "[id]",
      "locationId": "[id]",
      "contactId": "[id]",
      "title": "Tea",
      "startTime": "2026-01-20T11:00:00-06:00",
      "endTime": "2026-01-20T11:30:00-06:00",
      "appointmentStatus": "cancelled",
      "isRecurring": false,
      "assignedUserId": "[id]",
      "meetingLocationType": "custom",
      "address": "2 Main St"
    }
    "#);
    assert_eq!(desk.app.new_event_kinds().await, ["AppointmentUpdate"]);
    desk.change(&made["id"], change).await;
    assert!(desk.app.new_events().await.is_empty(), "nothing changed");
    let changed = desk.change(&made["id"], json!({"address": null})).await;
    assert_eq!(changed.get("address"), None);
}

#[tokio::test]
async fn a_change_is_refused_as_a_whole() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let path = format!("/calendars/events/appointments/{}", made["id"].as_str().expect("an id"));
    let before = desk.app.database.content().await;
    let bad = json!({"contactId": "x", "locationId": desk.app.agency.location.location_id(), "title": 1, "startTime": "2026-01-19",
        "appointmentStatus": "gone"});
    let answer = desk.app.put(&path).json(&bad).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property contactId should not exist",
      "property locationId should not exist",
      "startTime must be a valid ISO 8601 date string with an offset",
      "title must be a string",
      "appointmentStatus must be one of the following values: new, confirmed, cancelled, showed, noshow, invalid"
    ]
    "#);
    let mut said = Vec::new();
    for (body, status) in [
        (json!({"endTime": "2026-01-19T09:00:00-06:00"}), 422),
        (json!({"endTime": "2026-01-19T16:00:00Z"}), 400),
        (json!({"assignedUserId": alan}), 400),
        (json!({"calendarId": "aaaaaaaaaaaaaaaaaaaa"}), 400),
        (json!({"rrule": "RRULE:FREQ=DAILY;COUNT=5", "ignoreFreeSlotValidation": true}), 501),
    ] {
        let answer = desk.app.put(&path).json(&body).send().await.expect(status).json();
        said.push(format!("{status} {}", answer["message"].to_string().replace(&alan, "[alan]")));
    }
    insta::assert_snapshot!(said.join("\n"), @r#"
    422 ["endTime must be later than startTime"]
    400 "Bad Request"
    400 "User with id [alan] is not a team member of the calendar"
    400 "Calendar with id aaaaaaaaaaaaaaaaaaaa not found"
    501 "Recurring appointments (rrule) are not implemented yet."
    "#);
    let unknown = "/calendars/events/appointments/aaaaaaaaaaaaaaaaaaaa";
    let answer = desk.app.put(unknown).json(&json!({})).send().await.expect(400).json();
    assert_eq!(answer["message"], "Event with id aaaaaaaaaaaaaaaaaaaa not found");
    desk.app.get(unknown).send().await.expect(400);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.put(&path).token(token).json(&bad).send().await.expect(403);
        desk.app.get(&path).token(token).send().await.expect(403);
    }
    assert!(desk.app.new_events().await.is_empty());
    assert_eq!(desk.app.database.content().await, before);
}
