//! `POST /oauth/locationToken` and `POST /oauth/location-token`.

use leadhold_app::Config;
use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_app::oauth::apps::{self, Distribution, Registered};
use leadhold_app::oauth::authorize::Pick;
use leadhold_kernel::ScopeSet;
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{claims, install, partner, redacted, refresh, text};

async fn both(app: &TestApp) -> Pick {
    let locations = [&app.agency.location, &app.agency.second].map(|l| l.location_id().to_string()).to_vec();
    Pick { locations, ..Pick::default() }
}

async fn mint(app: &TestApp, bearer: &str, body: &Value) -> Answer {
    app.post("/oauth/locationToken").token(bearer).json(body).send().await
}

#[tokio::test]
async fn an_agencys_token_mints_one_for_each_of_its_locations() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let agency = install(&app, &partner, both(&app).await).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.second.location_id() });
    let form =
        format!("companyId={}&locationId={}", text(&agency, "companyId"), app.agency.second.location_id());
    let call = app.post("/oauth/locationToken").token(text(&agency, "access_token"));
    let answer = call.body("application/x-www-form-urlencoded", form).send().await.expect(200).json();
    insta::assert_json_snapshot!(redacted(&answer), @r#"
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
      "appId": "[appId]",
      "versionId": "[versionId]",
      "traceId": "[traceId]"
    }
    "#);
    assert_eq!(claims(text(&answer, "access_token"))["authClassId"], body["locationId"]);
    app.get("/contacts/?limit=1").token(text(&answer, "access_token")).send().await.expect(200);
    let next = refresh(&app, &partner, text(&answer, "refresh_token")).await.expect(200).json();
    assert_eq!(next["locationId"], answer["locationId"], "its refresh token is the location's own");
    mint(&app, text(&agency, "access_token"), &body).await.expect(200);
}

#[tokio::test]
async fn v3_has_its_own_path_and_spelling() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let agency = install(&app, &partner, both(&app).await).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.location.location_id() });
    let call = app.post("/oauth/location-token").token(text(&agency, "access_token")).version("v3");
    let answer = call.json(&body).send().await.expect(200).json();
    let mut names: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    names.sort();
    insta::assert_snapshot!(names.join(" "), @"accessToken appId companyId expiresIn locationId refreshToken refreshTokenId scope tokenType traceId userId userType versionId");
}

#[tokio::test]
async fn what_an_agencys_token_cannot_mint() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let one = Pick { all: false, future: true, ..Pick::default() };
    let agency = install(&app, &partner, one).await;
    let (company, bearer) = (agency["companyId"].clone(), text(&agency, "access_token"));
    let here = json!(app.agency.location.location_id());
    let ask = async |bearer: &str, body: Value| {
        let answer = mint(&app, bearer, &body).await;
        (answer.status.as_u16(), answer.json()["message"].clone())
    };
    let not_there =
        json!(format!("The app is not installed on location {}", app.agency.location.location_id()));
    assert_eq!(ask(bearer, json!({ "companyId": company, "locationId": here })).await, (400, not_there));
    let foreign = json!({ "companyId": company, "locationId": app.other.location.location_id() });
    assert_eq!(ask(bearer, foreign).await.0, 403, "another agency's location");
    let foreign = json!({ "companyId": app.other.company.company_id(), "locationId": here });
    assert_eq!(ask(bearer, foreign).await.0, 403);
    assert_eq!(
        ask(bearer, json!({})).await,
        (
            422,
            json!([
                "companyId must be a string",
                "companyId should not be empty",
                "locationId must be a string",
                "locationId should not be empty",
            ])
        )
    );
    let body = json!({ "companyId": company, "locationId": here });
    for token in [&app.agency.token, &app.agency.location_token] {
        let refused = (401, json!("This token's user type is not yet supported!"));
        assert_eq!(ask(token, body.clone()).await, refused);
    }
}

