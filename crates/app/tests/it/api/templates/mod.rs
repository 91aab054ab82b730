//! `/locations/{locationId}/templates` and `/leadhold/v1/templates`

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

const OWN: &str = "/leadhold/v1/templates";

fn path(app: &TestApp) -> String {
    format!("/locations/{}/templates", app.agency.location.location_id())
}

async fn make(app: &TestApp, body: Value) -> Value {
    app.clock.advance(1); // lists are in the order of time
    app.post(OWN).json(&body).send().await.expect(201).json()["template"].clone()
}

async fn list(app: &TestApp, query: &str) -> Value {
    let url = format!("{}?originId={}{query}", path(app), app.agency.location.location_id());
    app.get(&url).send().await.expect(200).json()
}

fn names(list: &Value) -> Vec<&str> {
    list["templates"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn templates_of_every_channel_are_made_and_listed() {
    let app = TestApp::start().await;
    let sms = json!({"name": "Hello", "type": "sms", "body": "Hi {{contact.first_name}}", "attachments": ["https://example.com/a.png"]});
    let email = json!({"name": "News", "type": "email", "subject": "Hi", "html": "<p>Hi</p>"});
    let whatsapp = json!({"name": "Chat", "type": "whatsapp", "body": "Hi"});
    for body in [sms, email, whatsapp] {
        make(&app, body).await;
    }
    let all = list(&app, "").await;
    insta::assert_json_snapshot!(all, {
        ".**.id" => "[template]", ".**.locationId" => "[location]", ".**.originId" => "[location]",
    }, @r#"
    {
      "templates": [
        {
          "id": "[template]",
          "name": "Hello",
          "type": "sms",
          "template": {
            "body": "Hi {{contact.first_name}}",
            "attachments": []
          },
          "dateAdded": "2026-01-15T10:00:00.001Z",
          "dateUpdated": "2026-01-15T10:00:00.001Z",
          "locationId": "[location]",
          "originId": "[location]",
          "deleted": false,
          "urlAttachments": [
            "https://example.com/a.png"
          ]
        },
        {
          "id": "[template]",
          "name": "News",
          "type": "email",
          "template": {
            "subject": "Hi",
            "attachments": [],
            "html": "<p>Hi</p>"
          },
          "dateAdded": "2026-01-15T10:00:00.002Z",
          "dateUpdated": "2026-01-15T10:00:00.002Z",
          "locationId": "[location]",
          "originId": "[location]",
          "deleted": false,
          "urlAttachments": []
        },
        {
          "id": "[template]",
          "name": "Chat",
          "type": "whatsapp",
          "template": {
            "body": "Hi",
            "attachments": []
          },
          "dateAdded": "2026-01-15T10:00:00.003Z",
          "dateUpdated": "2026-01-15T10:00:00.003Z",
          "locationId": "[location]",
          "originId": "[location]",
          "deleted": false,
          "urlAttachments": []
        }
      ],
      "totalCount": 3
    }
    "#);
    assert_eq!(names(&list(&app, "&type=email").await), ["News"]);
    let page = list(&app, "&skip=1&limit=1").await;
    assert_eq!((names(&page), &page["totalCount"]), (vec!["News"], &json!(3)));
    let elsewhere =
        app.get(&format!("{}?originId=snapshot", path(&app))).version("v3").send().await.expect(200);
    assert_eq!(elsewhere.json(), json!({"templates": [], "totalCount": 0}));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_template_is_changed_and_deleted() {
    let app = TestApp::start().await;
    let made =
        make(&app, json!({"name": "News", "type": "email", "subject": "Hi", "html": "<p>Hi</p>"})).await;
    let own = format!("{OWN}/{}", made["id"].as_str().unwrap());
    assert_eq!(app.get(&own).send().await.expect(200).json()["template"], made);
    let changed =
        app.put(&own).json(&json!({"name": "Olds", "html": "<p>Bye</p>"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["template"]["name"], &changed["template"]["template"]),
        (&json!("Olds"), &json!({"subject": "Hi", "attachments": [], "html": "<p>Bye</p>"}))
    );
    let public = format!("{}/{}", path(&app), made["id"].as_str().unwrap());
    assert_eq!(app.delete(&public).send().await.expect(200).json(), json!({"succeded": true}));
    app.delete(&public).send().await.expect(404);
    app.get(&own).send().await.expect(404);
    app.put(&own).json(&json!({"name": "x"})).send().await.expect(404);
    assert_eq!(list(&app, "").await["totalCount"], 0);
    assert_eq!(names(&list(&app, "&deleted=true").await), ["Olds"]);
}

#[tokio::test]
async fn faults_are_named() {
    let app = TestApp::start().await;
    let refused = app.post(OWN).json(&json!({"type": "fax", "subject": 1, "attachments": ["x"]}));
    insta::assert_json_snapshot!(refused.send().await.expect(422).json()["message"], @r#"
    [
      "property subject should not exist",
      "name must be a string",
      "name should not be empty",
      "type must be one of the following values: sms, email, whatsapp",
      "body should not be empty",
      "each value in attachments must be a URL address"
    ]
    "#);
    let refused = app.post(OWN).json(&json!({"name": "A", "type": "sms", "html": "x"}));
    insta::assert_json_snapshot!(refused.send().await.expect(422).json()["message"], @r#"
    [
      "property html should not exist",
      "body should not be empty"
    ]
    "#);
    let refused = app.get(&format!("{}?limit=101&type=fax", path(&app))).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "originId must be a string",
      "originId should not be empty",
      "type must be one of the following values: sms, email, whatsapp",
      "limit must not be greater than 100"
    ]
    "#);
    let made = make(&app, json!({"name": "A", "type": "sms", "body": "x"})).await;
    let own = format!("{OWN}/{}", made["id"].as_str().unwrap());
    let refused = app.put(&own).json(&json!({"subject": "x", "name": " "})).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["property subject should not exist", "name should not be empty"]));
    assert_eq!(app.get(&own).send().await.expect(200).json()["template"], made);
}

#[tokio::test]
async fn another_locations_templates_are_out_of_reach() {
    let app = TestApp::start().await;
    let made = make(&app, json!({"name": "A", "type": "sms", "body": "x"})).await;
    let (id, token) = (made["id"].as_str().unwrap(), &app.agency.second_token);
    app.get(&format!("{}?originId=x", path(&app))).token(token).send().await.expect(403);
    app.get(&format!("{OWN}/{id}")).token(token).send().await.expect(404);
    app.put(&format!("{OWN}/{id}")).token(token).json(&json!({"name": "B"})).send().await.expect(404);
    let theirs = format!("/locations/{}/templates", app.agency.second.location_id());
    app.delete(&format!("{theirs}/{id}")).token(token).send().await.expect(404);
    let origin = app.agency.location.location_id();
    let seen = app.get(&format!("{theirs}?originId={origin}")).token(token).send().await.expect(200).json();
    assert_eq!(seen["totalCount"], 0);
    assert_eq!(list(&app, "").await["totalCount"], 1);
}
