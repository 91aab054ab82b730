//! `POST /locations/{locationId}/tasks/search`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact, make, make_contact};

async fn search(app: &TestApp, body: Value) -> Value {
    let path = format!("/locations/{}/tasks/search", app.agency.location.location_id());
    app.post(&path).json(&body).send().await.expect(200).json()
}

async fn titles(app: &TestApp, body: Value) -> Vec<String> {
    let found = search(app, body).await;
    let title = |task: &Value| task["title"].as_str().expect("a title").to_owned();
    found["tasks"].as_array().expect("tasks").iter().map(title).collect()
}

#[tokio::test]
async fn a_task_is_shown_with_its_contact_and_its_user() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    let person = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    make(&app, &contact, "Call", json!({"body": "tea", "assignedTo": person.id})).await;
    let found = search(&app, json!({})).await;
    insta::assert_json_snapshot!(found, {
        ".traceId" => "[trace]", ".**._id" => "[task]", ".**.id" => "[id]", ".**.contactId" => "[contact]",
        ".**.assignedTo" => "[user]", ".**.locationId" => "[location]",
    }, @r#"
    {
      "tasks": [
        {
          "contactId": "[contact]",
          "title": "Call",
          "body": "tea",
          "assignedTo": "[user]",
          "dueDate": "2026-02-01T09:00:00.000Z",
          "completed": false,
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "_id": "[task]",
          "locationId": "[location]",
          "status": "pending",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "contactDetails": {
            "id": "[id]",
            "firstName": "Ada",
            "lastName": null,
            "email": null,
            "phone": null
          },
          "assignedToUserDetails": {
            "id": "[id]",
            "firstName": "Pat",
            "lastName": "Person"
          }
        }
      ],
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn every_filter_narrows_and_all_together() {
    let app = TestApp::start().await;
    let (ada, bob) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let made = [
        (&ada, "Call about tea", json!({"assignedTo": "u1", "completed": true})),
        (&ada, "Write 100%_sure", json!({"assignedTo": "u2", "body": "Straße"})),
        (&bob, "Call Bob", json!({"assignedTo": "u1"})),
        (&bob, "Pay", json!({})),
    ];
    for (contact, title, more) in made {
        make(&app, contact, title, more).await;
        app.clock.advance(1000);
    }
    let [pay, call_bob, write, call] = ["Pay", "Call Bob", "Write 100%_sure", "Call about tea"];
    let expected: &[(Value, &[&str])] = &[
        (json!({}), &[pay, call_bob, write, call]),
        (json!({"contactId": [ada]}), &[write, call]),
        (json!({"contactId": [ada, bob]}), &[pay, call_bob, write, call]),
        (json!({"contactId": []}), &[]),
        (json!({"completed": true}), &[call]),
        (json!({"completed": false}), &[pay, call_bob, write]),
        (json!({"assignedTo": ["u1"]}), &[call_bob, call]),
        (json!({"assignedTo": ["u1", "u2"], "completed": false}), &[call_bob, write]),
        (json!({"query": "CALL"}), &[call_bob, call]),
        (json!({"query": "bob call"}), &[call_bob]),
        (json!({"query": "bo"}), &[call_bob]),
        (json!({"query": "ab tea"}), &[call]),
        (json!({"query": "sTRAß"}), &[write]),
        (json!({"query": "100%_s"}), &[write]),
        (json!({"query": "1%_"}), &[write]),
        (json!({"query": "%_"}), &[]),
        (json!({"businessId": "63b7ec34ea409a9a8bd2a4ff"}), &[]),
        (json!({"limit": 2}), &[pay, call_bob]),
        (json!({"limit": 2, "skip": 2}), &[write, call]),
        (json!({"contactId": [bob], "assignedTo": ["u1"], "completed": false, "query": "call"}), &[call_bob]),
    ];
    for (body, titles_of) in expected {
        assert_eq!(titles(&app, body.clone()).await, *titles_of, "{body}");
    }
}

#[tokio::test]
async fn faults_are_named_and_strangers_see_nothing() {
    let app = TestApp::start().await;
    let contact = contact(&app).await;
    make(&app, &contact, "t", json!({})).await;
    let path = format!("/locations/{}/tasks/search", app.agency.location.location_id());
    let body = json!({"contactId": "x", "assignedTo": [1], "completed": "no", "query": 1, "limit": 101, "skip": -1, "x": 1});
    let answer = app.post(&path).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property x should not exist",
      "contactId must be an array",
      "each value in assignedTo must be a string",
      "completed must be a boolean value",
      "query must be a string",
      "skip must not be less than 0",
      "limit must not be greater than 100"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path).token(token).json(&json!({})).send().await.expect(403);
    }
    let own = format!("/locations/{}/tasks/search", app.agency.second.location_id());
    let own = app.post(&own).token(&app.agency.second_token).json(&json!({})).send().await.expect(200);
    assert_eq!(own.json()["tasks"], json!([]));
}
