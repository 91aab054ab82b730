//! `/locations/{locationId}/customFields`, and `/custom-fields`

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod folders;
mod properties;
mod upload;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts::{field, make, shown};

fn path(app: &TestApp) -> String {
    format!("/locations/{}/customFields", app.agency.location.location_id())
}

#[tokio::test]
async fn a_field_is_defined_and_read_by_id_and_by_key() {
    let app = TestApp::start().await;
    let body = json!({"name": " Favourite Colour ", "dataType": "SINGLE_OPTIONS", "placeholder": "pick", "position": 3,
        "options": ["Red", "Blue"], "model": "contact"});
    let answer = app.post(&path(&app)).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(answer, { ".**.id" => "[field]", ".**.locationId" => "[location]" }, @r#"
    {
      "customField": {
        "id": "[field]",
        "name": "Favourite Colour",
        "model": "contact",
        "fieldKey": "contact.favourite_colour",
        "placeholder": "pick",
        "dataType": "SINGLE_OPTIONS",
        "position": 3,
        "picklistOptions": [
          "Red",
          "Blue"
        ],
        "picklistImageOptions": [],
        "isAllowedCustomOption": false,
        "isMultiFileAllowed": false,
        "locationId": "[location]",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "documentType": "field"
      }
    }
    "#);
    let id = answer["customField"]["id"].as_str().unwrap();
    for name in [id, "contact.favourite_colour"] {
        let read = app.get(&format!("{}/{name}", path(&app))).send().await.expect(200).json();
        assert_eq!(read, answer, "{name}");
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn every_data_type_can_be_defined() {
    let app = TestApp::start().await;
    for data_type in leadhold_app::custom_fields::DataType::NAMES {
        field(&app, data_type, data_type, json!({})).await;
    }
    let list = app.get(&path(&app)).send().await.expect(200).json();
    assert_eq!(list["customFields"].as_array().unwrap().len(), 16);
}

#[tokio::test]
async fn boxes_of_a_list_and_limits_of_files_are_written_and_read_under_two_names() {
    let app = TestApp::start().await;
    let body = json!({"name": "Boxes", "dataType": "TEXTBOX_LIST",
        "textBoxListOptions": [{"label": "First", "prefillValue": ""}, {"label": "Second", "prefillValue": "x"}]});
    let boxes = app.post(&path(&app)).json(&body).send().await.expect(201).json()["customField"].clone();
    assert_eq!(boxes["picklistOptions"], json!(["First", "Second"]));
    let first = boxes["textBoxListOptions"][0]["id"].clone();
    assert_eq!(first.as_str().map(str::len), Some(20));
    // A box that keeps its label keeps its id, wherever it moves.
    let body = json!({"name": "Boxes", "textBoxListOptions": [{"label": "Third"}, {"label": "First"}]});
    let id = boxes["id"].as_str().unwrap();
    let changed = app.put(&format!("{}/{id}", path(&app))).json(&body).send().await.expect(200).json();
    assert_eq!(changed["customField"]["textBoxListOptions"][1]["id"], first);

    let body = json!({"name": "Files", "dataType": "FILE_UPLOAD", "acceptedFormat": [".pdf"], "isMultipleFile": true, "maxNumberOfFiles": 2});
    let files = app.post(&path(&app)).json(&body).send().await.expect(201).json()["customField"].clone();
    assert_eq!(
        (&files["acceptedFormat"], &files["isMultiFileAllowed"], &files["maxFileLimit"]),
        (&json!([".pdf"]), &json!(true), &json!(2))
    );
}

#[tokio::test]
async fn keys_are_unique_and_survive_a_change_of_name() {
    let app = TestApp::start().await;
    let mut keys = Vec::new();
    for name in ["Size", "size!", "Email", "Size"] {
        let body = json!({"name": name, "dataType": "TEXT"});
        let made = app.post(&path(&app)).json(&body).send().await.expect(201).json();
        keys.push(made["customField"]["fieldKey"].as_str().unwrap().to_owned());
    }
    assert_eq!(keys, ["contact.size", "contact.size_1", "contact.email_1", "contact.size_2"]);
    let id = field(&app, "Before", "TEXT", json!({})).await;
    let body = json!({"name": "After", "placeholder": "p", "position": 9, "model": "contact"});
    let after =
        app.put(&format!("{}/{id}", path(&app))).json(&body).send().await.expect(200).json()["customField"]
            .clone();
    assert_eq!(
        (&after["name"], &after["fieldKey"], &after["position"]),
        (&json!("After"), &json!("contact.before"), &json!(9))
    );
}

#[tokio::test]
async fn the_list_is_of_one_model_or_of_all() {
    let app = TestApp::start().await;
    field(&app, "A", "TEXT", json!({"position": 2})).await;
    field(&app, "B", "TEXT", json!({"model": "opportunity", "position": 1})).await;
    for (query, names) in [
        ("", vec!["B", "A"]),
        ("?model=all", vec!["B", "A"]),
        ("?model=contact", vec!["A"]),
        ("?model=opportunity", vec!["B"]),
    ] {
        let list = app.get(&format!("{}{query}", path(&app))).send().await.expect(200).json();
        let found: Vec<_> =
            list["customFields"].as_array().unwrap().iter().map(|field| field["name"].clone()).collect();
        assert_eq!(found, names, "{query}");
    }
    let answer = app.get(&format!("{}?model=lead", path(&app))).send().await.expect(422);
    assert_eq!(
        answer.json()["message"],
        json!(["model must be one of the following values: contact, opportunity, all"])
    );
}

#[tokio::test]
async fn faults_are_named() {
    let app = TestApp::start().await;
    let body = json!({"dataType": "MONETARY", "position": -1, "model": "lead", "extra": 1, "textBoxListOptions": [{}], "isMultipleFile": 1});
    let answer = app.post(&path(&app)).json(&body).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property extra should not exist",
      "name must be a string",
      "name should not be empty",
      "dataType must be one of the following values: TEXT, LARGE_TEXT, NUMERICAL, PHONE, MONETORY, CHECKBOX, SINGLE_OPTIONS, MULTIPLE_OPTIONS, FLOAT, TIME, DATE, TEXTBOX_LIST, FILE_UPLOAD, SIGNATURE, RADIO, EMAIL",
      "model must be one of the following values: contact, opportunity",
      "position must not be less than 0",
      "textBoxListOptions.0.label must be a string",
      "textBoxListOptions.0.label should not be empty",
      "isMultipleFile must be a boolean value"
    ]
    "#);
    let answer = app.post(&path(&app)).json(&json!({})).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "name must be a string",
      "name should not be empty",
      "dataType should not be empty"
    ]
    "#);
    let many = vec!["x"; 1001];
    let body = json!({"name": "A", "dataType": "RADIO", "options": many, "picklistOptions": many, "acceptedFormat": many,
        "textBoxListOptions": vec![json!({"label": "x"}); 1001]});
    let answer = app.post(&path(&app)).json(&body).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "options must contain no more than 1000 elements",
      "picklistOptions must contain no more than 1000 elements",
      "textBoxListOptions must contain no more than 1000 elements",
      "acceptedFormat must contain no more than 1000 elements"
    ]
    "#);
    let id = field(&app, "A", "TEXT", json!({})).await;
    let answer = app
        .put(&format!("{}/{id}", path(&app)))
        .json(&json!({"name": "B", "dataType": "TEXT"}))
        .send()
        .await
        .expect(422);
    assert_eq!(answer.json()["message"], json!(["property dataType should not exist"]));
}

