//! Waits for an appointment: they follow it, and end with it.

use serde_json::{Value, json};

use super::{story, workflow};
use crate::api::calendars::Desk;
use crate::api::workflows::triggers::trigger;
use crate::api::workflows::{made, published};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A workflow that reminds of an appointment an hour before it.
async fn reminder(desk: &Desk, wait: Value) -> Value {
    let leads = wait.as_object().expect("an object").values().any(|value| value == "sorry");
    let mut wait = wait;
    wait["event"] = json!({"when": "before", "value": 1, "unit": "hours"});
    let mut definition = json!({
        "name": "Remind", "triggers": [trigger("customer_appointment", &[])],
        "steps": [
            {"id": "rest", "type": "wait", "attributes": wait, "next": "remind"},
            {"id": "remind", "type": "add_contact_tag", "attributes": {"tags": ["{{appointment.start_time}}"]}},
        ],
    });
    if leads {
        let sorry = json!({"id": "sorry", "type": "add_contact_tag", "attributes": {"tags": ["sorry"]}});
        definition["steps"].as_array_mut().expect("steps").push(sorry);
    }
    made(&desk.app, &published(definition)).await
}

async fn booked(desk: &Desk, start: &str) -> Value {
    let made = desk.book(start, json!({"ignoreFreeSlotValidation": true})).await;
    desk.app.run_until_idle().await;
    made["id"].clone()
}

async fn changed(desk: &Desk, id: &Value, body: Value) {
    let mut body = body;
    body["ignoreFreeSlotValidation"] = json!(true);
    desk.change(id, body).await;
    desk.app.run_until_idle().await;
}

async fn later(desk: &Desk, millis: i64) {
    desk.app.clock.advance(millis);
    desk.app.run_until_idle().await;
}

async fn wakes_at(desk: &Desk, workflow: &Value) -> Value {
    let path = format!("{}/runs", super::path_of(workflow));
    desk.app.get(&path).send().await.expect(200).json()["runs"][0]["wakesAt"].clone()
}

