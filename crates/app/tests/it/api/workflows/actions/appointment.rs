//! Actions on appointments.

use serde_json::{Value, json};

use super::{enrolled, events, faults, input, passed, run_of, told, workflow};
use crate::api::calendars::Desk;
use crate::api::workflows::triggers::trigger;
use crate::api::workflows::{made, published};

async fn appointments(desk: &Desk) -> Vec<Value> {
    let path = format!("/contacts/{}/appointments", desk.contact);
    let answer = desk.app.get(&path).send().await.expect(200).json();
    answer["events"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_time_is_booked_and_later_steps_know_it() {
    let desk = Desk::open().await;
    let steps = json!([
        {"id": "book", "type": "book_appointment", "attributes": {
            "calendar": "discovery", "startTime": "2026-01-20 10:00", "title": "Visit of {{contact.first_name}}",
            "notes": "Asked for by {{contact.email}}", "address": "1 Main St", "ignoreFreeSlots": true}},
        {"id": "tag", "type": "add_contact_tag", "attributes": {
            "tags": ["{{appointment.only_start_date}}", "{{appointment.user.name}}", "{{calendar.name}}"]}},
        {"id": "again", "type": "add_contact_tag", "attributes": {"tags": ["{{steps.book.status}}"]}},
        {"id": "came", "type": "update_appointment_status", "attributes": {"status": "showed"}}
    ]);
    let run = passed(&desk.app, &desk.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    book: {"appointmentId":"[id]","calendarId":"[id]","status":"confirmed","startTime":"2026-01-20T10:00:00-06:00","endTime":"2026-01-20T10:30:00-06:00","assignedTo":"[id]"}
    tag: {"added":["tue, jan 20, 2026","john deo","discovery"],"tags":["tue, jan 20, 2026","john deo","discovery"]}
    again: {"added":["confirmed"],"tags":["tue, jan 20, 2026","john deo","discovery","confirmed"]}
    came: {"appointmentId":"[id]","status":"showed","was":"confirmed"}
    finished
    "#);
    insta::assert_snapshot!(input(&run, 0), @r#"{"effect":"bookAppointment","contact":"[id]","calendar":"discovery","start":"2026-01-20T16:00:00.000Z","end":null,"title":"Visit of Ada","assignedTo":null,"address":"1 Main St","notes":"Asked for by ada@b.co","status":null,"ignoreDateRange":false,"ignoreFreeSlots":true,"notify":true}"#);
    let kinds = events(&desk.app).await;
    insta::assert_snapshot!(kinds.join(" "), @"AppointmentCreate AppointmentBooked ContactTagUpdate ContactTagUpdate AppointmentUpdate");
    let all = appointments(&desk).await;
    let shown =
        ["title", "appointmentStatus", "startTime", "endTime", "address", "notes"].map(|key| &all[0][key]);
    insta::assert_snapshot!(json!(shown), @r#"["Visit of Ada","showed","2026-01-20 10:00:00","2026-01-20 10:30:00","1 Main St","Asked for by ada@b.co"]"#);
    assert_eq!(all[0]["createdBy"], json!({"source": "workflow"}));
}

#[tokio::test]
async fn what_cannot_be_booked_fails_the_step_and_books_nothing() {
    let desk = Desk::open().await;
    let book =
        |id: &str, attributes: Value| json!({"id": id, "type": "book_appointment", "attributes": attributes});
    let steps = json!([
        book("nowhere", json!({"calendar": "Nowhere", "startTime": "2026-01-20 10:00"})),
        book("when", json!({"calendar": desk.calendar, "startTime": "{{contact.city}}"})),
        book("empty", json!({"calendar": "{{contact.city}}", "startTime": "2026-01-20 10:00"})),
        book("who", json!({"calendar": desk.calendar, "startTime": "2026-01-20 10:00", "assignedTo": "nobody",
            "ignoreFreeSlots": true})),
        book("back", json!({"calendar": desk.calendar, "startTime": "2026-01-20 10:00", "endTime": "2026-01-20 09:00",
            "ignoreFreeSlots": true})),
        {"id": "none", "type": "update_appointment_status", "attributes": {"status": "showed"}}
    ]);
    let run = passed(&desk.app, &desk.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    nowhere: "The location has no calendar `Nowhere`."
    when: "`` is no moment. Write 2026-05-01T09:00:00 or 2026-05-01."
    empty: "The calendar came out empty; check the merge fields in it."
    who: "User with id nobody is not a team member of the calendar"
    back: "endTime must be later than startTime"
    none: "This run has no appointment: no trigger brought one, no step booked one, its contact has none before it, or it was deleted since."
    finished
    "#);
    assert!(appointments(&desk).await.is_empty());
    assert!(events(&desk.app).await.is_empty());
    let wrong = faults(
        &desk.app,
        json!([
            book("book", json!({"calendar": "x", "status": "gone", "startsAt": "x"})),
            {"id": "status", "type": "update_appointment_status", "attributes": {}}
        ]),
    );
    insta::assert_snapshot!(wrong.await, @"
    steps[0].attributes.startTime: `startTime` is missing; it must be a text
    steps[0].attributes.status: `gone` is not one of new, confirmed, cancelled, showed, noshow, invalid
    steps[0].attributes.startsAt: unknown key `startsAt`; known here: calendar, startTime, status, endTime, title, assignedTo, address, notes, ignoreDateRange, ignoreFreeSlots, notify
    steps[1].attributes.status: `status` is missing; it must be a text
    ");
}

#[tokio::test]
async fn the_status_of_the_contacts_next_appointment_is_set() {
    let desk = Desk::open().await;
    let anytime = |title: &str| json!({"title": title, "ignoreFreeSlotValidation": true});
    desk.book("2026-01-10T15:00:00Z", anytime("past")).await;
    let off = desk.book("2026-01-17T15:00:00Z", anytime("off")).await;
    desk.change(&off["id"], json!({"appointmentStatus": "cancelled"})).await;
    desk.book("2026-01-21T15:00:00Z", anytime("later")).await;
    desk.book("2026-01-20T15:00:00Z", anytime("next")).await;
    let cancel =
        json!([{"id": "off", "type": "update_appointment_status", "attributes": {"status": "cancelled"}}]);
    let cancel = workflow(&desk.app, cancel).await;
    for _ in 0..3 {
        let run = enrolled(&desk.app, &desk.contact, &cancel).await;
        assert_eq!(run["status"], "finished");
        desk.app.clock.advance(1000);
    }
    let told: Vec<String> = appointments(&desk)
        .await
        .iter()
        .map(|one| format!("{} {}", one["title"], one["appointmentStatus"]))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "past" "confirmed"
    "off" "cancelled"
    "next" "cancelled"
    "later" "cancelled"
    "#);
    let run = run_of(&desk.app, &cancel).await;
    assert!(
        run["steps"][0]["error"].as_str().is_some_and(|why| why.starts_with("This run has no appointment"))
    );
}

#[tokio::test]
async fn the_status_of_the_triggers_own_appointment_is_set() {
    let desk = Desk::open().await;
    let definition = json!({
        "name": "Confirm", "triggers": [trigger("customer_appointment", &["appointment.title is mine"])],
        "steps": [{"id": "ok", "type": "update_appointment_status", "attributes": {"status": "invalid", "notify": false}}],
    });
    made(&desk.app, &published(definition)).await;
    let anytime = |title: &str| json!({"title": title, "ignoreFreeSlotValidation": true});
    desk.book("2026-01-20T15:00:00Z", anytime("other")).await;
    desk.book("2026-01-21T15:00:00Z", anytime("mine")).await;
    desk.app.run_until_idle().await;
    let statuses: Vec<Value> =
        appointments(&desk).await.iter().map(|one| one["appointmentStatus"].clone()).collect();
    assert_eq!(statuses, ["confirmed", "invalid"]);
}

#[tokio::test]
async fn a_free_slot_is_booked_once() {
    let desk = Desk::open().await;
    let book = |id: &str, more: Value| {
        let mut attributes = json!({"calendar": desk.calendar, "startTime": "2026-01-20 10:00"});
        attributes.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({"id": id, "type": "book_appointment", "attributes": attributes})
    };
    let steps = json!([
        book("free", json!({})),
        book("taken", json!({})),
        book("no_slot", json!({"startTime": "2026-01-20 11:07"})),
        book("closed", json!({"startTime": "2026-01-24 10:00", "ignoreDateRange": true})),
        book("anyway", json!({"ignoreFreeSlots": true, "status": "new", "notify": false}))
    ]);
    let run = passed(&desk.app, &desk.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    free: {"appointmentId":"[id]","calendarId":"[id]","status":"confirmed","startTime":"2026-01-20T10:00:00-06:00","endTime":"2026-01-20T10:30:00-06:00","assignedTo":"[id]"}
    taken: "The slot you have selected is no longer available."
    no_slot: "The slot you have selected is no longer available."
    closed: "The slot you have selected is no longer available."
    anyway: {"appointmentId":"[id]","calendarId":"[id]","status":"new","startTime":"2026-01-20T10:00:00-06:00","endTime":"2026-01-20T10:30:00-06:00","assignedTo":"[id]"}
    finished
    "#);
    assert_eq!(appointments(&desk).await.len(), 2);
}

#[tokio::test]
async fn a_note_is_written_about_the_appointment() {
    let desk = Desk::open().await;
    let steps = json!([
        {"id": "none", "type": "add_appointment_note", "attributes": {"body": "Nothing"}},
        {"id": "book", "type": "book_appointment", "attributes": {
            "calendar": "Discovery", "startTime": "2026-01-20 10:00", "title": "Visit"}},
        {"id": "note", "type": "add_appointment_note", "attributes": {
            "body": "{{contact.first_name}} asked for {{appointment.title}}", "userId": desk.user}},
        {"id": "who", "type": "add_appointment_note", "attributes": {"body": "x", "userId": "nobody"}},
        {"id": "empty", "type": "add_appointment_note", "attributes": {"body": "{{contact.city}}"}}
    ]);
    let run = passed(&desk.app, &desk.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    none: "This run has no appointment: no trigger brought one, no step booked one, its contact has none before it, or it was deleted since."
    book: {"appointmentId":"[id]","calendarId":"[id]","status":"confirmed","startTime":"2026-01-20T10:00:00-06:00","endTime":"2026-01-20T10:30:00-06:00","assignedTo":"[id]"}
    note: {"noteId":"[id]","appointmentId":"[id]"}
    who: "User with id nobody not found"
    empty: "The note came out empty; check the merge fields in it."
    finished
    "#);
    let id = run["steps"][1]["output"]["appointmentId"].as_str().expect("an id").to_owned();
    let path = format!("/calendars/appointments/{id}/notes?limit=10&offset=0");
    let notes = desk.app.get(&path).send().await.expect(200).json();
    assert_eq!(notes["notes"].as_array().map(Vec::len), Some(1), "{notes}");
    assert_eq!(notes["notes"][0]["body"], "Ada asked for Visit");
}