#[tokio::test]
async fn a_removed_field_takes_its_values_along() {
    let app = TestApp::start().await;
    let gone = field(&app, "Gone", "TEXT", json!({})).await;
    let stays = field(&app, "Stays", "TEXT", json!({})).await;
    let id = make(
        &app,
        json!({"firstName": "A", "customFields": [{"id": gone, "value": "1"}, {"id": stays, "value": "2"}]}),
    )
    .await;
    app.new_events().await;
    let answer = app.delete(&format!("{}/{gone}", path(&app))).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    assert_eq!(
        shown(&app, &id).await["customFields"],
        json!([{"id": stays, "key": "contact.stays", "value": "2"}])
    );
    assert_eq!(exists(&app, &gone).await, 0);
    assert_eq!(exists(&app, &stays).await, 1);
    app.get(&format!("{}/{gone}", path(&app))).send().await.expect(400);
    app.delete(&format!("{}/{gone}", path(&app))).send().await.expect(400);
    assert!(app.new_events().await.is_empty());
}

async fn exists(app: &TestApp, field: &str) -> Value {
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": format!("customFields.{field}"), "operator": "exists"}]});
    app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"].clone()
}

#[tokio::test]
async fn a_field_that_every_record_has_is_read_by_its_key() {
    let app = TestApp::start().await;
    let standard = format!("{}/contact.first_name", path(&app));
    let answer = app.get(&standard).send().await.expect(200).json();
    insta::assert_json_snapshot!(answer, { ".**.locationId" => "[location]" }, @r#"
    {
      "customField": {
        "id": "contact.first_name",
        "name": "First Name",
        "model": "contact",
        "fieldKey": "contact.first_name",
        "placeholder": "",
        "dataType": "TEXT",
        "position": 0,
        "picklistOptions": [],
        "picklistImageOptions": [],
        "isAllowedCustomOption": false,
        "isMultiFileAllowed": false,
        "locationId": "[location]",
        "documentType": "field"
      }
    }
    "#);
    let stage = format!("{}/opportunity.pipeline_id", path(&app));
    let answer = app.get(&stage).version("v3").send().await.expect(200).json();
    assert_eq!(answer["customField"]["model"], "opportunity");
    let own = json!({"name": "Pipeline Id", "dataType": "TEXT", "model": "opportunity"});
    let own = app.post(&path(&app)).json(&own).send().await.expect(201).json();
    assert_eq!(app.get(&stage).send().await.expect(200).json(), own, "the location's own goes first");
    app.put(&standard).json(&json!({"name": "A"})).send().await.expect(400);
    app.delete(&standard).send().await.expect(400);
    let refused = app.get(&format!("{}/contact.nothing", path(&app))).send().await.expect(400).json();
    assert_eq!(refused["message"], "Custom field with id contact.nothing not found");
    let list = app.get(&path(&app)).send().await.expect(200).json();
    assert_eq!(list, json!({"customFields": [own["customField"]]}));
}

#[tokio::test]
async fn another_locations_fields_are_out_of_reach() {
    let app = TestApp::start().await;
    let id = field(&app, "A", "TEXT", json!({})).await;
    let theirs = format!("/locations/{}/customFields", app.agency.second.location_id());
    let token = &app.agency.second_token;
    app.get(&path(&app)).token(token).send().await.expect(403);
    app.get(&format!("{theirs}/{id}")).token(token).send().await.expect(400);
    app.put(&format!("{theirs}/{id}")).token(token).json(&json!({"name": "B"})).send().await.expect(400);
    app.delete(&format!("{theirs}/{id}")).token(token).send().await.expect(400);
    app.get(&format!("{}/{id}", path(&app))).send().await.expect(200);
}