#[tokio::test]
async fn a_wait_follows_an_appointment_that_is_moved() {
    let desk = Desk::open().await;
    let workflow = reminder(&desk, json!({})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-16T09:00:00.000Z");
    changed(&desk, &id, json!({"startTime": "2026-01-17T12:00:00Z"})).await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-17T11:00:00.000Z", "later");
    later(&desk, DAY).await;
    assert_eq!(story(&desk.app, &workflow).await, "waiting", "the old time comes and goes");
    changed(&desk, &id, json!({"startTime": "2026-01-16T13:00:00Z", "toNotify": false})).await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-16T12:00:00.000Z", "earlier, and quietly");
    later(&desk, 2 * HOUR).await;
    insta::assert_snapshot!(story(&desk.app, &workflow).await, @r#"
    finished
      rest {"waitedUntil":"2026-01-16T12:00:00.000Z"}
      remind {"added":["fri, jan 16, 2026 7:00 am"],"tags":["fri, jan 16, 2026 7:00 am"]}
    "#);
}

#[tokio::test]
async fn a_change_that_moves_nothing_and_another_appointment_leave_it_alone() {
    let desk = Desk::open().await;
    let workflow = reminder(&desk, json!({})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    let other = booked(&desk, "2026-01-18T10:00:00Z").await;
    changed(&desk, &id, json!({"title": "Renamed"})).await;
    changed(&desk, &other, json!({"startTime": "2026-01-19T10:00:00Z"})).await;
    later(&desk, 23 * HOUR).await;
    let told = story(&desk.app, &workflow).await;
    assert_eq!(told.lines().filter(|line| line.contains("waitedUntil")).count(), 1, "{told}");
    assert!(told.contains("waiting"), "{told}");
}

#[tokio::test]
async fn what_a_window_adds_is_waited_for_whatever_else_changes() {
    let desk = Desk::open().await;
    // Nine in the morning in the location, two hours before the window opens, is 15:00 UTC.
    let workflow =
        reminder(&desk, json!({"window": {"from": "11:00", "to": "18:00"}, "ifPassed": "end"})).await;
    let id = booked(&desk, "2026-01-16T16:00:00Z").await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-16T17:00:00.000Z");
    later(&desk, DAY + 6 * HOUR).await;
    changed(&desk, &id, json!({"title": "Renamed"})).await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-16T17:00:00.000Z", "the rest itself is over");
    later(&desk, HOUR).await;
    assert!(story(&desk.app, &workflow).await.starts_with("finished\n  rest {\"waitedUntil\""));
}

#[tokio::test]
async fn an_appointment_that_is_called_off_ends_the_run_or_leads_elsewhere() {
    let desk = Desk::open().await;
    let ends = reminder(&desk, json!({})).await;
    let leads = reminder(&desk, json!({"ifCancelled": "sorry"})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    changed(&desk, &id, json!({"appointmentStatus": "cancelled"})).await;
    insta::assert_snapshot!(story(&desk.app, &ends).await, @r#"
    finished
      rest {"appointment":"cancelled"}
    "#);
    insta::assert_snapshot!(story(&desk.app, &leads).await, @r#"
    finished
      rest {"appointment":"cancelled"}
      sorry {"added":["sorry"],"tags":["sorry"]}
    "#);
}

#[tokio::test]
async fn a_run_may_go_on_though_its_appointment_is_called_off() {
    let desk = Desk::open().await;
    let workflow = reminder(&desk, json!({"ifCancelled": "continue"})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    changed(&desk, &id, json!({"appointmentStatus": "cancelled"})).await;
    insta::assert_snapshot!(story(&desk.app, &workflow).await, @r#"
    finished
      rest {"appointment":"cancelled"}
      remind {"added":["fri, jan 16, 2026 4:00 am"],"tags":["fri, jan 16, 2026 4:00 am"]}
    "#);
}

#[tokio::test]
async fn an_appointment_that_is_deleted_is_called_off() {
    let desk = Desk::open().await;
    let workflow = reminder(&desk, json!({"ifCancelled": "sorry"})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    let path = format!("/calendars/events/{}", id.as_str().expect("an id"));
    desk.app.delete(&path).json(&json!({})).send().await;
    desk.app.run_until_idle().await;
    insta::assert_snapshot!(story(&desk.app, &workflow).await, @r#"
    finished
      rest {"appointment":"deleted"}
      sorry {"added":["sorry"],"tags":["sorry"]}
    "#);
}

#[tokio::test]
async fn a_time_that_has_passed_is_no_rest() {
    let desk = Desk::open().await;
    let workflow = reminder(&desk, json!({"ifPassed": "sorry"})).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    later(&desk, 1).await; // the runs are told in the order of their beginnings
    booked(&desk, "2026-01-15T10:30:00Z").await;
    changed(&desk, &id, json!({"startTime": "2026-01-15T10:45:00Z"})).await;
    insta::assert_snapshot!(story(&desk.app, &workflow).await, @r#"
    finished
      rest {"until":"2026-01-15T09:45:00.000Z","passed":true}
      sorry {"added":[],"tags":["sorry"]}
    finished
      rest {"until":"2026-01-15T09:30:00.000Z","passed":true}
      sorry {"added":["sorry"],"tags":["sorry"]}
    "#);
}

#[tokio::test]
async fn a_run_waits_for_what_it_booked_and_reaches_the_goal_of_a_status() {
    let desk = Desk::open().await;
    let steps = json!([
        {"id": "book", "type": "book_appointment", "next": "after", "attributes": {
            "calendar": desk.calendar, "startTime": "2026-01-16T10:00:00Z", "ignoreFreeSlots": true}},
        {"id": "after", "type": "wait", "next": "nudge", "attributes": {
            "event": {"when": "after", "value": 1, "unit": "days"}}},
        {"id": "nudge", "type": "add_contact_tag", "next": "came", "attributes": {"tags": ["nudged"]}},
        {"id": "came", "type": "goal", "attributes": {"otherwise": "wait", "events": [
            {"type": "appointment", "filters": [{"field": "appointment.status", "operator": "is", "value": "showed"}]}]}}
    ]);
    let workflow = workflow(&desk.app, steps, json!({})).await;
    super::enrol(&desk.app, &workflow, &desk.contact).await;
    assert_eq!(wakes_at(&desk, &workflow).await, "2026-01-17T10:00:00.000Z");
    let path = format!("/contacts/{}/appointments", desk.contact);
    let id = desk.app.get(&path).send().await.expect(200).json()["events"][0]["id"].clone();
    changed(&desk, &id, json!({"appointmentStatus": "noshow"})).await;
    assert_eq!(
        wakes_at(&desk, &workflow).await,
        "2026-01-17T10:00:00.000Z",
        "another status is not the goal"
    );
    changed(&desk, &id, json!({"appointmentStatus": "showed"})).await;
    let told = story(&desk.app, &workflow).await;
    assert!(told.starts_with("finished"), "{told}");
    assert!(told.ends_with(r#"came {"met":"AppointmentUpdate"}"#), "{told}");
    assert!(!told.contains("nudge"), "{told}");
}

#[tokio::test]
async fn conditions_on_an_appointment_are_tested_when_it_changes() {
    let desk = Desk::open().await;
    let definition = json!({
        "name": "Held", "triggers": [trigger("customer_appointment", &[])],
        "steps": [{"id": "rest", "type": "wait", "attributes": {"conditions": {"segments": [
            {"conditions": [{"field": "appointment.status", "operator": "is", "value": "showed"}]}]}}}],
    });
    let workflow = made(&desk.app, &published(definition)).await;
    let id = booked(&desk, "2026-01-16T10:00:00Z").await;
    assert_eq!(story(&desk.app, &workflow).await, "waiting");
    changed(&desk, &id, json!({"appointmentStatus": "showed"})).await;
    assert_eq!(story(&desk.app, &workflow).await, "finished\n  rest {\"held\":true}");
}
