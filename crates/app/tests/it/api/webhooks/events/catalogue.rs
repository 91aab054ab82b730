//! `GET /leadhold/v1/webhooks/events`.

use std::collections::{BTreeMap, BTreeSet};

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{Stage, accounts, apps, calendars, contacts, conversations, objects, opportunities};

const EVENTS: &str = "/leadhold/v1/webhooks/events";

/// Each path in a body and the type that stands there: `tags[]: string`. Nothing is the type of null.
fn form(body: &Value) -> BTreeMap<String, &'static str> {
    let mut form = BTreeMap::new();
    walk(body, String::new(), &mut form);
    form
}

fn walk(value: &Value, path: String, form: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Null => "",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => {
            items.iter().for_each(|item| walk(item, format!("{path}[]"), form));
            "array"
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| walk(value, format!("{path}.{name}"), form));
            "object"
        }
    };
    form.insert(path, kind);
}

#[tokio::test]
async fn what_the_catalogue_calls_emitted_is_what_is_emitted_in_the_form_of_its_example() {
    let mut stage = Stage::set().await;
    let mut bodies = Vec::new();
    bodies.extend(contacts::contact(&mut stage).await);
    bodies.extend(contacts::neighbours(&mut stage).await);
    bodies.extend(conversations::conversation(&mut stage).await);
    bodies.extend(opportunities::opportunity(&mut stage).await);
    bodies.extend(calendars::appointment(&mut stage).await);
    bodies.extend(objects::object(&mut stage).await);
    bodies.extend(objects::association(&mut stage).await);
    bodies.extend(accounts::location(&mut stage).await);
    bodies.extend(accounts::user(&mut stage).await);
    bodies.extend(apps::app(&mut stage).await);
    bodies.extend(apps::credentials(&mut stage).await);
    bodies.extend(apps::endpoint_gone(&mut stage).await);

    let answer = stage.app.get(&format!("{EVENTS}?state=emitted")).token("").send().await.expect(200).json();
    let entries = answer["events"].as_array().expect("a list");
    let text = |value: &Value, name: &str| value[name].as_str().expect("a text").to_owned();
    let emitted: BTreeSet<String> = bodies.iter().map(|body| text(body, "type")).collect();
    let listed: BTreeSet<String> = entries.iter().map(|entry| text(entry, "name")).collect();
    assert_eq!(listed, emitted);
    for body in &bodies {
        let entry = entries.iter().find(|entry| entry["name"] == body["type"]).expect("an entry");
        assert_eq!(form(body), form(&entry["example"]), "{body}");
    }
}

#[tokio::test]
async fn anyone_can_read_what_there_is() {
    let app = TestApp::start().await;
    let whole = app.get(EVENTS).token("").send().await.expect(200).json();
    let events = whole["events"].as_array().expect("a list");
    assert_eq!(events.len(), 67);
    let one = |name: &str| events.iter().find(|entry| entry["name"] == name).expect("an entry").clone();
    insta::assert_json_snapshot!(one("NoteCreate"), @r#"
    {
      "name": "NoteCreate",
      "scope": "contacts.readonly",
      "area": "notes",
      "state": "emitted",
      "description": "Something was noted about a contact",
      "example": {
        "type": "NoteCreate",
        "locationId": "LoCaTi0n000000000001",
        "companyId": "CoMpAnY0000000000001",
        "appId": "66a0419a0dffa47fb5f8b22f",
        "versionId": "66a0419a0dffa47fb5f8b230",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "7f0f9c5e-9e0c-4b9a-8f4e-0d6a5a9e1c11",
        "sequence": 1024,
        "id": "Zs4mMgceKQQviLunb9vT",
        "body": "Likes tea",
        "contactId": "CoNtAcT0000000000001",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    assert_eq!(one("InvoiceCreate")["state"], "waits for invoices");
    assert_eq!(one("INSTALL")["scope"], Value::Null);
    let count = async |state: &str| {
        let answer = app.get(&format!("{EVENTS}?state={state}")).token("").send().await.expect(200).json();
        answer["events"].as_array().expect("a list").len()
    };
    assert_eq!((count("emitted").await, count("waiting").await), (49, 18));
    let refused = app.get(&format!("{EVENTS}?state=lost")).token("").send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["state must be one of: emitted, waiting"]));
}

/// The names that integrators' guides use can be asked for.
#[tokio::test]
async fn the_guides_names_can_be_subscribed_to() {
    let app = TestApp::start().await;
    let new = json!({
        "name": "Guide", "redirectUris": ["https://app.example/callback"],
        "scopes": ["calendars/events.readonly", "opportunities.readonly"],
        "webhookUrl": "https://app.example/hook", "events": ["AppointmentBooked", "OpportunityWon"],
    });
    let made =
        app.post("/leadhold/v1/apps").token(&app.agency.token).json(&new).send().await.expect(201).json();
    assert_eq!(made["app"]["events"], json!(["AppointmentBooked", "OpportunityWon"]));
}
