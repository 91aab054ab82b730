//! Values of custom fields on contacts.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, make, shown};

#[tokio::test]
async fn values_are_written_in_every_spelling_and_read_in_one() {
    let app = TestApp::start().await;
    let colour = field(&app, "Colour", "TEXT", json!({})).await;
    let size = field(&app, "Shoe Size", "NUMERICAL", json!({})).await;
    let born = field(&app, "Born On", "DATE", json!({})).await;
    let likes = field(&app, "Likes", "MULTIPLE_OPTIONS", json!({"options": ["Tea", "Coffee"]})).await;
    let id = make(
        &app,
        json!({"firstName": "A", "customFields": [
            {"id": colour, "field_value": "Red"},
            {"key": "contact.shoe_size", "field_value": "42.5"},
            {"key": "born_on", "fieldValue": "09/25/1990"},
            {"id": "ignored", "key": "likes", "value": ["Tea", "Coffee"]},
        ]}),
    )
    .await;
    let expected = json!([
        {"id": colour, "key": "contact.colour", "value": "Red"},
        {"id": size, "key": "contact.shoe_size", "value": 42.5},
        {"id": born, "key": "contact.born_on", "value": "1990-09-25"},
        {"id": likes, "key": "contact.likes", "value": ["Tea", "Coffee"]},
    ]);
    assert_eq!(shown(&app, &id).await["customFields"], expected);
    let events = app.new_events().await;
    let without_keys = json!([
        {"id": colour, "value": "Red"}, {"id": size, "value": 42.5}, {"id": born, "value": "1990-09-25"},
        {"id": likes, "value": ["Tea", "Coffee"]},
    ]);
    assert_eq!(events[0].2["customFields"], without_keys);
}

#[tokio::test]
async fn only_named_fields_change_and_blank_clears() {
    let app = TestApp::start().await;
    let a = field(&app, "A", "TEXT", json!({})).await;
    let b = field(&app, "B", "TEXT", json!({})).await;
    let id = make(
        &app,
        json!({"firstName": "A", "customFields": [{"id": a, "value": "1"}, {"id": b, "value": "2"}]}),
    )
    .await;
    app.new_events().await;
    let put =
        |values: Value| app.put(&format!("/contacts/{id}")).json(&json!({"customFields": values})).send();
    put(json!([{"id": b, "value": "3"}])).await.expect(200);
    assert_eq!(
        shown(&app, &id).await["customFields"],
        json!([{"id": a, "key": "contact.a", "value": "1"}, {"id": b, "key": "contact.b", "value": "3"}])
    );
    put(json!([{"id": a, "value": ""}])).await.expect(200);
    assert_eq!(shown(&app, &id).await["customFields"], json!([{"id": b, "key": "contact.b", "value": "3"}]));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactUpdate"]);
    put(json!([{"id": b, "value": "3"}])).await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn values_are_held_against_their_type() {
    let app = TestApp::start().await;
    let number = field(&app, "Number", "MONETORY", json!({})).await;
    let choice = field(&app, "Choice", "RADIO", json!({"options": ["Yes", "No"]})).await;
    let body = json!({"firstName": "A", "customFields": [
        {"id": "unknown", "value": {}}, {"id": number, "field_value": "much"}, {"id": choice, "fieldValue": "Maybe"},
    ]});
    let answer = app.post("/contacts/").json(&body).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "customFields.1.field_value must be a number conforming to the specified constraints",
      "customFields.2.fieldValue must be one of the following values: Yes, No"
    ]
    "#);
    let answer = app
        .post("/contacts/")
        .json(&json!({"firstName": "A", "customFields": [{"value": 1}, 5]}))
        .send()
        .await
        .expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "customFields.0.id should not be empty",
      "each value in nested property customFields must be either object or array"
    ]
    "#);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn fields_of_other_locations_and_models_do_not_exist() {
    let app = TestApp::start().await;
    let own = field(&app, "Deal Size", "TEXT", json!({"model": "opportunity"})).await;
    let path = format!("/locations/{}/customFields", app.agency.second.location_id());
    let body = json!({"name": "Theirs", "dataType": "TEXT"});
    let theirs = app.post(&path).token(&app.agency.second_token).json(&body).send().await.expect(201).json();
    let values = json!([{"id": theirs["customField"]["id"], "value": "x"}, {"id": own, "value": "x"}]);
    let id = make(&app, json!({"firstName": "A", "customFields": values})).await;
    assert_eq!(shown(&app, &id).await["customFields"], json!([]));
}
