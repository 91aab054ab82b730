//! `PUT /calendars/{calendarId}`

use serde_json::json;

use super::{Desk, user};

#[tokio::test]
async fn what_is_mentioned_changes_and_null_takes_back() {
    let desk = Desk::open().await;
    let path = format!("/calendars/{}", desk.calendar);
    let change = json!({"name": "Second look", "slotDuration": 45, "preBuffer": 5, "isActive": false,
        "availabilities": [{"date": "2026-02-02", "hours": []}]});
    let changed = desk.app.put(&path).json(&change).send().await.expect(200).json()["calendar"].clone();
    assert_eq!((&changed["name"], &changed["slotDuration"]), (&json!("Second look"), &json!(45)));
    assert_eq!((&changed["isActive"], &changed["calendarType"]), (&json!(false), &json!("personal")));
    let first = changed["availabilities"][0].clone();
    assert!(first["id"].is_string(), "{first}");
    let change = json!({"slotDuration": null, "preBuffer": null, "availabilities": [first]});
    let changed = desk.app.put(&path).json(&change).send().await.expect(200).json()["calendar"].clone();
    assert_eq!((&changed["slotDuration"], changed.get("preBuffer")), (&json!(30), None));
    assert_eq!(changed["availabilities"][0], first);
    assert_eq!(desk.app.get(&path).send().await.expect(200).json()["calendar"], changed);
    assert!(desk.app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_change_is_refused_as_a_whole() {
    let desk = Desk::open().await;
    let alan = user(&desk.app, "alan@example.com").await;
    desk.app.new_events().await;
    let path = format!("/calendars/{}", desk.calendar);
    let before = desk.app.database.content().await;
    let bad = json!({"name": "", "calendarType": "event", "locationId": desk.app.agency.location.location_id(), "slotBuffer": -1});
    let answer = desk.app.put(&path).json(&bad).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property calendarType should not exist",
      "property locationId should not exist",
      "name should not be empty",
      "slotBuffer must not be less than 0"
    ]
    "#);
    let two = json!({"name": "New", "teamMembers": [{"userId": desk.user}, {"userId": alan}]});
    let answer = desk.app.put(&path).json(&two).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "teamMembers must contain no more than 1 elements"
    ]
    "#);
    let answer = desk.app.put("/calendars/aaaaaaaaaaaaaaaaaaaa").json(&two).send().await.expect(400).json();
    assert_eq!(answer["message"], "Calendar with id aaaaaaaaaaaaaaaaaaaa not found");
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.put(&path).token(token).json(&bad).send().await.expect(403);
    }
    assert_eq!(desk.app.database.content().await, before);
}