#[tokio::test]
async fn a_minted_token_ends_with_its_install_and_with_the_agencys_grant() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let agency = install(&app, &partner, both(&app).await).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.location.location_id() });
    let minted = mint(&app, text(&agency, "access_token"), &body).await.expect(200).json();
    let second = refresh(&app, &partner, text(&agency, "refresh_token")).await.expect(200).json();
    app.clock.advance(30_001);
    refresh(&app, &partner, text(&agency, "refresh_token")).await.expect(400);
    for bearer in [text(&minted, "access_token"), text(&second, "access_token")] {
        app.get("/oauth/installedLocations").token(bearer).send().await.expect(401);
    }
    refresh(&app, &partner, text(&minted, "refresh_token")).await.expect(400);
}

/// Publishes another version of the app, to which its installs move.
async fn publish(app: &TestApp, partner: &Registered) {
    let (owner, id) = (app.agency.company.clone(), partner.app_id.clone());
    app.write(move |tx, cx| {
        let before = apps::get(tx, &owner, id.as_str())?;
        let draft = apps::draft_version(tx, cx, &before, None)?;
        apps::publish_version(tx, cx, &before, draft.id.as_str())
    })
    .await;
}

#[tokio::test]
async fn what_was_minted_before_a_new_version_ends_with_the_agencys_grant_too() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let agency = install(&app, &partner, both(&app).await).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.location.location_id() });
    let old = mint(&app, text(&agency, "access_token"), &body).await.expect(200).json();
    publish(&app, &partner).await;
    let new = mint(&app, text(&agency, "access_token"), &body).await.expect(200).json();
    assert_ne!(old["versionId"], new["versionId"]);
    let reads = async |token: &Value| {
        let call = app.get("/contacts/?limit=1").token(text(token, "access_token"));
        call.send().await.status.as_u16()
    };
    assert_eq!((reads(&old).await, reads(&new).await), (200, 200), "clients keep what they have");

    refresh(&app, &partner, text(&agency, "refresh_token")).await.expect(200);
    app.clock.advance(30_001);
    refresh(&app, &partner, text(&agency, "refresh_token")).await.expect(400);
    assert_eq!((reads(&old).await, reads(&new).await), (401, 401));
    for token in [&old, &new] {
        refresh(&app, &partner, text(token, "refresh_token")).await.expect(400);
    }
}

#[tokio::test]
async fn a_minted_token_ends_with_the_agencys_install_where_the_locations_own_stays() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let here = Place::Location(app.agency.location.clone());
    let scopes = ScopeSet::parse("contacts.readonly").unwrap();
    let own = Installation::new(here, partner.app_id.clone(), partner.version_id.clone(), scopes);
    app.write(move |tx, cx| marketplace::install(tx, cx, &own)).await;
    let agency = install(&app, &partner, Pick { company: true, ..Pick::default() }).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.location.location_id() });
    let minted = mint(&app, text(&agency, "access_token"), &body).await.expect(200).json();
    let (company, id) = (Place::Company(app.agency.company.clone()), partner.app_id.clone());
    app.write(move |tx, cx| marketplace::uninstall(tx, cx, &company, &id, None)).await;
    app.get("/contacts/?limit=1").token(text(&minted, "access_token")).send().await.expect(401);
    refresh(&app, &partner, text(&minted, "refresh_token")).await.expect(400);
}

#[tokio::test]
async fn of_tokens_that_are_minted_again_and_again_the_newest_can_be_refreshed() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let partner = partner(&app, Distribution::Both).await;
    let agency = install(&app, &partner, both(&app).await).await;
    let body = json!({ "companyId": agency["companyId"], "locationId": app.agency.location.location_id() });
    let mut minted = Vec::new();
    for _ in 0..101 {
        app.clock.advance(1);
        minted.push(mint(&app, text(&agency, "access_token"), &body).await.expect(200).json());
    }
    refresh(&app, &partner, text(&minted[0], "refresh_token")).await.expect(400);
    refresh(&app, &partner, text(&minted[1], "refresh_token")).await.expect(200);
    refresh(&app, &partner, text(&minted[100], "refresh_token")).await.expect(200);
}
