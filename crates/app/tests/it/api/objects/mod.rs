//! `/objects`

use leadhold_app::Config;
use leadhold_app::custom_fields::{self, DataType, Model, NewChoice, NewCustomField, NewDetails, ObjectKey};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

mod businesses;
mod races;
mod records;
mod schemas;
mod search;
mod search_model;
mod standard;

/// Where the tests work.
pub fn here(app: &TestApp) -> String {
    app.agency.location.location_id().to_string()
}

/// Without a rate limit, for tests that ask often.
pub async fn unlimited() -> TestApp {
    TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await
}

/// The body of an object.
pub fn new_object(app: &TestApp, key: &str) -> Value {
    json!({
        "locationId": here(app), "key": key, "labels": {"singular": "Pet", "plural": "Pets"},
        "description": "Who lives with us",
        "primaryDisplayPropertyDetails": {"key": "name", "name": "Pet name", "dataType": "TEXT"},
    })
}

/// Makes an object.
pub async fn object(app: &TestApp, key: &str) {
    app.post("/objects/").json(&new_object(app, key)).send().await.expect(201);
}

/// Gives an object a field.
pub async fn field(app: &TestApp, object: &str, name: &str, data_type: DataType, options: &[&str]) {
    let model = match object {
        "business" => Model::Business,
        custom => Model::Object(ObjectKey::parse(custom).expect("a key")),
    };
    let choices = options.iter().map(|label| NewChoice::labelled(label)).collect();
    let details = NewDetails { options: Some(choices), ..NewDetails::default() };
    let new = NewCustomField { details, ..NewCustomField::named(model, name, data_type) };
    let place = app.agency.location.clone();
    app.write(move |tx, cx| custom_fields::define(tx, cx, &place, &new)).await;
}

/// `/objects/{key}/records`
pub fn records(key: &str) -> String {
    format!("/objects/{key}/records")
}

/// Makes a record; what was answered of it.
pub async fn record(app: &TestApp, key: &str, properties: Value) -> Value {
    let body = json!({"locationId": here(app), "properties": properties});
    app.post(&records(key)).json(&body).send().await.expect(201).json()["record"].clone()
}

/// The id in an answer.
pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

/// Searches; the names found, and how many there are in all.
pub async fn search(app: &TestApp, key: &str, extra: Value) -> (Vec<String>, i64) {
    let mut body =
        json!({"locationId": here(app), "page": 1, "pageLimit": 20, "query": "", "searchAfter": []});
    body.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
    let url = format!("{}/search", records(key));
    let answer = app.post(&url).json(&body).send().await.expect(200).json();
    let name = |one: &Value| one["properties"]["name"].as_str().unwrap_or("-").to_owned();
    let all = answer["records"].as_array().expect("a list").iter().map(name).collect();
    (all, answer["total"].as_i64().expect("a number"))
}
