//! `appointment`, `customer_appointment`

use serde_json::{Value, json};

use super::{runs, said, says, trigger};
use crate::api::calendars::{Desk, calendar};
use crate::api::workflows::{made, path_of, published};

const ANY: &str = "{{appointment.title}}: {{appointment.status}}";

fn anytime(more: &Value) -> Value {
    let mut body = json!({"ignoreFreeSlotValidation": true});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn an_appointment_that_was_booked_and_came_to_a_status() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let any = says(app, trigger("appointment", &[]), ANY).await;
    let booked = says(app, trigger("customer_booked_appointment", &[]), ANY).await;
    let cancelled = trigger("appointment_status", &["appointment.status is cancelled"]);
    let cancelled = says(app, cancelled, ANY).await;
    let from_new = trigger("appointment", &["appointment.status has_changed_from new"]);
    let from_new = says(app, from_new, "{{changed.appointment.status.to}}").await;
    let first = desk.book("2026-01-20T15:00:00Z", anytime(&json!({"title": "Visit"}))).await;
    app.run_until_idle().await;
    desk.change(&first["id"], json!({"appointmentStatus": "new"})).await;
    app.run_until_idle().await;
    let moved =
        json!({"startTime": "2026-01-20T16:00:00Z", "title": "Call", "ignoreFreeSlotValidation": true});
    desk.change(&first["id"], moved).await;
    desk.change(&first["id"], json!({"appointmentStatus": "cancelled"})).await;
    assert_eq!(said(app, &any).await, ["Call: cancelled", "Visit: confirmed", "Visit: new"]);
    assert_eq!(said(app, &booked).await, ["Visit: confirmed"]);
    assert_eq!(said(app, &cancelled).await, ["Call: cancelled"]);
    assert_eq!(said(app, &from_new).await, ["cancelled"]);
    let run = &runs(app, &booked).await[0];
    assert_eq!(
        (&run["contactId"], &run["triggerType"]),
        (&json!(desk.contact), &json!("customer_appointment"))
    );
}

#[tokio::test]
async fn filters_see_the_appointment_as_it_was_when_it_happened() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let on = async |filters: &[&str]| says(app, trigger("appointment", filters), ANY).await;
    let confirmed = on(&["appointment.status is confirmed"]).await;
    let showed = on(&["appointment.status is showed", "contact.first_name is Ada"]).await;
    let one = desk.book("2026-01-20T15:00:00Z", anytime(&json!({"title": "Visit"}))).await;
    desk.change(&one["id"], json!({"appointmentStatus": "showed"})).await;
    // Both events are seen when it has long been kept; what is said is what is so.
    assert_eq!(said(app, &confirmed).await, ["Visit: showed"]);
    assert_eq!(said(app, &showed).await, ["Visit: showed"]);
}

#[tokio::test]
async fn filters_know_the_calendar_the_person_and_the_source() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let on =
        async |filters: &[&str]| says(app, trigger("appointment", filters), "{{appointment.title}}").await;
    let other = calendar(app, json!({"name": "Visits", "calendarType": "event"})).await;
    let visits = on(&["calendar.name is visits"]).await;
    let by_id = on(&[&format!("calendar.id is {}", desk.calendar)]).await;
    let hers = on(&[&format!("appointment.assigned_user_id is {}", desk.user)]).await;
    let by_api = on(&["appointment.source is api", "appointment.event_type is normal"]).await;
    let by_workflow = on(&["appointment.source is workflow"]).await;
    desk.book("2026-01-20T15:00:00Z", anytime(&json!({"title": "Hers"}))).await;
    desk.book("2026-01-21T15:00:00Z", anytime(&json!({"title": "Nobody's", "calendarId": other}))).await;
    assert_eq!(said(app, &visits).await, ["Nobody's"]);
    assert_eq!(said(app, &by_id).await, ["Hers"]);
    assert_eq!(said(app, &hers).await, ["Hers"]);
    assert_eq!(said(app, &by_api).await, ["Hers", "Nobody's"]);
    assert_eq!(said(app, &by_workflow).await.len(), 0);
}

