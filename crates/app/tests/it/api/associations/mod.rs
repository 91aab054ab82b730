//! `/associations`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

mod define;
mod relate;

/// Where the tests work.
pub fn here(app: &TestApp) -> String {
    app.agency.location.location_id().to_string()
}

/// The id of a new contact.
pub async fn contact(app: &TestApp, name: &str) -> String {
    let made = app.post("/contacts/").json(&json!({"firstName": name})).send().await.expect(201).json();
    made["contact"]["id"].as_str().expect("an id").to_owned()
}

/// The id of a new business.
pub async fn business(app: &TestApp, name: &str) -> String {
    let body = json!({"name": name, "locationId": here(app)});
    let made = app.post("/businesses/").json(&body).send().await.expect(201).json();
    made["buiseness"]["id"].as_str().expect("an id").to_owned()
}

/// The body that defines what two objects' records are to each other.
pub fn between(app: &TestApp, key: &str, first: &str, second: &str) -> Value {
    json!({
        "locationId": here(app), "key": key, "firstObjectKey": first, "firstObjectLabel": format!("{first} side"),
        "secondObjectKey": second, "secondObjectLabel": format!("{second} other side"),
    })
}

/// The id of a new association.
pub async fn association(app: &TestApp, body: &Value) -> String {
    let made = app.post("/associations/").json(body).send().await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}

/// Relates two records.
pub fn relating(app: &TestApp, association: &str, first: &str, second: &str) -> leadhold_testkit::Call {
    app.post("/associations/relations").json(&json!({
        "locationId": here(app), "associationId": association, "firstRecordId": first, "secondRecordId": second,
    }))
}

/// Relates two records; the relation's id.
pub async fn relate(app: &TestApp, association: &str, first: &str, second: &str) -> String {
    let made = relating(app, association, first, second).send().await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}

/// Who is related with a record: (first, second) of each relation.
pub async fn relations(app: &TestApp, record: &str) -> Vec<(String, String)> {
    let url = format!("/associations/relations/{record}?locationId={}&skip=0&limit=100", here(app));
    let answer = app.get(&url).send().await.expect(200).json();
    let text = |one: &Value, key: &str| one[key].as_str().expect("an id").to_owned();
    let all = answer["relations"].as_array().expect("a list");
    assert_eq!(answer["total"], all.len());
    all.iter().map(|one| (text(one, "firstRecordId"), text(one, "secondRecordId"))).collect()
}
