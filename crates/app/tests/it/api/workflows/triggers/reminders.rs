//! `birthday_reminder`, `custom_date_reminder`, `task_due_date_reminder`, `opportunity_decay`, `scheduler_trigger`
//!
//! The location is in Chicago, six hours behind.

use leadhold_kernel::Timestamp;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{path_of, said, says, trigger};
use crate::api::contacts::{field, make};
use crate::api::opportunities::Board;
use crate::api::workflows::{WORKFLOWS, made, published, waiting as resting};

fn waiting(kind: &str, attributes: Value) -> Value {
    let mut trigger = trigger(kind, &[]);
    trigger["attributes"] = attributes;
    trigger
}

/// Turns the clock to a moment and does what is due then.
async fn until(app: &TestApp, moment: &str) {
    let to = Timestamp::parse(moment).expect("RFC 3339");
    app.clock.advance(to.millis() - app.app.world.clock.now().millis());
    app.run_until_idle().await;
}

#[tokio::test]
async fn birthdays_come_at_eight_in_the_locations_zone() {
    let app = TestApp::start().await;
    let says_it = "{{contact.first_name}} {{birthday.age}} {{birthday.date}}";
    let on = says(&app, waiting("birthday_reminder", json!({})), says_it).await;
    let before = waiting("birthday_reminder", json!({"days": 2, "when": "before", "at": "09:30"}));
    let before = says(&app, before, says_it).await;
    let mut of_ada = waiting("birthday_reminder", json!({}));
    of_ada["filters"] = json!([{"field": "contact.tags", "operator": "contains", "value": "vip"}]);
    let of_ada = says(&app, of_ada, says_it).await;
    make(&app, json!({"firstName": "Ada", "dateOfBirth": "1990-01-18", "tags": ["vip"]})).await;
    make(&app, json!({"firstName": "Bob", "dateOfBirth": "2001-01-18"})).await;
    make(&app, json!({"firstName": "Eve", "dateOfBirth": "2001-01-19"})).await;
    until(&app, "2026-01-16T15:29:59Z").await;
    assert_eq!(said(&app, &before).await.len(), 0);
    until(&app, "2026-01-16T15:30:00Z").await;
    assert_eq!(said(&app, &before).await, ["Ada 36 2026-01-18", "Bob 25 2026-01-18"]);
    until(&app, "2026-01-18T13:59:59Z").await;
    assert_eq!(said(&app, &on).await.len(), 0);
    until(&app, "2026-01-18T14:00:00Z").await;
    assert_eq!(said(&app, &on).await, ["Ada 36 2026-01-18", "Bob 25 2026-01-18"]);
    assert_eq!(said(&app, &of_ada).await, ["Ada 36 2026-01-18"]);
    let again = format!("{}/publish", path_of(&on));
    app.post(&again).json(&json!({})).send().await.expect(200);
    until(&app, "2026-01-18T23:00:00Z").await;
    assert_eq!(said(&app, &on).await.len(), 2, "once a year");
}

#[tokio::test]
async fn a_birthday_on_the_29th_of_february() {
    let app = TestApp::start().await;
    let workflow =
        says(&app, waiting("birthday_reminder", json!({})), "{{birthday.date}} {{birthday.age}}").await;
    make(&app, json!({"firstName": "Leap", "dateOfBirth": "2000-02-29"})).await;
    for day in ["2026-02-28", "2026-03-01", "2028-02-28", "2028-02-29", "2028-03-01"] {
        until(&app, &format!("{day}T20:00:00Z")).await;
    }
    assert_eq!(said(&app, &workflow).await, ["2026-02-28 26", "2028-02-29 28"]);
}

#[tokio::test]
async fn birthdays_that_were_missed_come_late_and_once() {
    let app = TestApp::start().await;
    let workflow = says(&app, waiting("birthday_reminder", json!({})), "{{contact.first_name}}").await;
    for (name, born) in [("Old", "1990-01-20"), ("Late", "1990-01-27"), ("Now", "1990-02-01")] {
        make(&app, json!({"firstName": name, "dateOfBirth": born})).await;
    }
    until(&app, "2026-02-01T20:00:00Z").await;
    assert_eq!(said(&app, &workflow).await, ["Late", "Now"], "a week back, and no further");
}

