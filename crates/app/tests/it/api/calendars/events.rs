//! `GET /calendars/events`, `GET /calendars/blocked-slots` and `/calendars/events/block-slots`

use leadhold_store::params;
use serde_json::{Value, json};

use super::{Desk, calendar, shown, with};

/// 2026-01-19T00:00:00-06:00
const MONDAY: i64 = 1_768_802_400_000;
/// The same and a day later.
const SPAN: &str = "startTime=1768802400000&endTime=1768888800000";

async fn listed(desk: &Desk, list: &str, of: &str) -> Value {
    let here = desk.app.agency.location.location_id();
    let path = format!("/calendars/{list}?locationId={here}&{SPAN}&{of}");
    desk.app.get(&path).send().await.expect(200).json()["events"].clone()
}

fn titles(events: &Value) -> Vec<&str> {
    events.as_array().into_iter().flatten().filter_map(|event| event["title"].as_str()).collect()
}

#[tokio::test]
async fn appointments_are_listed_by_calendar_group_and_person() {
    let desk = Desk::open().await;
    let group = json!({"name": "Sales", "description": "", "slug": "sales"});
    let group = desk.app.post("/calendars/groups").json(&group).send().await.expect(201).json();
    let group = group["group"]["id"].as_str().expect("an id").to_owned();
    desk.app
        .put(&format!("/calendars/{}", desk.calendar))
        .json(&json!({"groupId": group}))
        .send()
        .await
        .expect(200);
    desk.book("2026-01-19T11:00:00-06:00", json!({"title": "Second"})).await;
    let first = desk.book("2026-01-19T10:00:00-06:00", json!({"title": "First"})).await;
    desk.book("2026-01-20T10:00:00-06:00", json!({"title": "Next day"})).await;
    desk.change(&first["id"], json!({"appointmentStatus": "cancelled"})).await;
    let queries = [
        format!("calendarId={}", desk.calendar),
        format!("groupId={group}"),
        format!("userId={}", desk.user),
    ];
    for query in &queries {
        assert_eq!(titles(&listed(&desk, "events", query).await), ["First", "Second"], "{query}");
        assert!(titles(&listed(&desk, "blocked-slots", query).await).is_empty(), "{query}");
    }
    let all = listed(&desk, "events", &queries[0]).await;
    insta::assert_json_snapshot!(shown(&all[0]), @r#"
    {
      "id": "[id]",
      "address": "",
      "title": "First",
      "calendarId": "[id]",
      "locationId": "[id]",
      "contactId": "[id]",
      "groupId": "[id]",
      "appointmentStatus": "cancelled",
      "assignedUserId": "[id]",
      "users": [
        "[id]"
      ],
      "notes": "",
      "description": "",
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
    assert_eq!(listed(&desk, "events", "calendarId=aaaaaaaaaaaaaaaaaaaa").await, json!([]));
}

#[tokio::test]
async fn a_time_is_blocked_changed_and_freed() {
    let mut desk = Desk::open().await;
    desk.calendar = calendar(&desk.app, json!({"calendarType": "event"})).await;
    let times = json!({"startTime": "2026-01-19T10:00:00-06:00", "endTime": "2026-01-19T12:00:00-06:00",
        "locationId": desk.app.agency.location.location_id()});
    let of_calendar = with(times.clone(), json!({"calendarId": desk.calendar, "title": "Holiday"}));
    let made =
        desk.app.post("/calendars/events/block-slots").json(&of_calendar).send().await.expect(201).json();
    insta::assert_json_snapshot!(shown(&made), @r#"
    {
      "id": "[id]",
      "locationId": "[id]",
      "title": "Holiday",
      "startTime": "2026-01-19T10:00:00-06:00",
      "endTime": "2026-01-19T12:00:00-06:00",
      "calendarId": "[id]"
    }
    "#);
    let of_person = with(times, json!({"assignedUserId": desk.user}));
    desk.app.post("/calendars/events/block-slots").json(&of_person).send().await.expect(201);
    assert_eq!(
        titles(&listed(&desk, "blocked-slots", &format!("calendarId={}", desk.calendar)).await),
        ["Holiday"]
    );
    assert_eq!(titles(&listed(&desk, "blocked-slots", &format!("userId={}", desk.user)).await), ["Blocked"]);
    let path = format!("/calendars/events/block-slots/{}", made["id"].as_str().expect("an id"));
    let change =
        json!({"title": "Feast", "endTime": "2026-01-19T11:00:00-06:00", "calendarId": desk.calendar});
    let changed = desk.app.put(&path).json(&change).send().await.expect(201).json();
    assert_eq!(
        (&changed["title"], &changed["endTime"]),
        (&json!("Feast"), &json!("2026-01-19T11:00:00-06:00"))
    );
    let all = listed(&desk, "blocked-slots", &format!("calendarId={}", desk.calendar)).await;
    insta::assert_json_snapshot!(shown(&all), @r#"
    [
      {
        "id": "[id]",
        "title": "Feast",
        "calendarId": "[id]",
        "locationId": "[id]",
        "contactId": "",
        "groupId": "",
        "appointmentStatus": "",
        "assignedUserId": "",
        "users": [],
        "isRecurring": false,
        "startTime": "2026-01-19T10:00:00-06:00",
        "endTime": "2026-01-19T11:00:00-06:00",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z"
      }
    ]
    "#);
    let gone = format!("/calendars/events/{}", made["id"].as_str().expect("an id"));
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.delete(&gone).token(token).json(&json!({})).send().await.expect(403);
        desk.app.put(&path).token(token).json(&json!({"colour": 1})).send().await.expect(403);
    }
    let answer = desk.app.delete(&gone).json(&json!({})).send().await.expect(201).json();
    assert_eq!(answer, json!({"succeeded": true}));
    desk.app.put(&path).json(&json!({})).send().await.expect(400);
    assert!(desk.app.new_events().await.is_empty(), "the catalogue has no event for blocked slots");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let desk = Desk::open().await;
    let event = calendar(&desk.app, json!({"calendarType": "event"})).await;
    let before = desk.app.database.content().await;
    let (start, end) = ("2026-01-19T10:00:00-06:00", "2026-01-19T12:00:00-06:00");
    let mut said = Vec::new();
    for (body, status) in [
        (json!({"title": 1, "colour": "red"}), 422),
        (json!({"startTime": start, "endTime": end}), 422),
        (
            json!({"startTime": start, "endTime": end, "calendarId": desk.calendar, "assignedUserId": desk.user}),
            422,
        ),
        (json!({"startTime": end, "endTime": start, "calendarId": event}), 422),
        (json!({"startTime": start, "endTime": end, "calendarId": desk.calendar}), 400),
        (json!({"startTime": start, "endTime": end, "calendarId": "aaaaaaaaaaaaaaaaaaaa"}), 400),
        (json!({"startTime": start, "endTime": end, "assignedUserId": "bbbbbbbbbbbbbbbbbbbb"}), 400),
    ] {
        let call = desk.app.post("/calendars/events/block-slots").json(&body);
        said.push(call.send().await.expect(status).json()["message"].clone());
    }
    for query in ["", "?calendarId=a&userId=b&startTime=soon&endTime=1&page=2"] {
        let answer = desk.app.get(&format!("/calendars/events{query}")).send().await.expect(422).json();
        assert_eq!(
            desk.app.get(&format!("/calendars/blocked-slots{query}")).send().await.expect(422).json()["message"],
            answer["message"]
        );
        said.push(answer["message"].clone());
    }
    insta::assert_json_snapshot!(said, @r#"
    [
      [
        "property colour should not exist",
        "title must be a string",
        "startTime must be a valid ISO 8601 date string with an offset",
        "endTime must be a valid ISO 8601 date string with an offset"
      ],
      [
        "calendarId or assignedUserId should not be empty"
      ],
      [
        "calendarId and assignedUserId must not be given together"
      ],
      [
        "endTime must be later than startTime"
      ],
      "The calendar is not an event calendar.",
      "Calendar with id aaaaaaaaaaaaaaaaaaaa not found",
      "User with id bbbbbbbbbbbbbbbbbbbb not found",
      [
        "userId, calendarId or groupId must be given, and only one of them",
        "startTime must be a number conforming to the specified constraints",
        "endTime must be a number conforming to the specified constraints"
      ],
      [
        "property page should not exist",
        "userId, calendarId or groupId must be given, and only one of them",
        "startTime must be a number conforming to the specified constraints"
      ]
    ]
    "#);
    assert_eq!(desk.app.database.content().await, before);
}

leadhold_store::statements! {
    /// Blocks a person's time many times over.
    BLOCK = "insert into blocked_slots (id, location_id, calendar_id, assigned_user_id, title, start_at, start_offset, end_at,
        end_offset, date_added, date_updated)
        with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < $3)
        select 'blocked' || i, $1, '', $2, 'Blocked', $4 + i, null, $4 + i + 1000, null, $4, $4 from n";
    /// Books a time many times over.
    BOOK = "insert into appointments (id, location_id, calendar_id, contact_id, title, status, assigned_user_id, users, start_at,
        start_offset, end_at, end_offset, source, created_by, date_added, date_updated)
        with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < $4)
        select 'booked' || i, $1, $2, $3, 'Many', 'confirmed', '', '[]', $5 + i, null, $5 + i + 1000, null, 'api',
        '{\"source\": \"\", \"channel\": \"\", \"sourceId\": \"\", \"timestamp\": \"\"}', $5, $5 from n";
}

