//! `/leadhold/v1/apps`: the apps of an agency's developers.

mod change;
mod create;
mod delete;
mod migration;
mod secrets;
mod versions;

use http::Method;
use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_kernel::{Id, ScopeSet};
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

const APPS: &str = "/leadhold/v1/apps";

/// What every test's app begins as.
fn partner() -> Value {
    json!({
        "name": "Partner",
        "redirectUris": ["https://partner.example/callback"],
        "scopes": ["contacts.readonly", "contacts.write"],
    })
}

/// With the agency's token.
async fn call(app: &TestApp, method: Method, path: &str, body: Option<Value>) -> Answer {
    let call = app.call(method, path).token(&app.agency.token);
    match body {
        Some(body) => call.json(&body).send().await,
        None => call.send().await,
    }
}

async fn post(app: &TestApp, path: &str, body: Value) -> Answer {
    call(app, Method::POST, path, Some(body)).await
}

async fn put(app: &TestApp, path: &str, body: Value) -> Answer {
    call(app, Method::PUT, path, Some(body)).await
}

async fn get(app: &TestApp, path: &str) -> Answer {
    call(app, Method::GET, path, None).await
}

async fn remove(app: &TestApp, path: &str) -> Answer {
    call(app, Method::DELETE, path, None).await
}

/// Registers an app: its path and the answer.
async fn made(app: &TestApp, body: Value) -> (String, Value) {
    let made = post(app, APPS, body).await.expect(201).json();
    (format!("{APPS}/{}", text(&made["app"], "id")), made)
}

/// Installs the app's live version with the scopes that it asks for.
async fn install(app: &TestApp, made: &Value, place: Place) {
    let (id, version) = (Id::parse(text(&made["app"], "id")), Id::parse(text(&made["app"], "versionId")));
    let (id, version) = (id.expect("an id"), version.expect("an id"));
    let scopes = ScopeSet::parse("contacts.readonly contacts.write").expect("scopes");
    let new = Installation::new(place, id, version, scopes);
    app.write(move |tx, cx| marketplace::install(tx, cx, &new)).await;
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}
