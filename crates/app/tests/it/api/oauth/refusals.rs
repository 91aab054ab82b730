//! What the OAuth endpoints refuse, a line each (RFC 6749, 7636, 9700). `-` leaves a parameter out; `{name}` stands for what
//! the test has made: another client's id, secret or code.

use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{
    CALLBACK, CHALLENGE, VERIFIER, code, code_with, exchange, install, one_location, partner, public_partner,
    refresh, secret, text, token,
};

type Line = (&'static str, &'static [(&'static str, &'static str)], u16, &'static str);

/// Against a code that was made without PKCE.
const PLAIN: &[Line] = &[
    ("no grant type", &[("grant_type", "-")], 400, "invalid_request"),
    ("a blank grant type", &[("grant_type", "")], 400, "invalid_request"),
    ("an unknown grant type", &[("grant_type", "magic")], 400, "unsupported_grant_type"),
    ("the password grant", &[("grant_type", "password")], 400, "unsupported_grant_type"),
    ("client credentials", &[("grant_type", "client_credentials")], 400, "unsupported_grant_type"),
    (
        "the device grant",
        &[("grant_type", "urn:ietf:params:oauth:grant-type:device_code")],
        400,
        "unsupported_grant_type",
    ),
    (
        "a token's exchange",
        &[("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")],
        400,
        "unsupported_grant_type",
    ),
    ("no client", &[("client_id", "-")], 400, "invalid_request"),
    ("an unknown client", &[("client_id", "66a0419a0dffa47fb5f8b22f-nobody00")], 401, "invalid_client"),
    ("the app's id without its suffix", &[("client_id", "{app_id}")], 401, "invalid_client"),
    ("no secret", &[("client_secret", "-")], 401, "invalid_client"),
    ("a blank secret", &[("client_secret", "")], 401, "invalid_client"),
    ("a wrong secret", &[("client_secret", "00000000-0000-4000-8000-000000000000")], 401, "invalid_client"),
    ("a part of the secret", &[("client_secret", "{half_secret}")], 401, "invalid_client"),
    ("another client's secret", &[("client_secret", "{other_secret}")], 401, "invalid_client"),
    (
        "another client with its own secret",
        &[("client_id", "{other_id}"), ("client_secret", "{other_secret}")],
        400,
        "invalid_grant",
    ),
    (
        "a public client with this code",
        &[("client_id", "{public_id}"), ("client_secret", "-")],
        400,
        "invalid_grant",
    ),
    ("no code", &[("code", "-")], 400, "invalid_request"),
    ("an unknown code", &[("code", "0000000000000000000000000000000000000000")], 400, "invalid_grant"),
    ("the code in capitals", &[("code", "{upper_code}")], 400, "invalid_grant"),
    ("another client's code", &[("code", "{other_code}")], 400, "invalid_grant"),
    ("another address", &[("redirect_uri", "https://evil.example/callback")], 400, "invalid_grant"),
    (
        "the address with a suffix",
        &[("redirect_uri", "https://app.example/callback/more")],
        400,
        "invalid_grant",
    ),
    (
        "the address with a query",
        &[("redirect_uri", "https://app.example/callback?x=1")],
        400,
        "invalid_grant",
    ),
    (
        "the address with a fragment",
        &[("redirect_uri", "https://app.example/callback#x")],
        400,
        "invalid_grant",
    ),
    ("the address with a slash", &[("redirect_uri", "https://app.example/callback/")], 400, "invalid_grant"),
    (
        "the address on another port",
        &[("redirect_uri", "https://app.example:8443/callback")],
        400,
        "invalid_grant",
    ),
    ("the address over http", &[("redirect_uri", "http://app.example/callback")], 400, "invalid_grant"),
    ("the address in capitals", &[("redirect_uri", "https://APP.example/callback")], 400, "invalid_grant"),
    ("a verifier for a code without challenge", &[("code_verifier", VERIFIER)], 400, "invalid_grant"),
    ("an unknown kind of user", &[("user_type", "Admin")], 400, "invalid_request"),
    (
        "a code as a refresh token",
        &[("grant_type", "refresh_token"), ("refresh_token", "{code}")],
        400,
        "invalid_grant",
    ),
    ("a refresh without its token", &[("grant_type", "refresh_token")], 400, "invalid_request"),
];

/// Against a code that was made with PKCE.
const CHALLENGED: &[Line] = &[
    ("no verifier", &[("code_verifier", "-")], 400, "invalid_grant"),
    ("a blank verifier", &[("code_verifier", "")], 400, "invalid_grant"),
    (
        "another verifier",
        &[("code_verifier", "wrongwrongwrongwrongwrongwrongwrongwrongwrong")],
        400,
        "invalid_grant",
    ),
    ("the challenge as verifier", &[("code_verifier", CHALLENGE)], 400, "invalid_grant"),
    (
        "a part of the verifier",
        &[("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")],
        400,
        "invalid_grant",
    ),
    (
        "the verifier with a space",
        &[("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ")],
        400,
        "invalid_grant",
    ),
];

#[tokio::test]
async fn the_token_endpoint_refuses() {
    let app = TestApp::start().await;
    for (lines, pkce) in [(PLAIN, false), (CHALLENGED, true)] {
        let (mine, other) =
            (partner(&app, Distribution::Both).await, partner(&app, Distribution::Both).await);
        let public = public_partner(&app).await;
        let other_code = code(&app, &other, one_location(&app)).await;
        let own_code = code_with(&app, &mine, one_location(&app), pkce).await;
        let fill = |value: &str| match value {
            "{app_id}" => mine.app_id.to_string(),
            "{half_secret}" => secret(&mine)[..18].to_owned(),
            "{other_id}" => other.client_id.clone(),
            "{other_secret}" => secret(&other).to_owned(),
            "{public_id}" => public.client_id.clone(),
            "{other_code}" => other_code.clone(),
            "{code}" => own_code.clone(),
            "{upper_code}" => own_code.to_uppercase(),
            literal => literal.to_owned(),
        };
        let mut sound = vec![
            ("client_id", mine.client_id.clone()),
            ("client_secret", secret(&mine).to_owned()),
            ("grant_type", "authorization_code".to_owned()),
            ("code", own_code.clone()),
            ("redirect_uri", CALLBACK.to_owned()),
        ];
        if pkce {
            sound.push(("code_verifier", VERIFIER.to_owned()));
        }
        let before = app.database.content().await;
        for (what, changes, status, error) in lines {
            let mut form = sound.clone();
            for (name, value) in *changes {
                form.retain(|(other, _)| other != name);
                if *value != "-" {
                    form.push((name, fill(value)));
                }
            }
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = token(&app, &form).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (*status, &json!(error)), "{what}");
            assert_eq!(answer.json()["statusCode"], json!(status), "{what}");
            assert_eq!(answer.json()["message"], answer.json()["error_description"], "{what}");
        }
        assert_eq!(app.database.content().await, before, "a refusal changes nothing");
        let form: Vec<_> = sound.iter().map(|(name, value)| (*name, value.as_str())).collect();
        token(&app, &form).await.expect(200); // and spoils nothing for the one whose code it is
    }
}

