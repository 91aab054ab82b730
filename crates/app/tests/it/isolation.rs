//! Tenant isolation, generated from the contract: no served operation shows or changes another tenant's data, whatever
//! names it (path, query or body) and whichever foreign credential asks.

use http::Method;
use leadhold_app::http::contract::{OPERATIONS, OperationRow};
use leadhold_app::{Config, LocationScope};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use crate::victim::{CANARY, Victim};

/// Credentials that have no business with the victim's location.
fn strangers(app: &TestApp) -> [(&'static str, String); 4] {
    [
        ("the same agency's other location", app.agency.second_token.clone()),
        ("another agency's location", app.other.location_token.clone()),
        ("another agency", app.other.token.clone()),
        ("another agency's key", app.other.key.clone()),
    ]
}

#[tokio::test]
async fn no_operation_serves_another_tenant() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let victim = Victim::settle(&app).await;
    let before = app.database.content().await;
    let rows: Vec<_> =
        OPERATIONS.iter().filter(|row| row.credentials.location || row.credentials.agency).collect();
    let mut asked = 0;
    for row in rows {
        for (who, token) in strangers(&app) {
            attack(&app, row, &victim, who, &token).await;
            asked += 1;
        }
    }
    assert!(asked > 3000, "the whole contract is asked: {asked}");
    assert_eq!(app.database.content().await, before, "a stranger changed something");
}

async fn attack(app: &TestApp, row: &OperationRow, victim: &Victim, who: &str, token: &str) {
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
        let call = app.call(row.method.clone(), &url).token(token).version(version(row));
        let call = if row.method == Method::GET { call } else { call.json(&body) };
        let answer = call.send().await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let place = format!("{} {url} {body} as {who}: {} {text}", row.method, answer.status);
        assert!(!text.contains(CANARY), "{place}");
        assert!(answer.status.as_u16() != 500, "{place}");
        // What is not built has nothing to show; without any foreign id the stranger asks for what is his own. So does an
        // agency where the path names nothing: the agency is its credential's, and such routes read no `locationId`, or
        // prove it (`GET /users/search`, which has a test of its own).
        let agency_asks =
            row.credentials.agency && (who == "another agency" || who == "another agency's key");
        let names_agency = body["companyId"].is_string();
        let own = !row.path.contains('{') && (!names_location || (agency_asks && !names_agency));
        if row.served && !own {
            assert!([401, 403, 404].contains(&answer.status.as_u16()), "{place}");
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
        _ if row.path.contains("{workflowId}") => crate::victim::workflow("http://127.0.0.1:9/stranger"),
        _ if row.path.contains("{contactId}") => json!({ "firstName": "stranger" }),
        _ => json!({}),
    }
}
