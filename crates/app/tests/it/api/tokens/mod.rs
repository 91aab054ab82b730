//! `/leadhold/v1/tokens`: an agency's tokens and those of its locations.

mod create;
mod edit;
mod list;
mod rotate;

use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_kernel::ScopeSet;
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

const TOKENS: &str = "/leadhold/v1/tokens";

async fn post(app: &TestApp, token: &str, path: &str, body: Value) -> Answer {
    app.post(path).token(token).json(&body).send().await
}

/// A token with these scopes, made past the API: its id and its secret.
async fn token(app: &TestApp, owner: Owner, scopes: &str) -> (String, String) {
    let scopes = ScopeSet::parse(scopes).expect("scopes");
    let issued =
        app.write(move |tx, cx| tokens::create(tx, cx, &owner, Kind::Private, "narrow", scopes)).await;
    (issued.id.to_string(), issued.secret)
}

fn agency(app: &TestApp) -> Owner {
    Owner::Company(app.agency.company.clone())
}

fn here(app: &TestApp) -> Owner {
    Owner::Location(app.agency.location.clone())
}

/// The id of a credential: its only token with these first characters.
async fn id_of(app: &TestApp, secret: &str) -> String {
    let list = app.get(TOKENS).token(&app.agency.token).send().await.expect(200).json();
    let all = list["tokens"].as_array().expect("a list").clone();
    let found = all.iter().find(|token| token["hint"] == secret[..8]).expect("the token");
    text(found, "id").to_owned()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}
