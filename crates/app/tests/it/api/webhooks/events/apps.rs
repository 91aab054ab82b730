//! An app's own life.

use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_app::oauth::apps::{self, Kinds, NewApp};
use leadhold_kernel::{EventKind, Id, ScopeSet};
use leadhold_store::params;
use serde_json::{Value, json};

use super::{Stage, shown};
use crate::api::webhooks::happen;
use crate::api::{oauth, users};

leadhold_store::statements! {
    ADD_PLAN across tenants "a test's own plan" = "insert into app_plans (id, app_id, name, amount, payment_time, trial_days,
        features, position) values ($1, $2, 'Pro', 9000000000, 'month', 14, '[]', $3)";
}

/// An app is installed with a plan, updated, put on another plan, given credentials, and removed.
pub async fn app(stage: &mut Stage) -> Vec<Value> {
    let user = Id::parse(&users::add_agency_user(&stage.app, "installer@example.com").await);
    stage.delivered().await;
    let (owner, url, place) = (
        stage.app.agency.company.clone(),
        stage.receiver.url.clone(),
        Place::Location(stage.app.agency.location.clone()),
    );
    stage
        .app
        .write(move |tx, cx| {
            let new = NewApp { name: "Dialer".into(), webhook_url: Some(url.clone()), ..NewApp::default() };
            let app = apps::register(tx, cx, &owner, &new)?;
            let plans: [Id<leadhold_kernel::id::Plan>; 2] =
                std::array::from_fn(|_| Id::generate(cx.random.as_ref()));
            for (position, plan) in (0_i64..).zip(&plans) {
                tx.exec(ADD_PLAN, params![plan, &app.app_id, position])?;
            }
            let [first, second] = plans;
            let scopes = ScopeSet::parse("contacts.readonly").expect("scopes");
            let new = Installation::new(place.clone(), app.app_id.clone(), app.version_id, scopes);
            let new = Installation { user_id: user.clone(), plan_id: Some(first), ..new };
            marketplace::install(tx, cx, &new)?;
            let version = Id::parse("0000000000000000000000aa").expect("an id");
            let new = Installation { version, ..new };
            marketplace::install(tx, cx, &new)?;
            marketplace::install(tx, cx, &Installation { plan_id: Some(second), ..new })?;
            marketplace::uninstall(tx, cx, &place, &app.app_id, Some("enough"))
        })
        .await;
    stage.delivered().await
}

/// An endpoint of an app fails for five days.
pub async fn endpoint_gone(stage: &mut Stage) -> Vec<Value> {
    let (owner, url) = (stage.app.agency.company.clone(), stage.receiver.url.clone());
    let place = Place::Location(stage.app.agency.location.clone());
    let gone = "http://192.168.1.1/hook"; // where no hook may go
    stage
        .app
        .write(move |tx, cx| {
            let new = NewApp { name: "Gone".into(), webhook_url: Some(url.clone()), ..NewApp::default() };
            let app = apps::register(tx, cx, &owner, &new)?;
            apps::subscribe(tx, cx, &app.app_id, &Kinds::Only(vec![EventKind::NoteCreate]), gone)?;
            let scopes = ScopeSet::parse("contacts.readonly").expect("scopes");
            marketplace::install(
                tx,
                cx,
                &Installation::new(place.clone(), app.app_id, app.version_id, scopes),
            )
        })
        .await;
    let mut told = Vec::new();
    for _ in 0..2 {
        happen(&stage.app, EventKind::NoteCreate, &stage.app.agency.location, json!({})).await;
        told.extend(stage.delivered().await);
        stage.app.clock.advance(5 * 86_400_000);
    }
    told.into_iter().filter(|body| body["type"] == "WebhookEndpointDisabled").collect()
}

/// An app is given credentials for another service.
pub async fn credentials(stage: &mut Stage) -> Vec<Value> {
    let (owner, url) = (stage.app.agency.company.clone(), stage.receiver.url.clone());
    let registered = stage
        .app
        .write(move |tx, cx| {
            let scopes = "contacts.readonly marketplace-external-auth-migration.write";
            let new = NewApp {
                name: "Mailer".into(),
                redirect_uris: vec![oauth::CALLBACK.into()],
                scopes: ScopeSet::parse(scopes).expect("scopes"),
                webhook_url: Some(url.clone()),
                ..NewApp::default()
            };
            apps::register(tx, cx, &owner, &new)
        })
        .await;
    let tokens = oauth::install(&stage.app, &registered, oauth::one_location(&stage.app)).await;
    stage.delivered().await;
    let connection = json!({
        "locationId": stage.here(), "appId": registered.app_id, "appVersionId": registered.version_id,
        "accountId": "mailer-1", "type": "oauth2", "accessToken": "ya29.secret", "refreshToken": "1//secret",
        "expiryIn": 3_600_000, "scopes": ["mail.send", "mail.read"], "displayName": "Mailer", "isDefault": true,
    });
    let call =
        stage.app.post("/marketplace/external-auth/migration").token(oauth::text(&tokens, "access_token"));
    call.json(&connection).send().await.expect(201);
    stage.delivered().await
}

#[tokio::test]
async fn an_app_is_told_of_its_own_life() {
    let bodies = app(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "AppUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "installType": "Location"
      },
      {
        "type": "INSTALL",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "userId": "[id]",
        "planId": "[hex24]",
        "trial": {
          "onTrial": true,
          "trialDuration": 14,
          "trialStartDate": "2026-01-15T10:00:00.000Z"
        },
        "isWhitelabelCompany": false,
        "whitelabelDetails": {},
        "companyName": "Test Agency",
        "installType": "Location"
      },
      {
        "type": "PLAN_CHANGE",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "currentPlanId": "[hex24]",
        "newPlanId": "[hex24]",
        "userId": "[id]"
      },
      {
        "type": "UNINSTALL",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]"
      }
    ]
    "#);
}

#[tokio::test]
async fn an_app_is_told_of_credentials_with_their_scopes_in_one_text() {
    let bodies = credentials(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "EXTERNAL_AUTH_CONNECTED",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "authType": "oauth2",
        "scopes": "mail.send mail.read",
        "isAutoRefreshTokenEnabled": false
      }
    ]
    "#);
}
