//! Tenant isolation, generated from the contract: no served operation shows or changes another tenant's data, whatever
//! names it (path, query or body) and whichever foreign credential asks.

use http::Method;
use leadhold_app::http::contract::{OPERATIONS, OperationRow};
use leadhold_app::users::{Role, Type};
use leadhold_app::{Config, LocationScope};
use leadhold_testkit::{SignedIn, TestApp};
use serde_json::{Value, json};

use crate::victim::{CANARY, Victim};

/// What a stranger shows.
#[derive(Clone)]
enum Shown {
    Token(String),
    Session(SignedIn),
}

/// Credentials that have no business with the victim's location.
async fn strangers(app: &TestApp) -> [(&'static str, Shown); 7] {
    let (agency, other) = (&app.agency, &app.other);
    let colleague = app.person(agency, Type::Account, Role::Admin, &[&agency.second]).await;
    let neighbour = app.person(other, Type::Account, Role::Admin, &[&other.location]).await;
    let admin = app.person(other, Type::Agency, Role::Admin, &[]).await;
    let token = |token: &String| Shown::Token(token.clone());
    [
        ("the same agency's other location", token(&agency.second_token)),
        ("another agency's location", token(&other.location_token)),
        ("another agency", token(&other.token)),
        ("another agency's key", token(&other.key)),
        ("a person of the same agency's other location", Shown::Session(app.sign_in(&colleague).await)),
        ("a person of another agency's location", Shown::Session(app.sign_in(&neighbour).await)),
        ("another agency's administrator", Shown::Session(app.sign_in(&admin).await)),
    ]
}

#[tokio::test]
async fn no_operation_serves_another_tenant() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let victim = Victim::settle(&app).await;
    let strangers = strangers(&app).await;
    let before = app.database.content().await;
    let rows: Vec<_> =
        OPERATIONS.iter().filter(|row| row.credentials.location || row.credentials.agency).collect();
    let mut asked = 0;
    for row in rows {
        for (who, shown) in &strangers {
            attack(&app, row, &victim, who, shown).await;
            asked += 1;
        }
    }
    assert!(asked > 5000, "the whole contract is asked: {asked}");
    assert_eq!(app.database.content().await, before, "a stranger changed something");
}

async fn attack(app: &TestApp, row: &OperationRow, victim: &Victim, who: &str, shown: &Shown) {
    let (path, names_location) = victim.path(row.path, row.served);
    let here = &app.agency.location;
    let query = victim.query(here);
    let plain = plain_body(row);
    // Names the tenant nowhere, in the body, in the query: an id in the path must not be enough either way.
    let attempts = [
        (path.clone(), plain.clone(), names_location),
        (path.clone(), body(here, victim), names_location || row.method != Method::GET),
        (format!("{path}?{query}"), plain, true),
    ];
    for (url, body, names_location) in attempts {
        let call = app.call(row.method.clone(), &url).version(version(row));
        let call = match shown {
            Shown::Token(token) => call.token(token),
            Shown::Session(session) => call.session(session),
        };
        let call = if row.method == Method::GET { call } else { call.json(&body) };
        let answer = call.send().await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let place = format!("{} {url} {body} as {who}: {} {text}", row.method, answer.status);
        assert!(!text.contains(CANARY), "{place}");
        assert!(answer.status.as_u16() != 500, "{place}");
        // What is not built has nothing to show; without any foreign id the stranger asks for what is his own.
        // `{type}` is a word and not an id: `/contacts/bulk/tags/update/add`.
        let own = !names_location && !row.path.replace("{type}", "").contains('{');
        if row.served && !own {
            // A person who names no location is told so: an id in the path alone says nothing of it.
            let unnamed = answer.status.as_u16() == 400 && text.contains("Name a location");
            // A form with files is told apart from what it is not before anything of it is read.
            let no_form = answer.status.as_u16() == 400 && text.contains("multipart/form-data");
            assert!(unnamed || no_form || [401, 403, 404].contains(&answer.status.as_u16()), "{place}");
        }
    }
}

fn version(row: &OperationRow) -> &'static str {
    use leadhold_app::http::contract::Api;
    if row.apis.contains(&Api::V2) { "2021-07-28" } else { "v3" }
}

/// A body that names the victim's location, and is nothing that any operation would take.
fn body(location: &LocationScope, victim: &Victim) -> Value {
    json!({
        "locationId": location.location_id().as_str(),
        "companyId": location.company_id().as_str(),
        "contactId": victim.contact,
        "email": format!("{CANARY}@example.com"),
    })
}

/// A body that the operation would take, and that names no location.
fn plain_body(row: &OperationRow) -> Value {
    match row.path.rsplit('/').next() {
        Some("tags") => json!({ "tags": ["stranger"] }),
        Some("meters") => json!({ "meters": [] }),
        Some("plans") => json!({ "plans": [] }),
        _ if row.path.contains("/versions") => json!({ "scopes": ["contacts.readonly"] }),
        Some("rebilling") => json!({ "markupPercent": 1 }),
        _ if row.path.contains("/wallets/") => json!({ "balance": 1 }),
        Some("hook") => json!({ "secret": null }),
        _ if row.path.contains("{workflowId}") => crate::victim::workflow("http://127.0.0.1:9/stranger"),
        _ if row.path.contains("{contactId}") => json!({ "firstName": "stranger" }),
        _ => json!({}),
    }
}
