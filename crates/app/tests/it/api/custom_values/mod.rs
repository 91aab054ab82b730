//! `/locations/{locationId}/customValues`

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod bulk;

use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use crate::victim::workflow;

fn path(app: &TestApp) -> String {
    format!("/locations/{}/customValues", app.agency.location.location_id())
}

async fn make(app: &TestApp, name: &str, value: &str) -> Value {
    let body = json!({"name": name, "value": value});
    app.post(&path(app)).json(&body).send().await.expect(201).json()["customValue"].clone()
}

fn own(app: &TestApp, made: &Value) -> String {
    format!("{}/{}", path(app), made["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_value_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let made = make(&app, " Booking Link ", "https://example.com/book").await;
    insta::assert_json_snapshot!(made, { ".id" => "[value]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[value]",
      "name": "Booking Link",
      "fieldKey": "{{ custom_values.booking_link }}",
      "value": "https://example.com/book",
      "locationId": "[location]"
    }
    "#);
    assert_eq!(made["id"].as_str().map(str::len), Some(20));
    for version in ["2021-07-28", "v3"] {
        let read = app.get(&own(&app, &made)).version(version).send().await.expect(200).json();
        assert_eq!(read["customValue"], made);
    }
    let list = app.get(&path(&app)).send().await.expect(200).json();
    assert_eq!(list, json!({"customValues": [made]}));
    let body = json!({"name": "Calendar", "value": ""});
    let changed =
        app.put(&own(&app, &made)).json(&body).send().await.expect(200).json()["customValue"].clone();
    assert_eq!(
        (&changed["name"], &changed["value"], &changed["fieldKey"]),
        (&json!("Calendar"), &json!(""), &json!("{{ custom_values.booking_link }}")),
        "the key survives a change of the name"
    );
    assert_eq!(app.delete(&own(&app, &made)).send().await.expect(200).json(), json!({"succeded": true}));
    assert_eq!(app.get(&path(&app)).send().await.expect(200).json(), json!({"customValues": []}));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn keys_are_unique() {
    let app = TestApp::start().await;
    let mut keys = Vec::new();
    for name in ["Link", "link!", "Link", "???", "Größe"] {
        keys.push(make(&app, name, "x").await["fieldKey"].as_str().unwrap().to_owned());
    }
    let bare: Vec<&str> =
        keys.iter().map(|key| &key["{{ custom_values.".len()..key.len() - " }}".len()]).collect();
    assert_eq!(bare, ["link", "link_1", "link_2", "value", "größe"]);
}

#[tokio::test]
async fn faults_are_named_and_an_unknown_id_is_invalid() {
    let app = TestApp::start().await;
    let refused =
        app.post(&path(&app)).json(&json!({"value": 5, "key": "x"})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property key should not exist",
      "name must be a string",
      "name should not be empty",
      "value must be a string"
    ]
    "#);
    let made = make(&app, "A", "1").await;
    let half = app.put(&own(&app, &made)).json(&json!({"value": "2"})).send().await.expect(422).json();
    assert_eq!(half["message"], json!(["name must be a string", "name should not be empty"]));
    let half = app.put(&own(&app, &made)).json(&json!({"name": "B"})).send().await.expect(422).json();
    assert_eq!(half["message"], json!(["value must be a string"]));
    let long = app.post(&path(&app)).json(&json!({"name": "x".repeat(256), "value": "x".repeat(50_001)}));
    insta::assert_json_snapshot!(long.send().await.expect(422).json()["message"], @r#"
    [
      "name must be shorter than or equal to 255 characters",
      "value must be shorter than or equal to 50000 characters"
    ]
    "#);
    let nothing = format!("{}/nothing", path(&app));
    for call in
        [app.get(&nothing), app.delete(&nothing), app.put(&nothing).json(&json!({"name": "A", "value": "1"}))]
    {
        let answer = call.send().await.expect(404).json();
        assert_eq!(answer["message"], "The custom value id is invalid.");
    }
    assert_eq!(app.get(&own(&app, &made)).send().await.expect(200).json()["customValue"], made);
}

#[tokio::test]
async fn another_locations_values_are_out_of_reach() {
    let app = TestApp::start().await;
    let made = make(&app, "A", "1").await;
    let (token, second) = (&app.agency.second_token, app.agency.second.location_id());
    app.get(&path(&app)).token(token).send().await.expect(403);
    app.get(&own(&app, &made)).token(token).send().await.expect(403);
    let theirs = format!("/locations/{second}/customValues/{}", made["id"].as_str().unwrap());
    app.get(&theirs).token(token).send().await.expect(404);
    app.put(&theirs).token(token).json(&json!({"name": "A", "value": "2"})).send().await.expect(404);
    app.delete(&theirs).token(token).send().await.expect(404);
    assert_eq!(app.get(&own(&app, &made)).send().await.expect(200).json()["customValue"], made);
}

#[tokio::test]
async fn a_workflow_says_them() {
    let app = TestApp::start().await;
    let made = make(&app, "Booking Link", "https://example.com/old").await;
    let receiver = Receiver::start().await;
    let mut definition = workflow(&receiver.url);
    definition["steps"][0]["attributes"]["customData"] =
        json!({"link": "Book: {{custom_values.booking_link}}", "none": "[{{ custom_values.nothing }}]"});
    let id = app.post("/leadhold/v1/workflows").json(&definition).send().await.expect(201).json();
    let id = id["workflow"]["id"].as_str().unwrap().to_owned();
    app.post(&format!("/leadhold/v1/workflows/{id}/publish")).send().await.expect(200);
    let body = json!({"name": "Booking Link", "value": "https://example.com/new"});
    app.put(&own(&app, &made)).json(&body).send().await.expect(200);
    app.post("/contacts/").json(&json!({"firstName": "A"})).send().await.expect(201);
    app.run_until_idle().await;
    let sent = receiver.requests();
    let expected = json!({"link": "Book: https://example.com/new", "none": "[]"});
    assert_eq!(sent[0].json()["customData"], expected);
}