#[tokio::test]
async fn of_what_nobody_is_to_hear_no_workflow_hears() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let any = says(app, trigger("appointment", &[]), ANY).await;
    let quiet = anytime(&json!({"title": "Quiet", "toNotify": false}));
    let one = desk.book("2026-01-20T15:00:00Z", quiet).await;
    desk.change(&one["id"], json!({"appointmentStatus": "showed", "toNotify": false})).await;
    assert_eq!(said(app, &any).await.len(), 0);
    desk.change(&one["id"], json!({"appointmentStatus": "noshow"})).await;
    assert_eq!(said(app, &any).await, ["Quiet: noshow"]);
}

/// What a contact's runs about its appointments are held back by.
#[tokio::test]
async fn a_contact_comes_in_with_each_of_its_appointments_whatever_the_settings_say() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let definition = json!({
        "name": "Once", "settings": {"allowReentry": false},
        "triggers": [trigger("appointment", &[]), {"id": "tag", "type": "contact_tag"}],
        "steps": [{"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}],
    });
    let workflow = made(app, &published(definition)).await;
    let first = desk.book("2026-01-20T15:00:00Z", anytime(&json!({}))).await;
    desk.book("2026-01-21T15:00:00Z", anytime(&json!({}))).await;
    app.run_until_idle().await;
    assert_eq!(runs(app, &workflow).await.len(), 2, "one with each");
    desk.change(&first["id"], json!({"appointmentStatus": "showed"})).await;
    app.run_until_idle().await;
    assert_eq!(runs(app, &workflow).await.len(), 2, "not twice at once with the same");
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    desk.change(&first["id"], json!({"appointmentStatus": "noshow"})).await;
    app.run_until_idle().await;
    assert_eq!(runs(app, &workflow).await.len(), 3, "again with the same");
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    let tag = json!({"tags": ["vip"]});
    app.post(&format!("/contacts/{}/tags", desk.contact)).json(&tag).send().await.expect(201);
    app.run_until_idle().await;
    assert_eq!(runs(app, &workflow).await.len(), 3, "other triggers keep to the setting");
    let path = format!("/leadhold/v1/workflows/{}/why", workflow["id"].as_str().expect("an id"));
    let why = app.get(&path).send().await.expect(200).json();
    let decisions: Vec<&Value> =
        why["trials"].as_array().expect("a list").iter().map(|trial| &trial["decision"]).collect();
    assert_eq!(decisions[0], "entered_before", "{}", path_of(&workflow));
}

#[tokio::test]
async fn the_webhook_sends_the_appointment_as_calendar() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let receiver = leadhold_testkit::Receiver::start().await;
    let definition = json!({
        "name": "Tell", "triggers": [trigger("customer_appointment", &[])],
        "steps": [{"id": "tell", "type": "webhook", "attributes": {"method": "POST", "url": receiver.url}}],
    });
    made(app, &published(definition)).await;
    let more = json!({"title": "Visit", "address": "1 Main St", "description": "Bring the plans"});
    desk.book("2026-01-20T10:00:00-05:00", anytime(&more)).await;
    app.run_until_idle().await;
    let sent = receiver.wait_for(1).await[0].json();
    insta::assert_json_snapshot!(sent["calendar"], {".id" => "[calendar]", ".appointmentId" => "[appointment]"}, @r#"
    {
      "id": "[calendar]",
      "calendarName": "Discovery",
      "title": "Visit",
      "appointmentId": "[appointment]",
      "startTime": "2026-01-20T10:00:00-05:00",
      "endTime": "2026-01-20T10:30:00-05:00",
      "status": "confirmed",
      "address": "1 Main St",
      "notes": "Bring the plans"
    }
    "#);
    assert_eq!((&sent["calendar"]["id"], &sent["contact_id"]), (&json!(desk.calendar), &json!(desk.contact)));
}
