//! With whom a time is booked

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{TAKEN, booking, changing, refused};
use crate::api::calendars::{Desk, calendar, user};

/// The person who is named where the calendar names nobody has to be the location's, and free.
#[tokio::test]
async fn whoever_is_named_is_free_and_of_the_location() {
    let desk = Desk::open().await;
    let nobodys = calendar(&desk.app, json!({"calendarType": "event", "appoinmentPerSlot": 9})).await;
    let elsewhere =
        json!({"email": "alan@example.com", "locationIds": [desk.app.agency.second.location_id()]});
    let alan = crate::api::users::add(&desk.app, elsewhere).await;
    let with = |user: &str| json!({"calendarId": nobodys, "assignedUserId": user});
    let start = "2026-01-19T10:00:00-06:00";
    let hers = desk.book(start, json!({})).await; // in her own calendar
    let before = desk.app.database.content().await;
    for user in [&alan, "aaaaaaaaaaaaaaaaaaaa"] {
        let call = desk.app.post("/calendars/events/appointments").json(&desk.body(start, with(user)));
        assert!([400, 403].contains(&call.send().await.status.as_u16()), "{user}");
    }
    assert_eq!(booking(&desk, start, with(&desk.user)).await, TAKEN, "she has something else to do");
    assert_eq!(desk.app.database.content().await, before);
    let nobody = desk.book(start, json!({"calendarId": nobodys})).await;
    refused(&desk, &nobody, json!({"assignedUserId": desk.user})).await;
    let later = desk.book("2026-01-19T11:00:00-06:00", with(&desk.user)).await;
    refused(&desk, &later, json!({"startTime": start})).await;
    refused(&desk, &hers, json!({"startTime": "2026-01-19T11:00:00-06:00"})).await;
    let both = json!({"assignedUserId": desk.user, "ignoreFreeSlotValidation": true});
    assert_eq!(changing(&desk, &nobody, both).await, "done");
}

/// Two calendars that name nobody, and one of hers: of bookings at once one has her.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_name_somebody_at_once_one_comes_through() {
    let desk = Desk::of(crate::api::contacts::unlimited().await).await;
    let event = json!({"calendarType": "event"});
    let calendars =
        [calendar(&desk.app, event.clone()).await, calendar(&desk.app, event).await, desk.calendar.clone()];
    for day in 19..23 {
        let start = format!("2026-01-{day}T10:00:00-06:00");
        let mut calls = JoinSet::new();
        for at in 0..12 {
            let more = json!({"calendarId": calendars[at % calendars.len()], "assignedUserId": desk.user});
            calls
                .spawn(desk.app.post("/calendars/events/appointments").json(&desk.body(&start, more)).send());
        }
        let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
        let booked = statuses.iter().filter(|status| **status == 200).count();
        let refused = statuses.iter().filter(|status| **status == 400).count();
        assert_eq!((booked, refused), (1, 11));
    }
}

/// The seats of a class are the class's, and whoever comes to it comes to those who are there.
#[tokio::test]
async fn a_class_has_its_seats_once() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team = json!([{"userId": desk.user}, {"userId": alan}]);
    let class = json!({"calendarType": "class_booking", "teamMembers": team, "appoinmentPerSlot": 3});
    let class = calendar(&desk.app, class).await;
    let book =
        async |start: &str| desk.book(start, json!({"calendarId": class})).await["assignedUserId"].clone();
    let first = book("2026-01-19T10:00:00-06:00").await;
    assert_eq!(
        [book("2026-01-19T10:00:00-06:00").await, book("2026-01-19T10:00:00-06:00").await],
        [first.clone(), first]
    );
    assert_eq!(booking(&desk, "2026-01-19T10:00:00-06:00", json!({"calendarId": class})).await, TAKEN);
}

/// A person who is gone does not stand in the way of what was agreed, and is not booked again.
#[tokio::test]
async fn what_somebody_who_is_gone_had_goes_to_others() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team =
        json!([{"userId": desk.user, "priority": 1}, {"userId": alan, "isPrimary": true, "priority": 0}]);
    let any = calendar(&desk.app, json!({"calendarType": "round_robin", "teamMembers": team})).await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": any})).await;
    assert_eq!(made["assignedUserId"], json!(desk.user), "only a collective calendar has a primary one");
    desk.app.delete(&format!("/users/{}", desk.user)).send().await.expect(200);
    let end = json!({"endTime": "2026-01-19T11:00:00-06:00"});
    assert_eq!(desk.change(&made["id"], end).await["assignedUserId"], json!(desk.user));
    let moved = desk.change(&made["id"], json!({"startTime": "2026-01-20T10:00:00-06:00"})).await;
    assert_eq!(moved["assignedUserId"], json!(alan));
    let users: Value = desk
        .app
        .get(&format!("/calendars/events/appointments/{}", made["id"].as_str().expect("an id")))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(users["event"]["users"], json!([alan]));
}