#[tokio::test]
async fn parameters_are_named_as_the_version_spells_them() {
    let app = TestApp::start().await;
    let ask = async |version: &str, body: serde_json::Value| {
        let answer = app.post("/oauth/token").token("").version(version).json(&body).send().await.expect(400);
        answer.json()["message"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(ask("2021-07-28", json!({})).await, "Missing parameter: client_id");
    assert_eq!(ask("v3", json!({})).await, "Missing parameter: clientId");
    assert_eq!(
        ask("v3", json!({ "clientId": "a", "clientSecret": "b" })).await,
        "Missing parameter: grantType"
    );
    let unknown = json!({ "clientId": "a", "clientSecret": "b", "grantType": "magic" });
    assert_eq!(ask("v3", unknown).await, "Invalid parameter: grantType");
    let twice = ask("v3", json!({ "clientId": 7 })).await;
    assert_eq!(twice, "Invalid parameter: each has to be a string");
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let form =
        [("client_id", partner.client_id.as_str()), ("client_id", "other"), ("grant_type", "refresh_token")];
    assert_eq!(token(&app, &form).await.expect(400).json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_wrong_header_is_challenged_and_two_proofs_are_too_many() {
    use base64::Engine;
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let ask = async |pair: String, more: &str| {
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        let body = format!("grant_type=authorization_code&code={code}{more}");
        let call = app.post("/oauth/token").token("").header("authorization", &basic);
        call.body("application/x-www-form-urlencoded", body).send().await
    };
    let wrong = ask(format!("{}:wrong", partner.client_id), "").await.expect(401);
    assert_eq!(
        (&wrong.json()["error"], wrong.header("www-authenticate")),
        (&json!("invalid_client"), "Basic realm=\"oauth\"")
    );
    assert_eq!(ask("no colon".into(), "").await.expect(401).json()["error"], "invalid_client");
    let right = format!("{}:{}", partner.client_id, secret(&partner));
    assert_eq!(ask(right.clone(), "&client_secret=x").await.expect(400).json()["error"], "invalid_request");
    assert_eq!(ask(right, "&client_id=other").await.expect(400).json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    app.clock.advance(60_000);
    assert_eq!(exchange(&app, &partner, &code).await.expect(400).json()["error"], "invalid_grant");
    assert_eq!(app.new_event_kinds().await, [""; 0], "nothing was installed");
}

#[tokio::test]
async fn a_code_that_is_shown_again_ends_what_it_led_to() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let token = exchange(&app, &partner, &code).await.expect(200).json();
    let next = refresh(&app, &partner, text(&token, "refresh_token")).await.expect(200).json();
    assert_eq!(exchange(&app, &partner, &code).await.expect(400).json()["error"], "invalid_grant");
    for bearer in [text(&token, "access_token"), text(&next, "access_token")] {
        app.get("/contacts/?limit=1").token(bearer).send().await.expect(401);
    }
    refresh(&app, &partner, text(&next, "refresh_token")).await.expect(400);
}

#[tokio::test]
async fn two_exchanges_at_once_give_one_answer_and_then_none() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let calls = (0..8).map(|_| exchange(&app, &partner, &code));
    let answers = futures_util::future::join_all(calls).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    let token = won[0].json();
    app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.expect(401);
}

#[tokio::test]
async fn another_clients_refresh_token_is_worth_nothing_and_stays_good() {
    let app = TestApp::start().await;
    let (mine, other) = (partner(&app, Distribution::Both).await, partner(&app, Distribution::Both).await);
    let token = install(&app, &mine, one_location(&app)).await;
    refresh(&app, &other, text(&token, "refresh_token")).await.expect(400);
    refresh(&app, &mine, text(&token, "refresh_token")).await.expect(200);
}

#[tokio::test]
async fn a_tampered_token_is_none() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let whole = text(&token, "access_token");
    let (head, signature) = whole.rsplit_once('.').unwrap();
    let none = format!("{}.{}.", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", head.split('.').nth(1).unwrap());
    let cut = format!("{head}.{}", &signature[..signature.len() - 2]);
    for bearer in [none.as_str(), cut.as_str(), head, "eyJ", &format!("{whole}x")] {
        let answer = app.get("/contacts/?limit=1").token(bearer).send().await.expect(401);
        assert_eq!(answer.json(), json!({ "statusCode": 401, "message": "Invalid JWT" }), "{bearer}");
    }
}

/// Comparing each with each would take minutes.
#[tokio::test]
async fn a_form_of_very_many_parameters_is_read_at_once() {
    let app = TestApp::start().await;
    let form: String = (0..100_000).map(|at| format!("{at:x}&")).collect();
    let names = form.trim_end_matches('&').split('&').map(|name| format!("\"{name}\":\"\""));
    let json = format!("{{{}}}", names.collect::<Vec<_>>().join(","));
    for path in ["/oauth/token", "/oauth/revoke"] {
        for (kind, body) in [("application/x-www-form-urlencoded", &form), ("application/json", &json)] {
            let answer = app.post(path).token("").body(kind, body.clone()).send().await.expect(400);
            assert_eq!(answer.json()["error"], "invalid_request", "{path} {kind}");
        }
    }
}
