//! `POST /oauth/token`: a code's exchange.

use leadhold_app::oauth::apps::Distribution;
use leadhold_app::oauth::authorize::Pick;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{
    CALLBACK, VERIFIER, claims, code, code_with, exchange, install, one_location, partner, public_partner,
    redacted, secret, text, token,
};

#[tokio::test]
async fn a_location_gets_its_token() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let answer = exchange(&app, &partner, &code).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    insta::assert_json_snapshot!(redacted(&answer.json()), @r#"
    {
      "access_token": "[jwt]",
      "token_type": "Bearer",
      "expires_in": 86399,
      "refresh_token": "[jwt]",
      "refreshTokenId": "[refreshTokenId]",
      "scope": "contacts.readonly contacts.write oauth.readonly oauth.write",
      "userType": "Location",
      "companyId": "[companyId]",
      "locationId": "[locationId]",
      "userId": "AdMiN000000000000001",
      "isBulkInstallation": false,
      "traceId": "[traceId]"
    }
    "#);

    let token = answer.json();
    let got = app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.expect(200);
    assert_eq!(got.json()["contacts"], json!([]));
    assert_eq!(app.new_event_kinds().await, ["INSTALL"]);
}

#[tokio::test]
async fn the_claims_are_the_real_ones() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let access = claims(text(&token, "access_token"));
    assert_eq!(access["authClassId"], token["locationId"]);
    assert_eq!(access["sourceId"], json!(partner.client_id));
    assert_eq!(access["oauthMeta"]["client"], json!(partner.app_id));
    insta::assert_json_snapshot!(redacted(&access), @r#"
    {
      "jti": "[jti]",
      "authClass": "Location",
      "authClassId": "[authClassId]",
      "primaryAuthClassId": "[primaryAuthClassId]",
      "source": "INTEGRATION",
      "sourceId": "[sourceId]",
      "channel": "OAUTH",
      "oauthMeta": {
        "scopes": [
          "contacts.readonly",
          "contacts.write",
          "oauth.readonly",
          "oauth.write"
        ],
        "client": "[client]",
        "versionId": "[versionId]"
      },
      "iat": 1768471200,
      "exp": 1768557599
    }
    "#);
}

#[tokio::test]
async fn an_agency_gets_its_token() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Company).await;
    let token = install(&app, &partner, Pick { company: true, ..Pick::default() }).await;
    insta::assert_json_snapshot!(redacted(&token), @r#"
    {
      "access_token": "[jwt]",
      "token_type": "Bearer",
      "expires_in": 86399,
      "refresh_token": "[jwt]",
      "refreshTokenId": "[refreshTokenId]",
      "scope": "contacts.readonly contacts.write oauth.readonly oauth.write",
      "userType": "Company",
      "companyId": "[companyId]",
      "userId": "AdMiN000000000000001",
      "isBulkInstallation": false,
      "traceId": "[traceId]"
    }
    "#);
    let refused = app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.expect(401);
    assert!(text(&refused.json(), "message").starts_with("This authClass type is not allowed"));
    assert_eq!(app.new_event_kinds().await, ["INSTALL"]);
}

#[tokio::test]
async fn several_locations_are_an_agencys_bulk_install() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Location).await;
    let locations = [&app.agency.location, &app.agency.second].map(|l| l.location_id().to_string()).to_vec();
    let token = install(&app, &partner, Pick { locations, ..Pick::default() }).await;
    insta::assert_json_snapshot!(redacted(&token), @r#"
    {
      "access_token": "[jwt]",
      "token_type": "Bearer",
      "expires_in": 86399,
      "refresh_token": "[jwt]",
      "refreshTokenId": "[refreshTokenId]",
      "scope": "contacts.readonly contacts.write oauth.readonly oauth.write",
      "userType": "Company",
      "companyId": "[companyId]",
      "userId": "AdMiN000000000000001",
      "isBulkInstallation": true,
      "approvedLocations": "[2 ids]",
      "approveAllLocations": false,
      "installToFutureLocations": false,
      "traceId": "[traceId]"
    }
    "#);
    assert_eq!(
        app.new_event_kinds().await,
        ["INSTALL", "INSTALL", "INSTALL"],
        "the agency and both locations"
    );

    let all = install(&app, &partner, Pick { all: true, future: true, ..Pick::default() }).await;
    assert_eq!((&all["approveAllLocations"], &all["installToFutureLocations"]), (&json!(true), &json!(true)));
    assert_eq!(all.get("approvedLocations"), None);
}

