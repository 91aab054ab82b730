//! Which times can be booked

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{TAKEN, booking as answer, changing};
use crate::api::calendars::{Desk, calendar, user};

#[tokio::test]
async fn a_time_has_to_be_a_free_slot_as_it_was_shown() {
    let desk = Desk::open().await;
    let mut said = Vec::new();
    for start in [
        "2026-01-19T10:10:00-06:00", // between two slots
        "2026-01-19T17:00:00-06:00", // when the calendar is closed
        "2026-01-18T10:00:00-06:00", // a Sunday
        "2026-01-14T10:00:00-06:00", // yesterday
        "2026-01-19T16:00:00Z",      // a slot, as nobody showed it
        "2026-01-19T16:00:00+00:00", // the same in a zone that one can ask for
        "2026-01-19T10:00:00-06:00", // the same again
        "2026-01-19T10:30:00-06:00",
    ] {
        said.push(format!("{start}: {}", answer(&desk, start, json!({})).await));
    }
    insta::assert_snapshot!(said.join("\n"), @"
    2026-01-19T10:10:00-06:00: The slot you have selected is no longer available.
    2026-01-19T17:00:00-06:00: The slot you have selected is no longer available.
    2026-01-18T10:00:00-06:00: The slot you have selected is no longer available.
    2026-01-14T10:00:00-06:00: The slot you have selected is no longer available.
    2026-01-19T16:00:00Z: The slot you have selected is no longer available.
    2026-01-19T16:00:00+00:00: 2026-01-19T16:00:00+00:00
    2026-01-19T10:00:00-06:00: The slot you have selected is no longer available.
    2026-01-19T10:30:00-06:00: 2026-01-19T10:30:00-06:00
    ");
    let long = json!({"endTime": "2026-01-19T12:30:00-06:00"});
    desk.book("2026-01-19T12:00:00-06:00", json!({})).await;
    assert_eq!(answer(&desk, "2026-01-19T11:30:00-06:00", long).await, TAKEN, "it would last into the next");
}

#[tokio::test]
async fn flags_open_more_times() {
    let desk = Desk::open().await;
    let path = format!("/calendars/{}", desk.calendar);
    let notice = json!({"allowBookingAfter": 2, "allowBookingAfterUnit": "weeks"});
    desk.app.put(&path).json(&notice).send().await.expect(200);
    let slot = "2026-01-19T10:00:00-06:00";
    assert_eq!(answer(&desk, slot, json!({})).await, TAKEN);
    assert_eq!(answer(&desk, slot, json!({"ignoreDateRange": true})).await, slot);
    assert_eq!(answer(&desk, slot, json!({"ignoreDateRange": true})).await, TAKEN, "no longer free");
    assert_eq!(answer(&desk, slot, json!({"ignoreFreeSlotValidation": true})).await, slot);
    let odd = "2026-01-18T03:07:00Z";
    assert_eq!(answer(&desk, odd, json!({"ignoreFreeSlotValidation": true})).await, odd);
}

/// Moved, made longer, given to somebody else, taken up again: each time the time has to be free.
#[tokio::test]
async fn a_change_finds_its_time_free_too() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team = json!([{"userId": desk.user, "priority": 1}, {"userId": alan, "priority": 0}]);
    let calendar = calendar(&desk.app, json!({"calendarType": "round_robin", "teamMembers": team})).await;
    let first = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": calendar})).await;
    let second = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": calendar})).await;
    assert_eq!((&first["assignedUserId"], &second["assignedUserId"]), (&json!(desk.user), &json!(alan)));
    let third = desk.book("2026-01-19T10:30:00-06:00", json!({"calendarId": calendar})).await;
    assert_eq!(third["assignedUserId"], json!(desk.user));
    let change = async |of: &Value, body: Value| changing(&desk, of, body).await;
    let before = desk.app.database.content().await;
    let mut said = Vec::new();
    for (of, body) in [
        (&third, json!({"startTime": "2026-01-19T10:00:00-06:00"})),
        (&third, json!({"startTime": "2026-01-19T10:40:00-06:00"})),
        (&first, json!({"endTime": "2026-01-19T11:00:00-06:00"})),
        (&first, json!({"assignedUserId": alan})),
        (&first, json!({"calendarId": desk.calendar, "assignedUserId": alan})),
    ] {
        said.push(format!(
            "{}: {}",
            json!(body.as_object().expect("an object").keys().collect::<Vec<_>>()),
            change(of, body).await
        ));
    }
    assert_eq!(desk.app.database.content().await, before);
    said.push(format!("cancelled: {}", change(&first, json!({"appointmentStatus": "cancelled"})).await));
    said.push(format!(
        "moved into its place: {}",
        change(&third, json!({"startTime": "2026-01-19T10:00:00-06:00"})).await
    ));
    said.push(format!("taken up again: {}", change(&first, json!({"appointmentStatus": "confirmed"})).await));
    let anyway = json!({"appointmentStatus": "confirmed", "ignoreFreeSlotValidation": true});
    said.push(format!("taken up anyway: {}", change(&first, anyway).await));
    said.push(format!(
        "another calendar: {}",
        change(&second, json!({"calendarId": desk.calendar, "startTime": "2026-01-19T12:00:00-06:00"})).await
    ));
    let said = said.join("\n").replace(&alan, "[alan]");
    insta::assert_snapshot!(said, @r#"
    ["startTime"]: The slot you have selected is no longer available.
    ["startTime"]: The slot you have selected is no longer available.
    ["endTime"]: The slot you have selected is no longer available.
    ["assignedUserId"]: The slot you have selected is no longer available.
    ["calendarId","assignedUserId"]: User with id [alan] is not a team member of the calendar
    cancelled: done
    moved into its place: done
    taken up again: The slot you have selected is no longer available.
    taken up anyway: done
    another calendar: done
    "#);
    let path = format!("/calendars/events/appointments/{}", second["id"].as_str().expect("an id"));
    let moved = desk.app.get(&path).send().await.expect(200).json();
    assert_eq!(
        (&moved["event"]["assignedUserId"], &moved["event"]["users"]),
        (&json!(desk.user), &json!([desk.user]))
    );
}

/// However many come at once, a time is booked as often as it has places; also across calendars of one person.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_bookings_at_once_as_many_come_through_as_there_are_places() {
    let desk = Desk::of(crate::api::contacts::unlimited().await).await;
    let other =
        calendar(&desk.app, json!({"calendarType": "personal", "teamMembers": [{"userId": desk.user}]}))
            .await;
    let class = calendar(
        &desk.app,
        json!({"calendarType": "class_booking", "teamMembers": [{"userId": desk.user}], "appoinmentPerSlot": 3}),
    )
    .await;
    let races = [
        ("2026-01-19T10:00:00-06:00", vec![&desk.calendar, &other], 1),
        ("2026-01-20T10:00:00-06:00", vec![&class], 3),
    ];
    for (start, calendars, places) in races {
        let mut calls = JoinSet::new();
        for at in 0..12 {
            let body = desk.body(start, json!({"calendarId": calendars[at % calendars.len()]}));
            calls.spawn(desk.app.post("/calendars/events/appointments").json(&body).send());
        }
        let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
        let booked = statuses.iter().filter(|status| **status == 200).count();
        let refused = statuses.iter().filter(|status| **status == 400).count();
        assert_eq!((booked, refused), (places, 12 - places));
    }
    let kinds = desk.app.new_event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "AppointmentCreate").count(), 4);
}
