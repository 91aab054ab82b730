//! `/locations/{locationId}/recurring-tasks`

use leadhold_app::tasks;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact, make_contact};

const HOUR: i64 = 3_600_000;

fn path(app: &TestApp) -> String {
    format!("/locations/{}/recurring-tasks", app.agency.location.location_id())
}

/// Every hour from the beginning of the test, due ten minutes later.
fn hourly() -> Value {
    json!({"intervalType": "hourly", "interval": 1, "startDate": "2026-01-15T10:00:00.000Z", "dueAfterSeconds": 600})
}

fn hourly_and(more: Value) -> Value {
    let mut rule = hourly();
    for (key, value) in more.as_object().expect("an object") {
        rule[key] = value.clone();
    }
    rule
}

/// Makes one and answers its path.
async fn make(app: &TestApp, body: Value) -> String {
    let made = app.post(&path(app)).json(&body).send().await.expect(201).json();
    format!("{}/{}", path(app), made["recurringTask"]["id"].as_str().expect("an id"))
}

/// The due dates of a contact's tasks, newest first.
async fn due(app: &TestApp, contact: &str) -> Vec<String> {
    let list = app.get(&format!("/contacts/{contact}/tasks")).send().await.expect(200).json();
    let due = |task: &Value| task["dueDate"].as_str().expect("a date")[11..16].to_owned();
    list["tasks"].as_array().expect("tasks").iter().map(due).collect()
}

async fn later(app: &TestApp, millis: i64) {
    app.clock.advance(millis);
    app.run_until_idle().await;
}

#[tokio::test]
async fn each_moment_makes_a_task_of_each_contact_and_owner() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    app.new_events().await;
    let body = json!({"title": "Water", "description": "the plants", "contactIds": [ada, bob, ada],
        "owners": ["u1", "u2"], "rruleOptions": hourly()});
    let made = app.post(&path(&app)).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".**.id" => "[recurring]", ".**.contactId" => "[contact]", ".**.contactIds" => "[two contacts]",
        ".**.locationId" => "[location]",
    }, @r#"
    {
      "recurringTask": {
        "id": "[recurring]",
        "title": "Water",
        "description": "the plants",
        "locationId": "[location]",
        "contactIds": "[two contacts]",
        "owners": [
          "u1",
          "u2"
        ],
        "rruleOptions": {
          "intervalType": "hourly",
          "interval": 1,
          "startDate": "2026-01-15T10:00:00.000Z",
          "dueAfterSeconds": 600
        },
        "totalOccurrence": 1,
        "deleted": false,
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z",
        "contactId": "[contact]",
        "assignedTo": "u1"
      }
    }
    "#);
    let one = format!("{}/{}", path(&app), made["recurringTask"]["id"].as_str().expect("an id"));
    assert_eq!(app.get(&one).send().await.expect(200).json(), made);
    let events = app.new_events().await;
    assert_eq!(events.iter().map(|event| event.0.as_str()).collect::<Vec<_>>(), ["TaskCreate"; 4]);
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[task]", ".contactId" => "[contact]", ".locationId" => "[location]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[task]",
      "title": "Water",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dueDate": "2026-01-15T10:10:00.000Z",
      "contactId": "[contact]",
      "body": "the plants",
      "assignedTo": "u1"
    }
    "#);

    later(&app, HOUR).await;
    assert_eq!(app.new_event_kinds().await, ["TaskCreate"; 4]);
    assert_eq!(due(&app, &bob).await, ["11:10", "11:10", "10:10", "10:10"]);
    later(&app, HOUR / 2).await;
    assert!(app.new_events().await.is_empty());
    let shown = app.get(&one).version("v3").send().await.expect(200).json();
    assert_eq!(shown["recurringTask"]["totalOccurrence"], 2);
}

#[tokio::test]
async fn the_first_task_can_be_left_out_and_a_series_can_begin_later() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let without =
        json!({"title": "t", "contactIds": [contact], "rruleOptions": hourly(), "ignoreTaskCreation": true});
    make(&app, without).await;
    assert!(due(&app, &contact).await.is_empty());
    later(&app, HOUR).await;
    assert_eq!(due(&app, &contact).await, ["11:10"]);

    let tomorrow = make_contact(&app, json!({"firstName": "Bob"})).await;
    let daily = json!({"intervalType": "daily", "interval": 1, "startDate": "2026-01-16T09:00:00Z", "dueAfterSeconds": 0});
    make(&app, json!({"title": "t", "contactIds": [tomorrow], "rruleOptions": daily})).await;
    assert!(due(&app, &tomorrow).await.is_empty());
    later(&app, 22 * HOUR).await;
    assert_eq!(due(&app, &tomorrow).await, ["09:00"]);
}