#[tokio::test]
async fn an_app_that_asks_for_a_locations_token_gets_it_for_a_single_location() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let form = [
        ("client_id", partner.client_id.as_str()),
        ("client_secret", secret(&partner)),
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("user_type", "Company"),
    ];
    let answer = token(&app, &form).await.expect(200).json();
    assert_eq!(answer["userType"], "Location", "the kind that was approved; the wish cannot change it");
}

#[tokio::test]
async fn v3_speaks_camel_case_both_ways() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let body = json!({
        "clientId": partner.client_id, "clientSecret": secret(&partner), "grantType": "authorization_code",
        "code": code, "redirectUri": CALLBACK, "userType": "Location",
    });
    let answer = app.post("/oauth/token").token("").version("v3").json(&body).send().await.expect(200).json();
    insta::assert_json_snapshot!(redacted(&answer), @r#"
    {
      "accessToken": "[jwt]",
      "tokenType": "Bearer",
      "expiresIn": 86399,
      "refreshToken": "[jwt]",
      "refreshTokenId": "[refreshTokenId]",
      "scope": "contacts.readonly contacts.write oauth.readonly oauth.write",
      "userType": "Location",
      "companyId": "[companyId]",
      "locationId": "[locationId]",
      "userId": "AdMiN000000000000001",
      "isBulkInstallation": false,
      "traceId": "[traceId]"
    }
    "#);
    let body = json!({
        "clientId": partner.client_id, "clientSecret": secret(&partner), "grantType": "refresh_token",
        "refreshToken": answer["refreshToken"],
    });
    let next = app.post("/oauth/token").token("").version("v3").json(&body).send().await.expect(200).json();
    assert_ne!(next["refreshToken"], answer["refreshToken"]);
}

#[tokio::test]
async fn the_secret_may_come_in_the_header() {
    use base64::Engine;
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let code = code(&app, &partner, one_location(&app)).await;
    let pair = format!("{}:{}", partner.client_id, secret(&partner));
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    let call = app.post("/oauth/token").token("").header("authorization", &basic);
    let body = format!("grant_type=authorization_code&code={code}");
    call.body("application/x-www-form-urlencoded", body).send().await.expect(200);
}

#[tokio::test]
async fn a_public_client_proves_itself_with_its_verifier() {
    let app = TestApp::start().await;
    let partner = public_partner(&app).await;
    let code = code_with(&app, &partner, one_location(&app), true).await;
    let form = |verifier: &'static str| {
        vec![
            ("client_id".to_owned(), partner.client_id.clone()),
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.clone()),
            ("code_verifier".to_owned(), verifier.to_owned()),
        ]
    };
    let send = async |form: Vec<(String, String)>| {
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        token(&app, &form).await
    };
    send(form("wrongwrongwrongwrongwrongwrongwrongwrongwrong")).await.expect(400);
    send(form(VERIFIER)).await.expect(200);
}

#[tokio::test]
async fn an_uninstall_ends_the_tokens_at_once() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let path = format!("/marketplace/app/{}/installations", partner.app_id);
    let body = json!({ "locationId": token["locationId"] });
    app.delete(&path).token(text(&token, "access_token")).json(&body).send().await.expect(200);
    let refused = app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.expect(401);
    assert_eq!(refused.json(), json!({ "statusCode": 401, "message": "Invalid JWT" }));
    super::refresh(&app, &partner, text(&token, "refresh_token")).await.expect(400);
    assert_eq!(app.new_event_kinds().await, ["INSTALL", "UNINSTALL"]);
}

#[tokio::test]
async fn a_day_later_the_token_has_expired() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let ask = async || {
        app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.status.as_u16()
    };
    app.clock.advance(86_399_000 - 1);
    assert_eq!(ask().await, 200);
    app.clock.advance(1);
    assert_eq!(ask().await, 401);
}

#[tokio::test]
async fn approving_anew_for_less_narrows_the_tokens_that_are_out() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let wide = install(&app, &partner, one_location(&app)).await;
    let write = async || {
        let call = app.post("/contacts/").token(text(&wide, "access_token"));
        call.json(&json!({ "firstName": "Ada" })).send().await.status.as_u16()
    };
    assert_eq!(write().await, 201);
    let narrow = super::code_for_scope(&app, &partner, one_location(&app), "contacts.readonly").await;
    exchange(&app, &partner, &narrow).await.expect(200);
    assert_eq!(write().await, 401);
    app.get("/contacts/?limit=1").token(text(&wide, "access_token")).send().await.expect(200);
}