#[tokio::test]
async fn a_list_shows_everything_or_says_that_it_is_too_much() {
    let desk = Desk::open().await;
    let (here, user) = (desk.app.agency.location.location_id().clone(), desk.user.clone());
    let (calendar, contact) = (desk.calendar.clone(), desk.contact.clone());
    desk.app
        .write(move |tx, _| {
            tx.exec(BLOCK, params![&here, &user, 10_001_i64, MONDAY])?;
            Ok(tx.exec(BOOK, params![&here, &calendar, &contact, 10_001_i64, MONDAY])?)
        })
        .await;
    for (list, of) in [
        ("events", format!("calendarId={}", desk.calendar)),
        ("blocked-slots", format!("userId={}", desk.user)),
    ] {
        let here = desk.app.agency.location.location_id();
        let path = format!("/calendars/{list}?locationId={here}&{of}&startTime={MONDAY}");
        let answer =
            desk.app.get(&format!("{path}&endTime={}", MONDAY + 86_400_000)).send().await.expect(400);
        let why = "More than 10000 events lie between startTime and endTime; ask for less time at once.";
        assert_eq!(answer.json()["message"], why);
        let fewer =
            desk.app.get(&format!("{path}&endTime={}", MONDAY + 10_001)).send().await.expect(200).json();
        assert_eq!(fewer["events"].as_array().map(Vec::len), Some(10_000));
    }
}