#[tokio::test]
async fn more_birthdays_than_a_step_takes() {
    let app = TestApp::start().await;
    let mut definition = published(resting());
    definition["triggers"] = json!([waiting("birthday_reminder", json!({}))]);
    let workflow = made(&app, &definition).await;
    let here = app.agency.location.clone();
    app.write(move |tx, cx| {
        for n in 0..450 {
            let born = leadhold_kernel::date::Date::parse("1990-01-18").expect("a date");
            let fields = leadhold_app::contacts::ContactFields {
                first_name: leadhold_kernel::Patch::Value(format!("n{n}")),
                date_of_birth: leadhold_kernel::Patch::Value(born),
                ..Default::default()
            };
            leadhold_app::contacts::create(tx, cx, &here, &fields)?;
        }
        Ok(())
    })
    .await;
    until(&app, "2026-01-18T14:00:00Z").await;
    let counts = app.get(&format!("{}/counts", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(counts["runs"]["started"], 450, "{counts}");
}

#[tokio::test]
async fn a_date_of_ones_own() {
    let app = TestApp::start().await;
    let renewal = field(&app, "Renewal", "DATE", json!({})).await;
    let attributes = json!({"field": "contact.renewal", "days": 1, "when": "after", "at": "10:00"});
    let workflow = waiting("custom_date_reminder", attributes);
    let workflow = says(&app, workflow, "{{contact.first_name}} {{reminder.date}} {{contact.renewal}}").await;
    for (name, date) in [("Ada", "2026-01-17"), ("Bob", "2025-01-17")] {
        make(&app, json!({"firstName": name, "customFields": [{"id": renewal, "value": date}]})).await;
    }
    until(&app, "2026-01-18T15:59:59Z").await;
    assert_eq!(said(&app, &workflow).await.len(), 0);
    until(&app, "2026-01-18T16:00:00Z").await;
    assert_eq!(said(&app, &workflow).await, ["Ada 2026-01-17 2026-01-17"]);
}

#[tokio::test]
async fn tasks_that_are_due() {
    let app = TestApp::start().await;
    let an_hour_before =
        waiting("task_due_date_reminder", json!({"value": 1, "unit": "hours", "when": "before"}));
    let workflow =
        says(&app, an_hour_before, "{{contact.first_name}} {{task.title}} {{task.due_date}}").await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    let path = format!("/contacts/{ada}/tasks");
    let mut tasks = Vec::new();
    for (title, due) in [
        ("far", "2026-01-20T12:00:00Z"),
        ("near", "2026-01-15T12:00:00Z"),
        ("over", "2026-01-15T10:30:00Z"),
        ("done", "2026-01-15T12:00:00Z"),
    ] {
        let body = json!({"title": title, "dueDate": due, "completed": false});
        let task = app.post(&path).json(&body).send().await.expect(201).json();
        tasks.push(format!("{path}/{}", task["task"]["id"].as_str().expect("an id")));
        app.run_until_idle().await;
    }
    app.put(&tasks[3]).json(&json!({"completed": true})).send().await.expect(200);
    until(&app, "2026-01-15T10:59:59Z").await;
    assert_eq!(said(&app, &workflow).await.len(), 0);
    until(&app, "2026-01-15T11:00:00Z").await;
    let near = "Ada near 2026-01-15T12:00:00.000Z";
    assert_eq!(said(&app, &workflow).await, [near], "the alarm was set forward when the task was made");
    app.put(&tasks[0]).json(&json!({"dueDate": "2026-01-15T14:00:00Z"})).send().await.expect(200);
    app.run_until_idle().await;
    until(&app, "2026-01-15T13:00:00Z").await;
    let moved = "Ada far 2026-01-15T14:00:00.000Z";
    assert_eq!(said(&app, &workflow).await, [moved, near]);
    until(&app, "2026-01-21T12:00:00Z").await;
    assert_eq!(said(&app, &workflow).await.len(), 2, "not at the date that it had");
}

#[tokio::test]
async fn opportunities_at_rest() {
    let board = Board::start().await;
    let workflow = waiting("opportunity_decay", json!({"days": 3}));
    let workflow =
        says(&board.app, workflow, "{{contact.first_name}} {{opportunity.name}} {{decay.days}}").await;
    board.make(json!({"name": "won", "status": "won"})).await;
    let deal = board.make(json!({"name": "open"})).await;
    until(&board.app, "2026-01-17T10:00:00Z").await;
    board.change(&deal, json!({"monetaryValue": 5})).await;
    until(&board.app, "2026-01-19T10:00:00Z").await;
    assert_eq!(said(&board.app, &workflow).await.len(), 0, "it was changed after two days");
    until(&board.app, "2026-01-20T10:00:00Z").await;
    assert_eq!(said(&board.app, &workflow).await, ["Ada open 3"]);
    until(&board.app, "2026-02-20T10:00:00Z").await;
    assert_eq!(said(&board.app, &workflow).await.len(), 1, "once for a rest");
    board.change(&deal, json!({"monetaryValue": 6})).await;
    until(&board.app, "2026-02-23T10:00:00Z").await;
    assert_eq!(said(&board.app, &workflow).await.len(), 2, "and again for the next");
}

#[tokio::test]
async fn schedules_of_every_kind() {
    let app = TestApp::start().await;
    let on = async |attributes| says(&app, waiting("scheduler_trigger", attributes), "{{schedule.at}}").await;
    let weekly = on(json!({"every": "week", "on": ["monday", "thursday"], "at": "07:00"})).await;
    let monthly = on(json!({"every": "month", "day": 31, "at": "12:00"})).await;
    let cron = on(json!({"cron": "0 9 16 * *"})).await;
    let once = on(json!({"once": "2026-01-16T09:30"})).await;
    for day in ["2026-01-16", "2026-01-19", "2026-01-22", "2026-01-31", "2026-02-28"] {
        until(&app, &format!("{day}T20:00:00Z")).await;
    }
    let first = |n: usize, mut all: Vec<String>| {
        all.truncate(n);
        all
    };
    let days = ["2026-01-15T13:00:00.000Z", "2026-01-19T13:00:00.000Z"];
    assert_eq!(first(2, said(&app, &weekly).await), days);
    assert_eq!(said(&app, &monthly).await, ["2026-01-31T18:00:00.000Z", "2026-02-28T18:00:00.000Z"]);
    assert_eq!(said(&app, &once).await, ["2026-01-16T15:30:00.000Z"]);
    assert_eq!(
        said(&app, &cron).await,
        ["2026-01-16T15:00:00.000Z"],
        "that of February was missed by more than a week"
    );
}

#[tokio::test]
async fn of_the_moments_that_were_missed_the_latest_comes() {
    let app = TestApp::start().await;
    let attributes = json!({"cron": "*/5 * * * *"});
    let workflow = says(&app, waiting("scheduler_trigger", attributes), "{{schedule.at}}").await;
    until(&app, "2026-01-15T12:02:00Z").await;
    until(&app, "2026-01-15T12:05:00Z").await;
    assert_eq!(said(&app, &workflow).await, ["2026-01-15T12:00:00.000Z", "2026-01-15T12:05:00.000Z"]);
    let draft = json!({"name": "x", "triggers": [], "steps": [], "status": "draft"});
    app.put(&path_of(&workflow)).json(&draft).send().await.expect(200);
    until(&app, "2026-01-15T13:00:00Z").await;
    assert_eq!(said(&app, &workflow).await.len(), 2, "a draft waits for nothing");
    assert!(
        app.jobs().await.iter().all(|job| !format!("{job:?}").contains("workflows.ring")),
        "nor does a job"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_schedule_is_said() {
    let app = TestApp::start().await;
    let triggers: Vec<Value> = [
        ("birthday_reminder", json!({"days": 400, "when": "near", "at": "25:00"})),
        ("custom_date_reminder", json!({})),
        ("opportunity_decay", json!({})),
        ("scheduler_trigger", json!({})),
        ("scheduler_trigger", json!({"cron": "61 * * * *"})),
        ("scheduler_trigger", json!({"every": "week"})),
        ("scheduler_trigger", json!({"once": "soon"})),
        ("contact_created", json!({})),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (kind, attributes))| json!({"id": format!("t{n}"), "type": kind, "attributes": attributes}))
    .collect();
    let body = json!({"name": "x", "triggers": triggers, "steps": []});
    let answer = app.post(WORKFLOWS).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "triggers[0].attributes.days: must be a whole number from 0 to 365",
      "triggers[0].attributes.when: `near` is not one of before, after, on",
      "triggers[0].attributes.at: must be a time of day such as 08:00",
      "triggers[1].attributes.field: `field` is missing; it must be a text",
      "triggers[2].attributes.days: `days` is missing; it must be a whole number from 1 to 3650",
      "triggers[3].attributes.every: say one of `every`, `cron` and `once`",
      "triggers[4].attributes.cron: `61` must be `*`, a number from 0 to 59, a range, a list or a step",
      "triggers[5].attributes.on: `on` must be a list of at least one day of the week",
      "triggers[6].attributes.once: must be a moment such as 2026-05-01T09:00, with or without an offset",
      "triggers[7].attributes: unknown key `attributes`; known here: id, type, filters"
    ]
    "#);
}
