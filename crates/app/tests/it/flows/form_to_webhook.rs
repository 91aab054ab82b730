//! The main job: a web form posts to an inbound hook, a workflow makes a contact and tags it, and signed webhooks leave.

use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_app::oauth::apps::{self, Kinds, NewApp};
use leadhold_kernel::ScopeSet;
use leadhold_outbound::verify;
use leadhold_testkit::{Received, Receiver, TestApp};
use serde_json::{Value, json};

use super::{published, runs, submit, told};

/// An app at the first location that hears of everything.
async fn listen(app: &TestApp, url: &str) {
    let (agency, here, url) = (app.agency.company.clone(), app.agency.location.clone(), url.to_owned());
    app.write(move |tx, cx| {
        let new = NewApp { name: "Listener".into(), ..NewApp::default() };
        let registered = apps::register(tx, cx, &agency, &new)?;
        apps::subscribe(tx, cx, &registered.app_id, &Kinds::All, &url)?;
        let place = Place::Location(here.clone());
        let (app, version) = (registered.app_id, registered.version_id);
        marketplace::install(tx, cx, &Installation::new(place, app, version, ScopeSet::all()))
    })
    .await;
}

/// Defines a custom field and answers its id.
async fn custom_field(app: &TestApp, name: &str, data_type: &str) -> String {
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let body = json!({"name": name, "dataType": data_type, "model": "contact"});
    let made = app.post(&path).json(&body).send().await;
    made.json()["customField"]["id"].as_str().expect("an id").to_owned()
}

fn definition(field: &str, url: &str) -> Value {
    json!({
        "name": "Website leads",
        "triggers": [{"id": "form", "type": "inbound_webhook"}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "urgent", "attributes": {
                "fields": {
                    "firstName": "{{inboundWebhookRequest.firstName}}",
                    "lastName": "{{inboundWebhookRequest.lastName}}",
                    "email": "{{inboundWebhookRequest.email}}",
                    "phone": "{{inboundWebhookRequest.phone}}",
                    "source": "{{inboundWebhookRequest.source}}"
                },
                "customFields": [
                    {"key": "contact.budget", "value": "{{inboundWebhookRequest.budget}}"},
                    {"id": field, "value": "from {{location.name}}"}
                ]
            }},
            {"id": "urgent", "type": "if_else", "attributes": {
                "branches": [{"name": "Rich", "next": "tag", "segments": [
                    {"conditions": [{"field": "contact.budget", "operator": "greater_than", "value": 1000}]}]}],
                "none": {"next": "later"}}},
            {"id": "tag", "type": "add_contact_tag", "next": "tell",
             "attributes": {"tags": ["Lead", "{{inboundWebhookRequest.source}}"]}},
            {"id": "tell", "type": "webhook", "next": "later", "attributes": {
                "method": "POST", "url": url, "headers": {"X-Api-Key": "s3cret"},
                "customData": {"greeting": "Hello {{contact.first_name}}", "day": "{{right_now.day_of_week}}"}}},
            {"id": "later", "type": "wait", "next": "thanks", "attributes": {"for": {"value": 2, "unit": "days"}}},
            {"id": "thanks", "type": "add_contact_tag", "attributes": {"tags": ["followed up"]}}
        ],
        "settings": {}
    })
}

/// The guide's own form.
fn form() -> Value {
    json!({"firstName": "Alice", "lastName": "Liddell", "email": "alice@example.com", "phone": "(415) 555-2671",
           "source": "Contact Form", "budget": 5000})
}

/// Checks a delivery's signature with the published key and answers its body.
fn signed(app: &TestApp, received: &Received) -> Value {
    let key = app.app.world.keys.public().ed25519.pem();
    let signature = received.header("x-ghl-signature");
    assert!(verify(&key, &received.body, signature), "the signature {signature} does not fit");
    let mut forged = received.body.to_vec();
    forged[0] ^= 1;
    assert!(!verify(&key, &forged, signature), "the signature fits anything");
    received.json()
}