#[tokio::test]
async fn a_person_has_so_many_blocked_slots_ahead() {
    let desk = Desk::open().await;
    let (here, user) = (desk.app.agency.location.location_id().clone(), desk.user.clone());
    desk.app.write(move |tx, _| Ok(tx.exec(BLOCK, params![&here, &user, 5000_i64, MONDAY])?)).await;
    let block = async |start: &str, end: &str, status: u16| {
        let body = json!({"assignedUserId": desk.user, "startTime": start, "endTime": end});
        desk.app.post("/calendars/events/block-slots").json(&body).send().await.expect(status).json()
    };
    let answer = block("2026-01-20T10:00:00-06:00", "2026-01-20T11:00:00-06:00", 400).await;
    assert_eq!(answer["message"], "A user has at most 5000 blocked slots ahead.");
    let past = block("2026-01-13T10:00:00-06:00", "2026-01-13T11:00:00-06:00", 201).await;
    let put = async |id: &str, body: Value, status: u16| {
        let call = desk.app.put(&format!("/calendars/events/block-slots/{id}")).json(&body);
        call.send().await.expect(status)
    };
    put(past["id"].as_str().expect("an id"), json!({"endTime": "2026-01-20T11:00:00-06:00"}), 400).await;
    put("blocked1", json!({"title": "One of them"}), 201).await;
    desk.app.delete("/calendars/events/blocked1").json(&json!({})).send().await.expect(201);
    block("2026-01-20T10:00:00-06:00", "2026-01-20T11:00:00-06:00", 201).await;
}
