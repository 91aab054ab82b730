//! `GET /calendars/events`, `GET /calendars/blocked-slots` and `/calendars/events/block-slots`

use serde_json::{Value, json};

use super::{Desk, shown, with};

/// 2026-01-19T00:00:00-06:00 and a day later.
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
    let desk = Desk::open().await;
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
        (json!({"startTime": end, "endTime": start, "calendarId": desk.calendar}), 422),
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
