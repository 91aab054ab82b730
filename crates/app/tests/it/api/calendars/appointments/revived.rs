//! Appointments that count again after they were called off

use serde_json::json;

use super::{TAKEN, booking, refused, status};
use crate::api::calendars::{Desk, calendar};

/// They are booked anew: for their day, and for their place.
#[tokio::test]
async fn what_counts_again_needs_a_place_and_a_day_with_room() {
    let desk = Desk::open().await;
    let limits = json!({"calendarType": "event", "appoinmentPerDay": 2, "appoinmentPerSlot": 2});
    let limited = calendar(&desk.app, limits).await;
    let at = |time: &str| format!("2026-01-19T{time}:00-06:00");
    let more = || json!({"calendarId": limited});
    let first = desk.book(&at("10:00"), more()).await;
    desk.change(&first["id"], status("cancelled")).await;
    desk.book(&at("11:00"), more()).await;
    let third = desk.book(&at("12:00"), more()).await;
    assert_eq!(booking(&desk, &at("13:00"), more()).await, TAKEN, "two a day");
    refused(&desk, &first, status("confirmed")).await;
    for name in ["new", "showed", "noshow"] {
        refused(&desk, &first, status(name)).await;
    }
    desk.change(&first["id"], status("invalid")).await;
    refused(&desk, &first, status("confirmed")).await;
    desk.change(&third["id"], status("noshow")).await; // which counts
    refused(&desk, &first, status("confirmed")).await;
    desk.change(&third["id"], status("cancelled")).await;
    desk.change(&first["id"], status("confirmed")).await;
    // What counts all along changes as it likes, however full the day is.
    desk.change(&first["id"], status("showed")).await;
    desk.change(&first["id"], json!({"endTime": at("10:20")})).await;
    let forced = json!({"appointmentStatus": "confirmed", "ignoreFreeSlotValidation": true});
    desk.change(&third["id"], forced).await;
}

/// Also what passed: nobody looks at notice and opening hours again.
#[tokio::test]
async fn what_passed_may_count_again() {
    let desk = Desk::open().await;
    let past = json!({"ignoreFreeSlotValidation": true, "appointmentStatus": "cancelled"});
    let made = desk.book("2026-01-11T22:00:00-06:00", past).await;
    desk.change(&made["id"], status("showed")).await;
}

/// A time that could not be booked is not had by moving there while it does not count.
#[tokio::test]
async fn what_is_called_off_moves_to_slots_only() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    desk.change(&made["id"], status("cancelled")).await;
    refused(&desk, &made, json!({"startTime": "2026-01-19T03:10:00-06:00"})).await;
    refused(&desk, &made, json!({"endTime": "2026-01-19T23:00:00-06:00"})).await;
    desk.change(&made["id"], json!({"startTime": "2026-01-19T12:00:00-06:00"})).await;
    desk.change(&made["id"], status("confirmed")).await;
}