#[tokio::test]
async fn a_series_ends_by_its_count_or_its_date() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let counted = json!({"title": "t", "contactIds": [ada], "rruleOptions": hourly_and(json!({"count": 2}))});
    let counted = make(&app, counted).await;
    let until = hourly_and(json!({"endDate": "2026-01-15T12:30:00Z"}));
    make(&app, json!({"title": "t", "contactIds": [bob], "rruleOptions": until})).await;
    for _ in 0..5 {
        later(&app, HOUR).await;
    }
    assert_eq!(due(&app, &ada).await, ["11:10", "10:10"]);
    assert_eq!(due(&app, &bob).await, ["12:10", "11:10", "10:10"]);
    assert!(app.jobs().await.is_empty(), "nothing waits any more");
    let total = app.get(&counted).send().await.expect(200).json();
    assert_eq!(total["recurringTask"]["totalOccurrence"], 2);
}

#[tokio::test]
async fn after_a_jump_of_the_clock_the_latest_moments_are_made_up_for() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, json!({"title": "t", "contactIds": [contact], "rruleOptions": hourly()})).await;
    later(&app, 3 * HOUR + 1).await;
    assert_eq!(due(&app, &contact).await, ["13:10", "12:10", "11:10", "10:10"]);
    later(&app, 365 * 24 * HOUR).await;
    let due = due(&app, &contact).await;
    assert_eq!((due.len(), due[0].as_str()), (14, "13:10"));
    assert_eq!(app.jobs().await.len(), 1, "the next moment waits");
}

#[tokio::test]
async fn an_alarm_survives_a_restart_and_a_second_ring_makes_nothing() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, json!({"title": "t", "contactIds": [contact], "rruleOptions": hourly()})).await;
    let app = app.restart().await;
    later(&app, HOUR).await;
    app.run_until_idle().await;
    assert_eq!(due(&app, &contact).await, ["11:10", "10:10"]);
}

#[tokio::test]
async fn an_open_overdue_task_holds_the_next_one_back_where_the_rule_says_so() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let rule = hourly_and(json!({"createTaskIfOverDue": false}));
    make(&app, json!({"title": "t", "contactIds": [contact], "rruleOptions": rule})).await;
    later(&app, HOUR).await;
    assert_eq!(due(&app, &contact).await, ["10:10"]);
    let list = app.get(&format!("/contacts/{contact}/tasks")).send().await.expect(200).json();
    let task = format!("/contacts/{contact}/tasks/{}", list["tasks"][0]["id"].as_str().expect("an id"));
    app.put(&format!("{task}/completed")).json(&json!({"completed": true})).send().await.expect(200);
    later(&app, HOUR).await;
    assert_eq!(due(&app, &contact).await, ["12:10", "10:10"]);
}

#[tokio::test]
async fn another_rule_begins_anew_and_the_old_alarm_wakes_nobody() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let one = make(&app, json!({"title": "t", "contactIds": [ada], "rruleOptions": hourly()})).await;
    app.new_events().await;
    let same = json!({"title": "new", "contactIds": [bob], "owners": ["u"], "rruleOptions": hourly()});
    let changed = app.put(&one).json(&same).send().await.expect(200).json();
    assert_eq!(
        (&changed["recurringTask"]["title"], &changed["recurringTask"]["assignedTo"]),
        (&json!("new"), &json!("u"))
    );
    later(&app, HOUR).await;
    assert_eq!(
        (due(&app, &ada).await, due(&app, &bob).await),
        (vec!["10:10".to_owned()], vec!["11:10".to_owned()])
    );

    let rule = hourly_and(json!({"interval": 2, "startDate": "2026-01-15T11:30:00Z"}));
    app.put(&one).json(&json!({"rruleOptions": rule, "description": "d"})).send().await.expect(200);
    for _ in 0..3 {
        later(&app, HOUR / 2).await;
    }
    assert_eq!(due(&app, &bob).await, ["11:40", "11:10"]);
    later(&app, HOUR).await;
    assert_eq!(due(&app, &bob).await, ["13:40", "11:40", "11:10"]);
    assert_eq!(app.jobs().await.len(), 1);
}

#[tokio::test]
async fn contacts_that_leave_get_no_more_tasks_and_a_merged_one_goes_on() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let one = make(&app, json!({"title": "t", "contactIds": [ada], "rruleOptions": hourly()})).await;
    let (here, from, to) = (app.agency.location.clone(), ada.clone(), bob.clone());
    app.write(move |tx, _| tasks::move_to_contact(tx, &here, &from, &to)).await;
    later(&app, HOUR).await;
    assert_eq!(due(&app, &bob).await, ["11:10", "10:10"]);
    app.delete(&format!("/contacts/{bob}")).send().await.expect(200);
    app.new_events().await;
    later(&app, HOUR).await;
    assert!(app.new_events().await.is_empty());
    assert!(app.jobs().await.is_empty(), "nobody is left");
    let shown = app.get(&one).send().await.expect(200).json();
    assert_eq!(shown["recurringTask"]["contactIds"], json!([]));
    app.put(&one).json(&json!({"contactIds": [ada]})).send().await.expect(200);
    later(&app, HOUR).await;
    assert_eq!(due(&app, &ada).await, ["13:10"]);
}