#[tokio::test]
async fn a_form_becomes_a_tagged_contact_and_signed_webhooks() {
    let (app, endpoint, listener) =
        (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    listen(&app, &listener.url).await;
    custom_field(&app, "Budget", "NUMERICAL").await;
    let origin = custom_field(&app, "Origin of lead", "TEXT").await;
    let workflow = published(&app, definition(&origin, &format!("{}/leads", endpoint.url))).await;
    app.new_events().await;

    submit(&app, &workflow, &form()).await;

    // The events, all of them, in their order.
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds, ["InboundWebhook", "ContactCreate", "ContactTagUpdate"]);

    // The contact, as any client reads it.
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    let id = run["contactId"].as_str().expect("the run's contact").to_owned();
    let contact = app.get(&format!("/contacts/{id}")).send().await.expect(200).json()["contact"].clone();
    let shown = ["firstName", "lastName", "email", "phone", "source", "tags", "createdBy"];
    let shown: serde_json::Map<String, Value> =
        shown.map(|key| (key.to_owned(), contact[key].clone())).into_iter().collect();
    insta::assert_json_snapshot!(shown, { ".createdBy.sourceId" => "[workflow]" }, @r#"
    {
      "firstName": "Alice",
      "lastName": "Liddell",
      "email": "alice@example.com",
      "phone": "+14155552671",
      "source": "Contact Form",
      "tags": [
        "lead",
        "contact form"
      ],
      "createdBy": {
        "source": "WORKFLOW_NEW",
        "channel": "APP",
        "sourceId": "[workflow]",
        "timestamp": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);

    // The step's webhook.
    let [step] = endpoint.requests().try_into().expect("one request");
    assert_eq!(
        (step.method.as_str(), step.uri.as_str(), step.header("x-api-key")),
        ("POST", "/leads", "s3cret")
    );
    insta::assert_json_snapshot!(signed(&app, &step), {
        ".contact_id" => "[contact]", ".location.id" => "[location]", ".workflow.id" => "[workflow]",
    }, @r#"
    {
      "contact_id": "[contact]",
      "first_name": "Alice",
      "last_name": "Liddell",
      "full_name": "Alice Liddell",
      "email": "alice@example.com",
      "phone": "+14155552671",
      "tags": "lead,contact form",
      "country": "",
      "date_created": "2026-01-15T10:00:00.000Z",
      "full_address": "",
      "contact_type": "lead",
      "contact_source": "Contact Form",
      "Budget": 5000,
      "Origin of lead": "from First Location",
      "location": {
        "name": "First Location",
        "address": "",
        "city": "",
        "state": "",
        "country": "US",
        "postalCode": "",
        "fullAddress": "",
        "id": "[location]"
      },
      "workflow": {
        "id": "[workflow]",
        "name": "Website leads"
      },
      "triggerData": {
        "firstName": "Alice",
        "lastName": "Liddell",
        "email": "alice@example.com",
        "phone": "(415) 555-2671",
        "source": "Contact Form",
        "budget": 5000
      },
      "contact": {
        "attributionSource": {
          "sessionSource": "",
          "medium": "",
          "mediumId": null
        },
        "lastAttributionSource": {}
      },
      "attributionSource": {
        "sessionSource": "",
        "medium": "",
        "mediumId": null
      },
      "customData": {
        "greeting": "Hello Alice",
        "day": "Thursday"
      }
    }
    "#);

    // What the app was told: the two public events, and not the form.
    let mut told_app: Vec<Value> = listener.requests().iter().map(|request| signed(&app, request)).collect();
    told_app.sort_by_key(|body| body["type"].to_string());
    let types: Vec<&Value> = told_app.iter().map(|body| &body["type"]).collect();
    assert_eq!(types, ["ContactCreate", "ContactTagUpdate"]);
    assert_eq!((&told_app[1]["id"], &told_app[1]["tags"]), (&json!(id), &json!(["lead", "contact form"])));

    // The run.
    insta::assert_snapshot!(told(&run), @r#"
    1 save: {"contactId":"[id]","new":true}
    2 urgent: {"branch":"Rich"}
    3 tag: {"added":["lead","contact form"],"tags":["lead","contact form"]}
    4 tell: {"deliveryId":"[id]"}
    sleeping
    "#);
    assert!(!run.to_string().contains("s3cret"), "values of headers are not logged");

    // And two days later.
    app.clock.advance(2 * 86_400_000);
    app.run_until_idle().await;
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run).lines().skip(4).collect::<Vec<_>>().join("\n"), @r#"
    5 later: {"waitedUntil":"2026-01-17T10:00:00.000Z"}
    6 thanks: {"added":["followed up"],"tags":["lead","contact form","followed up"]}
    finished
    "#);
    assert_eq!(endpoint.requests().len(), 1);
}

#[tokio::test]
async fn the_same_person_again_is_updated_and_what_is_the_same_is_not_told() {
    let (app, endpoint) = (TestApp::start().await, Receiver::start().await);
    custom_field(&app, "Budget", "NUMERICAL").await;
    let origin = custom_field(&app, "Origin of lead", "TEXT").await;
    let workflow = published(&app, definition(&origin, &endpoint.url)).await;
    submit(&app, &workflow, &form()).await;
    app.new_events().await;

    submit(&app, &workflow, &form()).await;
    assert_eq!(app.new_event_kinds().await, ["InboundWebhook"], "nothing changed");

    submit(&app, &workflow, &json!({"email": "ALICE@example.com", "firstName": "Alicia", "budget": 7})).await;
    assert_eq!(app.new_event_kinds().await, ["InboundWebhook", "ContactUpdate"]);
    let list = app.get("/contacts/?limit=10").send().await.expect(200).json();
    let contacts = list["contacts"].as_array().expect("a list");
    assert_eq!(contacts.len(), 1);
    // The list shows names in lower case, as the real one does.
    assert_eq!(
        (&contacts[0]["lastName"], &contacts[0]["source"]),
        (&json!("liddell"), &json!("Contact Form"))
    );
    assert_eq!(endpoint.requests().len(), 2, "the third takes the other branch");
}
