//! `POST /calendars/events/appointments`

use serde_json::json;

use crate::api::calendars::{Desk, calendar, shown, user};

#[tokio::test]
async fn a_time_is_booked_and_announced() {
    let desk = Desk::open().await;
    let body =
        desk.body("2026-01-19T10:00:00-06:00", json!({"address": "1 Main St", "description": "About tea"}));
    let call = desk.app.post("/calendars/events/appointments").json(&body);
    let made = call.send().await.expect(200).json();
    insta::assert_json_snapshot!(shown(&made), @r#"
    {
      "id": "[id]",
      "calendarId": "[id]",
      "locationId": "[id]",
      "contactId": "[id]",
      "title": "Ada Lovelace",
      "startTime": "2026-01-19T10:00:00-06:00",
      "endTime": "2026-01-19T10:30:00-06:00",
      "appointmentStatus": "confirmed",
      "isRecurring": false,
      "assignedUserId": "[id]",
      "meetingLocationType": "custom",
      "address": "1 Main St"
    }
    "#);
    let events = desk.app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
    assert_eq!(kinds, ["AppointmentCreate", "AppointmentBooked"]);
    assert_eq!(events[0].1, made["id"]);
    insta::assert_json_snapshot!(shown(&events[0].2), @r#"
    {
      "locationId": "[id]",
      "appointment": {
        "id": "[id]",
        "address": "1 Main St",
        "title": "Ada Lovelace",
        "calendarId": "[id]",
        "contactId": "[id]",
        "groupId": null,
        "appointmentStatus": "confirmed",
        "assignedUserId": "[id]",
        "users": [
          "[id]"
        ],
        "notes": "About tea",
        "source": "api",
        "startTime": "2026-01-19T10:00:00-06:00",
        "endTime": "2026-01-19T10:30:00-06:00",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let mut booked = shown(&events[1].2);
    assert_eq!(booked["appointment"].take(), shown(&events[0].2["appointment"]));
    insta::assert_json_snapshot!(booked, @r#"
    {
      "locationId": "[id]",
      "appointment": null,
      "appointmentId": "[id]",
      "contactId": "[id]",
      "calendarId": "[id]",
      "startTime": "2026-01-19T10:00:00-06:00",
      "endTime": "2026-01-19T10:30:00-06:00",
      "title": "Ada Lovelace"
    }
    "#);
    let path = format!("/calendars/events/appointments/{}", made["id"].as_str().expect("an id"));
    let read = desk.app.get(&path).send().await.expect(200).json();
    assert_eq!(read["event"], read["appointment"]);
    insta::assert_json_snapshot!(shown(&read["event"]), @r#"
    {
      "id": "[id]",
      "address": "1 Main St",
      "title": "Ada Lovelace",
      "calendarId": "[id]",
      "locationId": "[id]",
      "contactId": "[id]",
      "groupId": "",
      "appointmentStatus": "confirmed",
      "assignedUserId": "[id]",
      "users": [
        "[id]"
      ],
      "notes": "About tea",
      "description": "About tea",
      "isRecurring": false,
      "startTime": "2026-01-19T10:00:00-06:00",
      "endTime": "2026-01-19T10:30:00-06:00",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dateUpdated": "2026-01-15T10:00:00.000Z",
      "assignedResources": [],
      "createdBy": {
        "source": "api"
      }
    }
    "#);
}

#[tokio::test]
async fn what_is_said_is_read_back_and_v3_has_dates() {
    let desk = Desk::open().await;
    let more = json!({"endTime": "2026-01-19T11:30:00-06:00", "title": " Tea ", "appointmentStatus": "new",
        "assignedUserId": desk.user, "meetingLocationType": "phone", "meetingLocationId": "default",
        "overrideLocationConfig": true, "toNotify": false});
    let call = desk.app.post("/calendars/events/appointments").version("v3");
    let made = call.json(&desk.body("2026-01-19T10:00:00-06:00", more)).send().await.expect(200).json();
    insta::assert_json_snapshot!(shown(&made), @r#"
    {
      "id": "[id]",
      "calendarId": "[id]",
      "locationId": "[id]",
      "contactId": "[id]",
      "title": "Tea",
      "startTime": "2026-01-19T10:00:00-06:00",
      "endTime": "2026-01-19T11:30:00-06:00",
      "appointmentStatus": "new",
      "isRecurring": false,
      "assignedUserId": "[id]",
      "meetingLocationType": "phone",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dateUpdated": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

/// The descriptions apply a rule only where free slots do not count.
#[tokio::test]
async fn a_series_that_keeps_to_free_slots_is_one_appointment() {
    let desk = Desk::open().await;
    let rule = json!({"rrule": "RRULE:FREQ=DAILY;COUNT=5"});
    let made = desk.book("2026-01-19T10:00:00-06:00", rule.clone()).await;
    assert_eq!((&made["isRecurring"], made.get("rrule")), (&json!(false), None));
    desk.change(&made["id"], rule).await;
    desk.book("2026-01-20T10:00:00-06:00", json!({})).await; // which is free
}

/// Who sees to it, and who takes part.
#[tokio::test]
async fn people_come_from_the_calendar() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    let team = json!([{"userId": desk.user}, {"userId": alan, "isPrimary": true}]);
    let together = calendar(&desk.app, json!({"calendarType": "collective", "teamMembers": team})).await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": together})).await;
    assert_eq!(made["assignedUserId"], json!(alan));
    let path = format!("/calendars/events/appointments/{}", made["id"].as_str().expect("an id"));
    let read = desk.app.get(&path).send().await.expect(200).json();
    assert_eq!(read["event"]["users"], json!([alan, desk.user]));

    let nobodys = calendar(&desk.app, json!({"calendarType": "event"})).await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({"calendarId": nobodys})).await;
    assert_eq!(made.get("assignedUserId"), None);
    let made =
        desk.book("2026-01-19T11:00:00-06:00", json!({"calendarId": nobodys, "assignedUserId": alan})).await;
    assert_eq!(made["assignedUserId"], json!(alan));
    let body = desk.body("2026-01-19T12:00:00-06:00", json!({"assignedUserId": alan}));
    let answer = desk.app.post("/calendars/events/appointments").json(&body).send().await.expect(400).json();
    assert_eq!(answer["message"], format!("User with id {alan} is not a team member of the calendar"));
}

#[tokio::test]
async fn all_faults_are_named_and_nothing_is_made() {
    let desk = Desk::open().await;
    let before = desk.app.database.content().await;
    let send = async |body: serde_json::Value, status: u16| {
        let call = desk.app.post("/calendars/events/appointments").json(&body);
        call.send().await.expect(status).json()["message"].clone()
    };
    insta::assert_json_snapshot!(send(json!({}), 422).await, @r#"
    [
      "calendarId must be a string",
      "calendarId should not be empty",
      "contactId must be a string",
      "contactId should not be empty",
      "startTime must be a valid ISO 8601 date string with an offset"
    ]
    "#);
    let bad = desk.body(
        "2026-01-19T10:00:00",
        json!({"endTime": "soon", "appointmentStatus": "completed",
        "meetingLocationType": "moon", "toNotify": "no", "guests": 2}),
    );
    insta::assert_json_snapshot!(send(bad, 422).await, @r#"
    [
      "property guests should not exist",
      "startTime must be a valid ISO 8601 date string with an offset",
      "endTime must be a valid ISO 8601 date string with an offset",
      "appointmentStatus must be one of the following values: new, confirmed, cancelled, showed, noshow, invalid",
      "meetingLocationType must be one of the following values: custom, zoom, gmeet, phone, address, ms_teams, google",
      "toNotify must be a boolean value"
    ]
    "#);
    let mut said = Vec::new();
    for (start, more, status) in [
        ("2026-01-19T10:00:00-06:00", json!({"endTime": "2026-01-19T10:00:00-06:00"}), 422),
        ("2026-01-19T10:00:00-06:00", json!({"endTime": "2026-01-19T16:00:00Z"}), 400),
        ("2026-01-19T10:00:00-06:00", json!({"contactId": "aaaaaaaaaaaaaaaaaaaa"}), 400),
        ("2026-01-19T10:00:00-06:00", json!({"calendarId": "aaaaaaaaaaaaaaaaaaaa"}), 400),
        (
            "2026-01-19T10:00:00-06:00",
            json!({"rrule": "RRULE:FREQ=DAILY;COUNT=5", "ignoreFreeSlotValidation": true}),
            501,
        ),
    ] {
        said.push(format!("{status} {}", send(desk.body(start, more), status).await));
    }
    insta::assert_snapshot!(said.join("\n"), @r#"
    422 ["endTime must be later than startTime"]
    400 "Bad Request"
    400 "Contact with id aaaaaaaaaaaaaaaaaaaa not found"
    400 "Calendar with id aaaaaaaaaaaaaaaaaaaa not found"
    501 "Recurring appointments (rrule) are not implemented yet."
    "#);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        let call = desk.app.post("/calendars/events/appointments").token(token);
        call.json(&desk.body("2026-01-19T10:00:00-06:00", json!({}))).send().await.expect(403);
    }
    assert!(desk.app.new_events().await.is_empty());
    assert_eq!(desk.app.database.content().await, before);
}