#[tokio::test]
async fn tasks_for_nobody_are_found_by_the_search() {
    let app = TestApp::start().await;
    make(&app, json!({"title": "Clean up", "rruleOptions": hourly()})).await;
    let events = app.new_events().await;
    assert_eq!((events.len(), &events[0].2["contactId"]), (1, &Value::Null));
    let search = format!("/locations/{}/tasks/search", app.agency.location.location_id());
    let found = app.post(&search).json(&json!({"query": "clean"})).send().await.expect(200).json();
    assert_eq!(
        (&found["tasks"][0]["title"], &found["tasks"][0]["contactDetails"]),
        (&json!("Clean up"), &Value::Null)
    );
}

#[tokio::test]
async fn a_removed_one_makes_nothing_more_and_its_tasks_stay() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let one = make(&app, json!({"title": "t", "contactIds": [contact], "rruleOptions": hourly()})).await;
    app.new_events().await;
    let answer = app.delete(&one).send().await.expect(200).json();
    assert_eq!(answer, json!({"id": one.rsplit('/').next(), "success": true}));
    later(&app, HOUR).await;
    assert_eq!(due(&app, &contact).await, ["10:10"]);
    assert!(app.new_events().await.is_empty());
    let gone = app.get(&one).send().await.expect(400).json();
    assert!(gone["message"].as_str().expect("a sentence").starts_with("Recurring task with id"));
    app.delete(&one).send().await.expect(400);
    app.put(&one).json(&json!({"title": "x"})).send().await.expect(400);
}

#[tokio::test]
async fn nothing_comes_any_more_at_a_location_that_was_deleted() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, json!({"title": "t", "contactIds": [contact], "rruleOptions": hourly()})).await;
    let gone = format!("/locations/{}?deleteTwilioAccount=false", app.agency.location.location_id());
    app.delete(&gone).token(&app.agency.token).send().await.expect(200);
    app.new_events().await;
    later(&app, HOUR).await;
    assert!(app.new_events().await.is_empty());
    assert!(app.jobs().await.is_empty());
}

#[tokio::test]
async fn all_faults_are_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    let answer = app.post(&path(&app)).json(&json!({})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "title must be a string",
      "title should not be empty",
      "rruleOptions should not be null or undefined"
    ]
    "#);
    let rule = json!({"intervalType": "secondly", "interval": 0, "startDate": "soon", "endDate": 1, "dayOfMonth": 32,
        "dayOfWeek": "Monday", "monthOfYear": 0, "count": 0, "dueAfterSeconds": -1, "createTaskIfOverDue": "no", "x": 1});
    let body = json!({"title": " ", "contactIds": "x", "owners": ["1", "2", "3", "4", "5", "6"], "rruleOptions": rule});
    let answer = app.post(&path(&app)).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "title should not be empty",
      "contactIds must be an array",
      "owners must contain no more than 5 elements",
      "rruleOptions.property x should not exist",
      "rruleOptions.intervalType must be one of the following values: yearly, monthly, weekly, daily, hourly",
      "rruleOptions.interval must not be less than 1",
      "rruleOptions.startDate must be a valid ISO 8601 date string",
      "rruleOptions.endDate must be a string",
      "rruleOptions.dayOfMonth must not be greater than 31",
      "rruleOptions.dayOfWeek must be one of the following values: MO, TU, WE, TH, FR, SA, SU",
      "rruleOptions.monthOfYear must not be less than 1",
      "rruleOptions.count must not be less than 1",
      "rruleOptions.createTaskIfOverDue must be a boolean value",
      "rruleOptions.dueAfterSeconds must not be less than 0"
    ]
    "#);
    let backwards = hourly_and(json!({"endDate": "2026-01-14T00:00:00Z"}));
    let answer = app.post(&path(&app)).json(&json!({"title": "t", "rruleOptions": backwards})).send().await;
    assert_eq!(
        answer.expect(422).json()["message"],
        json!(["rruleOptions.endDate must not be before startDate"])
    );
    let stranger =
        app.post("/contacts/").token(&app.agency.second_token).json(&json!({"firstName": "S"})).send().await;
    let stranger = stranger.expect(201).json()["contact"]["id"].clone();
    app.new_events().await;
    let body = |contact: Value| json!({"title": "t", "rruleOptions": hourly(), "contactIds": [contact]});
    app.post(&path(&app)).json(&body(json!("aaaaaaaaaaaaaaaaaaaa"))).send().await.expect(400);
    app.post(&path(&app)).json(&body(stranger)).send().await.expect(403);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path(&app)).token(token).json(&body(json!("x"))).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
    assert!(app.database.content().await["recurring_tasks"].is_empty());
}
