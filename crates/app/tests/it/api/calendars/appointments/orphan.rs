//! Appointments whose calendar is gone

use serde_json::json;

use super::{changing, refused, status};
use crate::api::calendars::{Desk, calendar, user};

/// Its people are in the way, and nothing else is; it moves only into a calendar that is there.
#[tokio::test]
async fn what_is_left_of_a_calendar_changes_as_its_people_can() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let kept =
        calendar(&desk.app, json!({"calendarType": "personal", "teamMembers": [{"userId": desk.user}]}))
            .await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let cancelled = desk.book("2026-01-19T11:00:00-06:00", json!({})).await;
    desk.change(&cancelled["id"], status("cancelled")).await;
    desk.app.delete(&format!("/calendars/{}", desk.calendar)).send().await.expect(200);
    for start in ["2026-01-19T10:30:00-06:00", "2026-01-19T11:00:00-06:00"] {
        desk.book(start, json!({"calendarId": kept})).await;
    }

    refused(&desk, &made, json!({"endTime": "2026-01-19T10:45:00-06:00"})).await;
    refused(&desk, &cancelled, status("confirmed")).await;
    let gone = format!("Calendar with id {} not found", desk.calendar);
    assert_eq!(changing(&desk, &made, json!({"startTime": "2026-01-19T12:00:00-06:00"})).await, gone);
    let anyway = json!({"startTime": "2026-01-19T12:00:00-06:00", "ignoreFreeSlotValidation": true});
    assert_eq!(changing(&desk, &made, anyway).await, gone);
    let unknown = "aaaaaaaaaaaaaaaaaaaa";
    let answer = changing(&desk, &made, json!({"assignedUserId": unknown})).await;
    assert_eq!(answer, format!("User with id {unknown} not found"));

    for body in [
        json!({"title": "Tea", "endTime": "2026-01-19T10:20:00-06:00"}),
        status("showed"),
        json!({"assignedUserId": alan}),
        json!({"endTime": "2026-01-19T22:00:00-06:00"}), // he has nothing else to do, and no hours are known
        json!({"assignedUserId": desk.user, "ignoreFreeSlotValidation": true}),
        json!({"calendarId": kept, "startTime": "2026-01-20T10:00:00-06:00", "endTime": "2026-01-20T11:00:00-06:00"}),
    ] {
        desk.change(&made["id"], body).await;
    }
    let forced = json!({"appointmentStatus": "confirmed", "ignoreFreeSlotValidation": true});
    assert_eq!(changing(&desk, &cancelled, forced).await, "done");
}
