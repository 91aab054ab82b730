//! Waits for what happens, and what ends them otherwise.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, enrol, path_of, story, tag, workflow};

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn an_event_ends_a_wait_and_only_the_one_meant() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "wait", "type": "wait", "next": "thank", "attributes": {
            "events": [{"type": "contact_tag", "filters": [{"field": "contact.tags", "operator": "contains", "value": "paid"}]}],
            "timeout": {"value": 3, "unit": "days", "next": "remind"}}},
        {"id": "thank", "type": "add_contact_tag", "attributes": {"tags": ["thanked"]}},
        {"id": "remind", "type": "add_contact_tag", "attributes": {"tags": ["reminded"]}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    let (ada, bob) = (contact(&app, "ada").await, contact(&app, "bob").await);
    enrol(&app, &workflow, &ada).await;
    app.clock.advance(1); // the runs are told in the order of their beginnings
    enrol(&app, &workflow, &bob).await;
    tag(&app, &ada, "other").await;
    assert_eq!(story(&app, &workflow).await, "waiting\nwaiting");

    tag(&app, &ada, "paid").await;
    app.clock.advance(3 * DAY);
    app.run_until_idle().await;
    let location = app.agency.location.location_id().to_string();
    let told = story(&app, &workflow).await.replace(&ada, "[ada]").replace(&location, "[location]");
    insta::assert_snapshot!(told, @r#"
    finished
      wait {"event":"contact_tag","data":{"locationId":"[location]","id":"[ada]","contactId":"[ada]","name":"ada","dateAdded":"2026-01-15T10:00:00.000Z","dnd":false,"tags":["other","paid"],"attachments":[],"customFields":[],"firstName":"ada","email":"ada@example.com"}}
      thank {"added":["thanked"],"tags":["other","paid","thanked"]}
    finished
      wait {"timedOut":true}
      remind {"added":["reminded"],"tags":["reminded"]}
    "#);
}

#[tokio::test]
async fn conditions_are_tested_again_when_the_contact_changes() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "wait", "type": "wait", "attributes": {"conditions": {"segments": [
        {"conditions": [{"field": "contact.city", "operator": "is", "value": "Chicago"}]}]}}}]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    for city in ["Boston", "Chicago"] {
        let path = format!("/contacts/{ada}");
        app.put(&path).json(&json!({"city": city})).send().await.expect(200);
        app.run_until_idle().await;
    }
    insta::assert_snapshot!(story(&app, &workflow).await, @r#"
    finished
      wait {"held":true}
    "#);
}

#[tokio::test]
async fn a_run_that_was_taken_out_is_not_woken_by_its_event() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "wait", "type": "wait", "attributes": {"events": [{"type": "contact_tag"}]}}]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    let path = format!("/contacts/{ada}/workflow/{}", workflow["id"].as_str().unwrap());
    app.delete(&path).json(&json!({})).send().await.expect(200);
    tag(&app, &ada, "late").await;
    assert_eq!(story(&app, &workflow).await, "removed");
    assert_eq!(app.jobs().await.len(), 0);
}

#[tokio::test]
async fn a_moment_that_has_passed_may_leave_out_messages_until_the_next_wait() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "past", "type": "wait", "next": "first", "attributes": {"until": "2020-01-01", "ifPassed": "skip_messages"}},
        {"id": "first", "type": "send_sms", "next": "tag", "attributes": {"message": "Soon!"}},
        {"id": "tag", "type": "add_contact_tag", "next": "rest", "attributes": {"tags": ["x"]}},
        {"id": "rest", "type": "wait", "next": "second", "attributes": {"for": {"value": 1, "unit": "days"}}},
        {"id": "second", "type": "send_sms", "attributes": {"message": "How was it?"}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    let body = json!({"locationId": app.agency.location.location_id(), "phone": "+12025550143"});
    let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
    enrol(&app, &workflow, made["contact"]["id"].as_str().expect("an id")).await;
    app.clock.advance(DAY);
    app.run_until_idle().await;
    let outbox = app.get("/leadhold/v1/sandbox/outbox").send().await.expect(200).json();
    let said: Vec<&str> = outbox["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["body"].as_str())
        .collect();
    assert_eq!(said, ["How was it?"]);
    assert!(story(&app, &workflow).await.contains(r#"first {"leftOut":"a wait before it had passed"}"#));
}

#[tokio::test]
async fn times_are_the_contacts_where_the_workflow_says_so() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "noon", "type": "wait", "attributes": {"until": "2026-01-16T12:00"}}]);
    let workflow = workflow(&app, steps, json!({"timezone": "contact"})).await;
    let location = app.agency.location.location_id();
    for (email, zone) in [("a@example.com", Some("Asia/Tokyo")), ("b@example.com", None)] {
        app.clock.advance(1000);
        let body = json!({"locationId": location, "email": email, "timezone": zone});
        let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
        enrol(&app, &workflow, made["contact"]["id"].as_str().expect("an id")).await;
    }
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    let wakes: Vec<&str> = runs["runs"]
        .as_array()
        .expect("a list")
        .iter()
        .rev()
        .filter_map(|run| run["wakesAt"].as_str())
        .collect();
    assert_eq!(wakes, ["2026-01-16T03:00:00.000Z", "2026-01-16T18:00:00.000Z"]);
}
