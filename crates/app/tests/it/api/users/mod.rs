//! `/users`

mod change;
mod create;
mod delete;
mod list;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// The body of a person of the first location, with what is `more`.
pub fn body(app: &TestApp, more: Value) -> Value {
    let mut body = json!({
        "companyId": app.agency.company.company_id(), "firstName": "John", "lastName": "Deo", "email": "john@deo.com",
        "password": "correct horse", "type": "account", "role": "user",
        "locationIds": [app.agency.location.location_id()],
    });
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    body
}

/// Adds a person with the agency's token and answers the id.
pub async fn add(app: &TestApp, more: Value) -> String {
    let call = app.post("/users/").token(&app.agency.token).json(&body(app, more));
    let made = call.send().await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}

/// A person of the agency.
pub async fn add_agency_user(app: &TestApp, email: &str) -> String {
    add(app, json!({"email": email, "type": "agency", "role": "admin", "locationIds": []})).await
}

/// What can be hidden of a person in a snapshot.
pub fn redacted(mut user: Value) -> Value {
    user["permissions"] = json!("[permissions]");
    user
}
