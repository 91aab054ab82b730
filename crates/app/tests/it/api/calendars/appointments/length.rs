//! Appointments that end at another time than their slot does. Live accounts take them: 3½ hours in a calendar of half
//! hours, and nothing else that overlaps.

use serde_json::json;

use super::{TAKEN, booking, refused};
use crate::api::calendars::{Desk, calendar};

#[tokio::test]
async fn an_appointment_may_last_as_long_as_the_calendar_is_open() {
    let desk = Desk::open().await;
    let ending = |time: &str| json!({"endTime": format!("2026-01-19T{time}:00-06:00")});
    let start = "2026-01-19T13:30:00-06:00";
    assert_eq!(booking(&desk, start, ending("17:01")).await, TAKEN, "the calendar closes at five");
    assert_eq!(booking(&desk, start, json!({"endTime": "2026-01-20T13:30:00-06:00"})).await, TAKEN);
    assert_eq!(booking(&desk, start, json!({"endTime": "2036-01-20T13:30:00-06:00"})).await, TAKEN);
    let dates = json!({"endTime": "2026-01-19T17:01:00-06:00", "ignoreDateRange": true});
    assert_eq!(booking(&desk, start, dates).await, TAKEN, "it is no date that is ignored");
    assert_eq!(booking(&desk, start, ending("17:00")).await, start);
    assert_eq!(booking(&desk, "2026-01-19T16:00:00-06:00", json!({})).await, TAKEN, "within it");
    assert_eq!(
        booking(&desk, "2026-01-19T13:00:00-06:00", ending("13:10")).await,
        "2026-01-19T13:00:00-06:00"
    );
    assert_eq!(
        booking(
            &desk,
            "2026-01-20T16:30:00-06:00",
            json!({
            "endTime": "2026-01-20T19:00:00-06:00", "ignoreFreeSlotValidation": true})
        )
        .await,
        "2026-01-20T16:30:00-06:00"
    );
}

#[tokio::test]
async fn a_change_makes_it_no_longer_than_that() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T16:00:00-06:00", json!({})).await;
    let ending = |time: &str| json!({"endTime": format!("2026-01-19T{time}:00-06:00")});
    refused(&desk, &made, ending("17:30")).await;
    refused(&desk, &made, json!({"endTime": "2026-01-19T17:30:00-06:00", "ignoreDateRange": true})).await;
    desk.change(&made["id"], ending("17:00")).await;
    refused(&desk, &made, json!({"startTime": "2026-01-20T16:30:00-06:00"})).await; // its end moves along
    let forced = json!({"endTime": "2026-01-19T18:00:00-06:00", "ignoreFreeSlotValidation": true});
    desk.change(&made["id"], forced).await;
    // What is too long already may become shorter, and be what became of it.
    let changed = desk.change(&made["id"], ending("17:45")).await;
    assert_eq!(changed["endTime"], "2026-01-19T17:45:00-06:00");
    desk.change(&made["id"], json!({"appointmentStatus": "showed"})).await;
}

/// Over midnight, where the calendar is open on both sides of it.
#[tokio::test]
async fn midnight_is_no_end() {
    let desk = Desk::open().await;
    let always = json!([{"daysOfTheWeek": [0, 1, 2, 3, 4, 5, 6], "hours": [
        {"openHour": 0, "openMinute": 0, "closeHour": 0, "closeMinute": 0}]}]);
    let always = calendar(&desk.app, json!({"openHours": always})).await;
    let start = "2026-01-19T23:30:00-06:00";
    let long = json!({"calendarId": always, "endTime": "2026-01-20T02:00:00-06:00"});
    assert_eq!(booking(&desk, start, long).await, start);
    assert_eq!(booking(&desk, "2026-01-20T01:30:00-06:00", json!({"calendarId": always})).await, TAKEN);
}
