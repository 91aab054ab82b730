//! `/contacts`, one file per verb.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod bulk;
mod create;
mod custom_values;
mod delete;
mod dnd;
mod duplicate;
mod export;
mod followers;
mod get;
mod guide;
mod list;
mod races;
mod read_after_write;
mod search;
mod search_model;
mod spellings;
mod tags;
mod update;
mod upsert;
mod v3;

use leadhold_app::locations::{self, DuplicateKey, NewLocation, Settings};
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_app::{Config, LocationScope};
use leadhold_kernel::ScopeSet;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// An application whose requests nobody counts: for tests that send many.
pub async fn unlimited() -> TestApp {
    TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await
}

/// Makes a contact and answers its id.
pub async fn make(app: &TestApp, body: Value) -> String {
    let answer = app.post("/contacts/").json(&body).send().await.expect(201);
    answer.json()["contact"]["id"].as_str().expect("an id").to_owned()
}

/// A contact as `GET` shows it.
pub async fn shown(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/contacts/{id}")).send().await.expect(200).json()["contact"].clone()
}

/// A location with settings of its own, and its token.
pub async fn location_with(app: &TestApp, settings: Settings) -> (LocationScope, String) {
    let company = app.agency.company.clone();
    app.write(move |tx, cx| {
        let new = NewLocation {
            name: "Third".into(),
            email: None,
            phone: None,
            country: "US".into(),
            timezone: "UTC".into(),
            settings: settings.clone(),
        };
        let here = locations::create(tx, cx, &company, &new)?;
        let owner = Owner::Location(here.clone());
        let issued = tokens::create(tx, cx, &owner, Kind::Private, "test", ScopeSet::all())?;
        Ok((here, issued.secret))
    })
    .await
}

/// The settings of a location that allows duplicates.
pub fn lenient() -> Settings {
    Settings { allow_duplicate_contact: true, ..Settings::default() }
}

/// The settings of a location that compares telephone numbers first.
pub fn phone_first() -> Settings {
    Settings { duplicate_match_order: vec![DuplicateKey::Phone, DuplicateKey::Email], ..Settings::default() }
}

/// Defines a custom field of a contact and answers its id.
pub async fn field(app: &TestApp, name: &str, data_type: &str, more: Value) -> String {
    let mut body = json!({"name": name, "dataType": data_type, "model": "contact"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let answer = app.post(&path).json(&body).send().await.expect(201);
    answer.json()["customField"]["id"].as_str().expect("an id").to_owned()
}
