//! Every scope of every operation is enforced, generated from the contract: without an operation's scopes a credential with
//! all others gets the real service's 401; with one of them alone it gets past that.

use std::collections::BTreeMap;

use leadhold_app::Config;
use leadhold_app::http::contract::{Api, OPERATIONS, OperationRow};
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_kernel::{Scope, ScopeSet};
use leadhold_testkit::TestApp;
use serde_json::json;

use crate::victim::Victim;

/// The real service's own sentence.
const REFUSED: &str = "The token is not authorized for this scope.";

/// Tokens by their scopes: many operations ask for the same ones.
#[derive(Default)]
struct Keyring(BTreeMap<(bool, String), String>);

impl Keyring {
    async fn token(&mut self, app: &TestApp, agency: bool, scopes: ScopeSet) -> String {
        let key = (agency, scopes.to_string());
        if !self.0.contains_key(&key) {
            let owner = match agency {
                true => Owner::Company(app.agency.company.clone()),
                false => Owner::Location(app.agency.location.clone()),
            };
            let made = app
                .write(move |tx, cx| tokens::create(tx, cx, &owner, Kind::Private, "scopes", scopes))
                .await;
            self.0.insert(key.clone(), made.secret);
        }
        self.0[&key].clone()
    }
}

#[tokio::test]
async fn without_its_scope_no_operation_is_served() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let victim = Victim::settle(&app).await;
    let (mut keyring, mut asked) = (Keyring::default(), 0);
    let scoped = OPERATIONS.iter().filter(|row| !row.scopes.is_empty());
    for row in scoped.filter(|row| row.credentials.location || row.credentials.agency) {
        let agency = !row.credentials.location;
        let without = row.scopes.iter().fold(ScopeSet::all(), |set, scope| set.without(*scope));
        let poor = keyring.token(&app, agency, without).await;
        assert_eq!(ask(&app, row, &victim, &poor).await, (401, REFUSED.into()), "{}", row.key());
        asked += 1;
        // A deletion would leave nothing to ask for; that its scope is enough, its own test shows.
        if row.served && row.method == http::Method::GET {
            for scope in &row.scopes {
                let only: ScopeSet = std::iter::once::<Scope>(*scope).collect();
                let enough = keyring.token(&app, agency, only).await;
                assert_ne!(ask(&app, row, &victim, &enough).await.1, REFUSED, "{} with {scope:?}", row.key());
            }
        }
    }
    assert!(asked > 700, "the contract has scoped operations: {asked}");
}

async fn ask(app: &TestApp, row: &OperationRow, victim: &Victim, token: &str) -> (u16, String) {
    let (path, _) = victim.path(row.path, row.served);
    let version = if row.apis == [Api::V3] { "v3" } else { "2021-07-28" };
    let call = app.call(row.method.clone(), &path).token(token).version(version);
    let call = if row.method == http::Method::GET { call } else { call.json(&json!({})) };
    let answer = call.send().await;
    // What is served may be a file.
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = body["message"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), message)
}
