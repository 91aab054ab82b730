//! `PUT /objects/contact` and `PUT /objects/opportunity`: a location chooses in which properties words are looked for.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{here, unlimited};
use crate::api::contacts;
use crate::api::opportunities::Board;

async fn choose(app: &TestApp, object: &str, properties: &[&str]) -> Value {
    let change = json!({"locationId": here(app), "searchableProperties": properties});
    app.put(&format!("/objects/{object}")).json(&change).send().await.expect(200).json()
}

/// How many contacts, or opportunities, have these words.
async fn found(app: &TestApp, what: &str, query: &str) -> i64 {
    let mut body = json!({"locationId": here(app), "query": query});
    if what == "contacts" {
        body["pageLimit"] = json!(1);
    }
    let answer = app.post(&format!("/{what}/search")).json(&body).send().await.expect(200).json();
    answer["total"].as_i64().expect("a number")
}

/// Gives contacts or opportunities a field of text; its id.
async fn field(app: &TestApp, model: &str, name: &str) -> String {
    let path = format!("/locations/{}/customFields", here(app));
    let body = json!({"name": name, "dataType": "TEXT", "model": model});
    let made = app.post(&path).json(&body).send().await.expect(201).json();
    made["customField"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn the_choice_is_kept_read_back_and_announced() {
    let app = TestApp::start().await;
    field(&app, "contact", "Nickname").await;
    let changed = choose(&app, "contact", &["contact.nickname", "city", "contact.city"]).await;
    insta::assert_json_snapshot!(changed, {
        ".object.locationId" => "[location]",
    }, @r#"
    {
      "object": {
        "id": "contact",
        "standard": true,
        "key": "contact",
        "labels": {
          "singular": "Contact",
          "plural": "Contacts"
        },
        "description": "",
        "locationId": "[location]",
        "primaryDisplayProperty": "contact.name",
        "searchableProperties": [
          "contact.nickname",
          "contact.city"
        ],
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "type": "SYSTEM_DEFINED"
      }
    }
    "#);
    choose(&app, "contact", &["contact.nickname", "city"]).await; // changes nothing, announces nothing
    let read =
        app.get(&format!("/objects/contact?locationId={}", here(&app))).send().await.expect(200).json();
    assert_eq!(read["object"], changed["object"]);
    let events = app.new_events().await;
    let told: Vec<_> =
        events.iter().map(|(kind, _, body)| (kind.as_str(), &body["searchableProperties"])).collect();
    assert_eq!(told, [("ObjectSchemaUpdate", &json!(["contact.nickname", "contact.city"]))]);
    let usual =
        app.get(&format!("/objects/opportunity?locationId={}", here(&app))).send().await.expect(200).json();
    assert_eq!(usual["object"]["searchableProperties"], json!(["opportunity.name"]));
    let unknown =
        json!({"locationId": here(&app), "searchableProperties": ["contact.shoe_size", "opportunity.name"]});
    let refused = app.put("/objects/contact").json(&unknown).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "each value in searchableProperties must be a property, not contact.shoe_size",
      "each value in searchableProperties must be a property, not opportunity.name"
    ]
    "#);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn contacts_are_found_by_what_was_chosen_and_by_nothing_else() {
    let app = unlimited().await;
    let field_id = field(&app, "contact", "Nickname").await;
    let mut ids = Vec::new();
    for at in 0..205 {
        let nickname = json!([{"key": "nickname", "field_value": format!("Bee {at}")}]);
        let body = json!({"firstName": "Ada", "email": format!("ada{at}@b.co"), "city": "Oxford", "customFields": nickname});
        ids.push(contacts::make(&app, body).await);
    }
    assert_eq!((found(&app, "contacts", "ada").await, found(&app, "contacts", "bee").await), (205, 0));
    choose(&app, "contact", &["contact.nickname", "city"]).await;
    assert_eq!((found(&app, "contacts", "bee").await, found(&app, "contacts", "ada").await), (200, 5));
    app.run_until_idle().await;
    for (query, expected) in [("bee", 205), ("bee 204", 1), ("oxf", 205), ("ada", 0), ("b.co", 0)] {
        assert_eq!(found(&app, "contacts", query).await, expected, "{query}");
    }
    let change = json!({"customFields": [{"key": "nickname", "field_value": "Wasp"}]});
    app.put(&format!("/contacts/{}", ids[0])).json(&change).send().await.expect(200);
    contacts::make(&app, json!({"firstName": "Bea", "city": "York"})).await;
    for (query, expected) in [("bee", 204), ("wasp", 1), ("york", 1), ("bea", 0)] {
        assert_eq!(found(&app, "contacts", query).await, expected, "{query}");
    }
    // A field that goes takes its words along.
    app.delete(&format!("/locations/{}/customFields/{field_id}", here(&app))).send().await.expect(200);
    app.run_until_idle().await;
    assert_eq!((found(&app, "contacts", "bee").await, found(&app, "contacts", "oxford").await), (0, 205));
    let read =
        app.get(&format!("/objects/contact?locationId={}", here(&app))).send().await.expect(200).json();
    assert_eq!(read["object"]["searchableProperties"], json!(["contact.city"]));
    // Nothing chosen: nothing is found by a word.
    choose(&app, "contact", &[]).await;
    app.run_until_idle().await;
    assert_eq!(found(&app, "contacts", "oxford").await, 0);
}

#[tokio::test]
async fn opportunities_are_found_by_what_was_chosen_and_by_their_contact() {
    let board = Board::start().await;
    let app = &board.app;
    field(app, "opportunity", "Colour").await;
    let colour = json!([{"key": "colour", "field_value": "Dark red"}]);
    let id = board
        .make(json!({"name": "Engine", "source": "Fair", "monetaryValue": 4200, "customFields": colour}))
        .await;
    assert_eq!(
        (found(app, "opportunities", "engine").await, found(app, "opportunities", "fair").await),
        (1, 0)
    );
    choose(app, "opportunity", &["opportunity.source", "opportunity.colour", "opportunity.monetary_value"])
        .await;
    app.run_until_idle().await;
    for (query, expected) in [("fair", 1), ("dark", 1), ("4200", 1), ("engine", 0), ("lovelace", 1)] {
        assert_eq!(found(app, "opportunities", query).await, expected, "{query}");
    }
    board.change(&id, json!({"source": "Web"})).await;
    assert_eq!((found(app, "opportunities", "fair").await, found(app, "opportunities", "web").await), (0, 1));
}
