//! `/oauth/…`: authorization codes, tokens, and what is refused.

mod authorize;
mod installed_locations;
mod location_token;
mod metadata;
mod page;
mod refresh;
mod refusals;
mod revoke;
mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_app::oauth::apps::{self, Distribution, NewApp, Registered};
pub use leadhold_app::oauth::authorize::Pick;
use leadhold_app::oauth::authorize::{Person, Wish, code_for};
use leadhold_kernel::{Id, ScopeSet};
use leadhold_testkit::{Answer, TestApp};
use serde_json::Value;

/// Where every test's app wants its answer.
pub const CALLBACK: &str = "https://app.example/callback";
/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An app of the test's agency that asks for a few scopes.
pub async fn partner(app: &TestApp, distribution: Distribution) -> Registered {
    register(app, distribution, false).await
}

/// An app that can keep no secret.
pub async fn public_partner(app: &TestApp) -> Registered {
    register(app, Distribution::Both, true).await
}

async fn register(app: &TestApp, distribution: Distribution, public_client: bool) -> Registered {
    let owner = app.agency.company.clone();
    let new = NewApp {
        name: "Partner".into(),
        redirect_uris: vec![CALLBACK.into()],
        scopes: ScopeSet::parse("contacts.readonly contacts.write oauth.readonly oauth.write")
            .expect("all are scopes"),
        distribution,
        public_client,
        ..NewApp::default()
    };
    app.write(move |tx, cx| apps::register(tx, cx, &owner, &new)).await
}

/// The secret of a confidential client.
pub fn secret(partner: &Registered) -> &str {
    partner.client_secret.as_deref().expect("a confidential client")
}

/// An administrator of the test's agency.
pub fn admin(app: &TestApp) -> Person {
    Person {
        user_id: Id::parse("AdMiN000000000000001").expect("an id"),
        company_id: app.agency.company.company_id().clone(),
        agency: true,
        admin: true,
    }
}

/// The first location.
pub fn one_location(app: &TestApp) -> Pick {
    Pick { locations: vec![app.agency.location.location_id().to_string()], ..Pick::default() }
}

/// A code for what the administrator picked.
pub async fn code(app: &TestApp, partner: &Registered, pick: Pick) -> String {
    code_with(app, partner, pick, false).await
}

/// A code that needs [`VERIFIER`] when `pkce` is wanted.
pub async fn code_with(app: &TestApp, partner: &Registered, pick: Pick, pkce: bool) -> String {
    let wish = Wish {
        code_challenge: pkce.then(|| CHALLENGE.to_owned()),
        code_challenge_method: pkce.then(|| "S256".to_owned()),
        ..Wish::default()
    };
    code_of(app, partner, pick, wish).await
}

/// A code for some of what the app asks for.
pub async fn code_for_scope(app: &TestApp, partner: &Registered, pick: Pick, scope: &str) -> String {
    code_of(app, partner, pick, Wish { scope: scope.into(), ..Wish::default() }).await
}

async fn code_of(app: &TestApp, partner: &Registered, pick: Pick, wish: Wish) -> String {
    let person = admin(app);
    let wish = Wish {
        client_id: partner.client_id.clone(),
        redirect_uri: CALLBACK.into(),
        response_type: "code".into(),
        ..wish
    };
    app.write(move |tx, cx| code_for(tx, cx, &wish, &person, &pick)).await.0
}

/// `POST /oauth/token` with a form.
pub async fn token(app: &TestApp, form: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    app.post("/oauth/token").token("").body("application/x-www-form-urlencoded", body).send().await
}

/// The first tokens for a pick.
pub async fn install(app: &TestApp, partner: &Registered, pick: Pick) -> Value {
    let code = code(app, partner, pick).await;
    exchange(app, partner, &code).await.expect(200).json()
}

/// Exchanges a code.
pub async fn exchange(app: &TestApp, partner: &Registered, code: &str) -> Answer {
    token(
        app,
        &[
            ("client_id", partner.client_id.as_str()),
            ("client_secret", secret(partner)),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ],
    )
    .await
}

/// Refreshes.
pub async fn refresh(app: &TestApp, partner: &Registered, refresh_token: &str) -> Answer {
    token(
        app,
        &[
            ("client_id", partner.client_id.as_str()),
            ("client_secret", secret(partner)),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ],
    )
    .await
}

/// A field of an answer as text.
pub fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// What a token says of itself.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

/// The answer with what differs from run to run put aside.
pub fn redacted(answer: &Value) -> Value {
    const JWT: &[&str] = &["access_token", "refresh_token", "accessToken", "refreshToken"];
    const IDS: &[&str] = &[
        "refreshTokenId",
        "companyId",
        "locationId",
        "traceId",
        "appId",
        "versionId",
        "_id",
        "subject",
        "jti",
        "authClassId",
        "primaryAuthClassId",
        "sourceId",
        "client",
    ];
    match answer {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let value = match name.as_str() {
                    name if JWT.contains(&name) => "[jwt]".into(),
                    name if IDS.contains(&name) => format!("[{name}]").into(),
                    "approvedLocations" => format!("[{} ids]", value.as_array().map_or(0, Vec::len)).into(),
                    _ => redacted(value),
                };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}
