//! `GET /calendars/{calendarId}/free-slots`; tests stand at Thursday, 2026-01-15T04:00:00-06:00

use serde_json::{Value, json};

use super::{Desk, calendar, shown, user};

/// 2026-01-19T00:00:00-06:00, a Monday.
const MONDAY: i64 = 1_768_802_400_000;
const DAY: i64 = 86_400_000;

async fn free(desk: &Desk, calendar: &str, days: i64, more: &str) -> Value {
    let path = format!(
        "/calendars/{calendar}/free-slots?startDate={MONDAY}&endDate={}{more}",
        MONDAY + days * DAY - 1
    );
    desk.app.get(&path).send().await.expect(200).json()
}

/// The times of a day, without the day.
fn times(answer: &Value, day: &str) -> String {
    let slots = answer[day]["slots"].as_array().cloned().unwrap_or_default();
    slots
        .iter()
        .map(|slot| slot.as_str().unwrap_or_default()[11..16].to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A calendar that is open for two hours on Mondays.
async fn short(desk: &Desk, more: Value) -> String {
    let hours = json!([{"daysOfTheWeek": [1], "hours": [
        {"openHour": 9, "openMinute": 0, "closeHour": 11, "closeMinute": 0}]}]);
    calendar(&desk.app, super::with(json!({"openHours": hours}), more)).await
}

#[tokio::test]
async fn slots_are_shown_by_day_in_the_zone_that_is_asked_for() {
    let desk = Desk::open().await;
    let id = short(&desk, json!({})).await;
    insta::assert_json_snapshot!(without_trace(free(&desk, &id, 7, "").await), @r#"
    {
      "2026-01-19": {
        "slots": [
          "2026-01-19T09:00:00-06:00",
          "2026-01-19T09:30:00-06:00",
          "2026-01-19T10:00:00-06:00",
          "2026-01-19T10:30:00-06:00"
        ]
      }
    }
    "#);
    insta::assert_json_snapshot!(without_trace(free(&desk, &id, 7, "&timezone=Asia/Kolkata").await), @r#"
    {
      "2026-01-19": {
        "slots": [
          "2026-01-19T20:30:00+05:30",
          "2026-01-19T21:00:00+05:30",
          "2026-01-19T21:30:00+05:30",
          "2026-01-19T22:00:00+05:30"
        ]
      }
    }
    "#);
    let utc = free(&desk, &id, 7, "&timezone=UTC").await;
    assert_eq!(utc["2026-01-19"]["slots"][0], "2026-01-19T15:00:00+00:00");
}

/// Blocks a part of the Monday.
async fn block(desk: &Desk, start: &str, end: &str, of: Value) {
    let times = [("startTime", start), ("endTime", end)]
        .map(|(key, time)| (key.to_owned(), json!(format!("2026-01-19T{time}:00-06:00"))));
    let body = super::with(Value::Object(times.into_iter().collect()), of);
    desk.app.post("/calendars/events/block-slots").json(&body).send().await.expect(201);
}

fn without_trace(mut answer: Value) -> Value {
    assert!(answer["traceId"].is_string());
    answer.as_object_mut().expect("an object").shift_remove("traceId");
    answer
}

#[tokio::test]
async fn what_is_booked_and_blocked_is_not_free() {
    let desk = Desk::open().await;
    let team = json!([{"userId": desk.user}]);
    let id = short(&desk, json!({"calendarType": "personal", "teamMembers": team, "slotInterval": 15})).await;
    let shown = async || times(&free(&desk, &id, 1, "").await, "2026-01-19");
    assert_eq!(shown().await, "09:00 09:15 09:30 09:45 10:00 10:15 10:30");
    let booked = desk.book("2026-01-19T09:30:00-06:00", json!({"calendarId": id})).await;
    assert_eq!(shown().await, "09:00 10:00 10:15 10:30");
    let path = format!("/calendars/{id}");
    desk.app.put(&path).json(&json!({"slotBuffer": 10, "preBuffer": 5})).send().await.expect(200);
    assert_eq!(shown().await, "10:15 10:30");
    desk.app.put(&path).json(&json!({"slotBuffer": null, "preBuffer": null})).send().await.expect(200);
    desk.change(&booked["id"], json!({"appointmentStatus": "cancelled"})).await;
    assert_eq!(shown().await, "09:00 09:15 09:30 09:45 10:00 10:15 10:30");
    // In another calendar of the same person, and blocked with the person.
    desk.book("2026-01-19T09:00:00-06:00", json!({})).await;
    assert_eq!(shown().await, "09:30 09:45 10:00 10:15 10:30");
    for (start, end) in [("09:45", "10:00"), ("10:50", "11:00")] {
        block(&desk, start, end, json!({"assignedUserId": desk.user})).await;
    }
    assert_eq!(shown().await, "10:00 10:15");
    desk.app.put(&path).json(&json!({"isActive": false})).send().await.expect(200);
    assert_eq!(shown().await, "");
}

#[tokio::test]
async fn a_calendar_limits_how_soon_how_late_and_how_many() {
    let desk = Desk::open().await;
    let id = short(&desk, json!({"calendarType": "event"})).await;
    let path = format!("/calendars/{id}");
    let mut said = Vec::new();
    for (settings, days) in [
        (json!({"allowBookingAfter": 102, "allowBookingAfterUnit": "hours"}), 14),
        (json!({"allowBookingAfter": 1, "allowBookingAfterUnit": "weeks"}), 14),
        (json!({"allowBookingAfter": null, "allowBookingFor": 4, "allowBookingForUnit": "days"}), 14),
        (json!({"allowBookingFor": 3, "allowBookingForUnit": "days"}), 14),
        (json!({"allowBookingFor": null, "appoinmentPerSlot": 2}), 1),
    ] {
        desk.app.put(&path).json(&settings).send().await.expect(200);
        let answer = free(&desk, &id, days, "").await;
        said.push(format!("{settings}: {} | {}", times(&answer, "2026-01-19"), times(&answer, "2026-01-26")));
    }
    for places in ["one of two places", "two of two places"] {
        desk.book("2026-01-19T09:00:00-06:00", json!({"calendarId": id})).await;
        said.push(format!("{places}: {}", times(&free(&desk, &id, 1, "").await, "2026-01-19")));
    }
    desk.app.put(&path).json(&json!({"appoinmentPerDay": 2})).send().await.expect(200);
    said.push(format!("two of two a day: {}", times(&free(&desk, &id, 1, "").await, "2026-01-19")));
    insta::assert_snapshot!(said.join("\n"), @r#"
    {"allowBookingAfter":102,"allowBookingAfterUnit":"hours"}: 10:00 10:30 | 09:00 09:30 10:00 10:30
    {"allowBookingAfter":1,"allowBookingAfterUnit":"weeks"}:  | 09:00 09:30 10:00 10:30
    {"allowBookingAfter":null,"allowBookingFor":4,"allowBookingForUnit":"days"}: 09:00 09:30 10:00 10:30 | 
    {"allowBookingFor":3,"allowBookingForUnit":"days"}:  | 
    {"allowBookingFor":null,"appoinmentPerSlot":2}: 09:00 09:30 10:00 10:30 | 
    one of two places: 09:00 09:30 10:00 10:30
    two of two places: 09:30 10:00 10:30
    two of two a day:
    "#);
}

/// Round robin: somebody is free; collective: all are.
#[tokio::test]
async fn people_are_free_together_or_one_by_one() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team = json!([{"userId": desk.user, "isPrimary": true}, {"userId": alan}]);
    let any = short(&desk, json!({"calendarType": "round_robin", "teamMembers": team})).await;
    let all = short(&desk, json!({"calendarType": "collective", "teamMembers": team})).await;
    desk.book("2026-01-19T09:00:00-06:00", json!({})).await; // with Grace, in her own calendar
    let shown = async |id: &str, more: String| times(&free(&desk, id, 1, &more).await, "2026-01-19");
    assert_eq!(shown(&any, String::new()).await, "09:00 09:30 10:00 10:30");
    assert_eq!(shown(&any, format!("&userId={}", desk.user)).await, "09:30 10:00 10:30");
    assert_eq!(
        shown(&any, format!("&userIds[]={}&userIds[]={alan}", desk.user)).await,
        "09:00 09:30 10:00 10:30"
    );
    assert_eq!(shown(&any, format!("&userIds={},{alan}", desk.user)).await, "09:00 09:30 10:00 10:30");
    assert_eq!(shown(&any, "&userId=aaaaaaaaaaaaaaaaaaaa".to_owned()).await, "");
    assert_eq!(shown(&all, String::new()).await, "09:30 10:00 10:30");
    let made = desk.book("2026-01-19T09:00:00-06:00", json!({"calendarId": any})).await;
    assert_eq!(made["assignedUserId"], json!(alan), "Grace is busy");
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": any})).await;
    assert_eq!(made["assignedUserId"], json!(desk.user), "it is her turn");
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": any})).await;
    assert_eq!(made["assignedUserId"], json!(alan), "he alone is free");
    assert_eq!(shown(&all, String::new()).await, "09:30 10:30");
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let desk = Desk::open().await;
    let path = format!("/calendars/{}/free-slots", desk.calendar);
    let send = async |query: &str, status: u16| {
        desk.app.get(&format!("{path}{query}")).send().await.expect(status).json()["message"].clone()
    };
    let said = [
        send("", 422).await,
        send("?startDate=soon&endDate=-1&timezone=Mars&page=2", 422).await,
        send("?startDate=2&endDate=1", 400).await,
        send(&format!("?startDate=0&endDate={}", 32 * DAY), 400).await,
    ];
    insta::assert_json_snapshot!(shown(&json!(said)), @r#"
    [
      [
        "startDate must be a number conforming to the specified constraints",
        "endDate must be a number conforming to the specified constraints"
      ],
      [
        "property page should not exist",
        "startDate must be a number conforming to the specified constraints",
        "endDate must not be less than 0",
        "timezone must be a valid IANA time zone"
      ],
      "The end date must not be before the start date",
      "The date range must not be longer than 31 days"
    ]
    "#);
    desk.app.get("/calendars/aaaaaaaaaaaaaaaaaaaa/free-slots?startDate=1&endDate=2").send().await.expect(400);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.get(&path).token(token).send().await.expect(403);
    }
}

/// A calendar of nobody is blocked as a whole, and for somebody who is asked for also by what this person has to do.
#[tokio::test]
async fn a_calendar_of_nobody_has_slots_with_whoever_is_asked_for() {
    let desk = Desk::open().await;
    let id = short(&desk, json!({"calendarType": "event"})).await;
    let shown = async |more: String| times(&free(&desk, &id, 1, &more).await, "2026-01-19");
    block(&desk, "09:10", "09:20", json!({"calendarId": id})).await;
    block(&desk, "10:50", "11:00", json!({"assignedUserId": desk.user})).await;
    desk.book("2026-01-19T10:00:00-06:00", json!({})).await; // with Grace, in her own calendar
    assert_eq!(shown(String::new()).await, "09:30 10:00 10:30");
    assert_eq!(shown(format!("&userId={}", desk.user)).await, "09:30");
}

/// Whoever is gone is booked no more.
#[tokio::test]
async fn people_who_left_have_no_slots() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team = json!([{"userId": desk.user, "priority": 1}, {"userId": alan, "priority": 0}]);
    let any = short(&desk, json!({"calendarType": "round_robin", "teamMembers": team})).await;
    let hers =
        short(&desk, json!({"calendarType": "personal", "teamMembers": [{"userId": desk.user}]})).await;
    desk.app.delete(&format!("/users/{}", desk.user)).send().await.expect(200);
    assert_eq!(free(&desk, &hers, 1, "").await.get("2026-01-19"), None);
    assert_eq!(times(&free(&desk, &any, 1, "").await, "2026-01-19"), "09:00 09:30 10:00 10:30");
    let made = desk.book("2026-01-19T09:00:00-06:00", json!({"calendarId": any})).await;
    assert_eq!(made["assignedUserId"], json!(alan));
    let body =
        desk.body("2026-01-19T10:00:00-06:00", json!({"calendarId": any, "assignedUserId": desk.user}));
    let answer = desk.app.post("/calendars/events/appointments").json(&body).send().await.expect(400).json();
    assert_eq!(answer["message"], format!("User with id {} not found", desk.user));
}

/// Only where it is asked for; each day's slots by themselves, and the same ones each time.
#[tokio::test]
async fn a_calendar_looks_busy_when_asked_to() {
    let desk = Desk::open().await;
    let busy = json!({"lookBusyConfig": {"enabled": true, "LookBusyPercentage": 50}});
    let id = short(&desk, busy).await;
    let shown = async |days: i64| free(&desk, &id, days, "&enableLookBusy=true").await["2026-01-19"].clone();
    let all = times(&free(&desk, &id, 1, "").await, "2026-01-19");
    assert_eq!(all, "09:00 09:30 10:00 10:30");
    let half = shown(1).await;
    assert_eq!(half["slots"].as_array().map(Vec::len), Some(2));
    assert_eq!(shown(14).await, half);
    let hidden = ["09:00", "09:30", "10:00", "10:30"].map(|time| format!("2026-01-19T{time}:00-06:00"));
    let hidden = hidden.iter().find(|slot| !half.to_string().contains(*slot)).expect("a hidden slot");
    desk.book(hidden, json!({"calendarId": id})).await; // it looks busy, and is free
    let class = json!({"calendarType": "class_booking", "teamMembers": [{"userId": desk.user}]});
    let class = short(
        &desk,
        super::with(class, json!({"lookBusyConfig": {"enabled": true, "LookBusyPercentage": 100}})),
    )
    .await;
    let mut answer = free(&desk, &class, 1, "&enableLookBusy=true").await;
    assert_ne!(answer["2026-01-19"].take(), Value::Null);
    let call = format!("/calendars/{id}/free-slots?startDate=1&endDate=2&enableLookBusy=perhaps");
    let answer = desk.app.get(&call).send().await.expect(422).json();
    assert_eq!(answer["message"], json!(["enableLookBusy must be a boolean value"]));
}

/// Chicago leaps from two to three on 8 March 2026, and has the hour from one to two twice on 1 November.
#[tokio::test]
async fn days_on_which_the_clock_changes_are_booked_as_shown() {
    let desk = Desk::open().await;
    let hours = json!([{"daysOfTheWeek": [0], "hours": [
        {"openHour": 1, "openMinute": 0, "closeHour": 4, "closeMinute": 0}]}]);
    let more = json!({"openHours": hours, "slotDuration": 1, "slotDurationUnit": "hours", "slotInterval": 1,
        "slotIntervalUnit": "hours"});
    let id = calendar(&desk.app, more).await;
    let mut said = Vec::new();
    // From midnight to midnight.
    for (from, hours) in [(1_772_949_600_000_i64, 23), (1_793_509_200_000_i64, 25)] {
        let path =
            format!("/calendars/{id}/free-slots?startDate={from}&endDate={}", from + hours * 3_600_000 - 1);
        let answer = desk.app.get(&path).send().await.expect(200).json();
        for slot in
            answer.as_object().expect("days").values().filter_map(|day| day["slots"].as_array()).flatten()
        {
            let made = desk.book(slot.as_str().expect("a slot"), json!({"calendarId": id})).await;
            said.push(format!("{} {}", made["startTime"], made["endTime"]));
        }
    }
    insta::assert_snapshot!(said.join("\n"), @r#"
    "2026-03-08T01:00:00-06:00" "2026-03-08T02:00:00-06:00"
    "2026-03-08T03:00:00-05:00" "2026-03-08T04:00:00-05:00"
    "2026-11-01T01:00:00-05:00" "2026-11-01T02:00:00-05:00"
    "2026-11-01T02:00:00-06:00" "2026-11-01T03:00:00-06:00"
    "2026-11-01T03:00:00-06:00" "2026-11-01T04:00:00-06:00"
    "#);
}
