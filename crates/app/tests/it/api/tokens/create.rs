//! `POST /leadhold/v1/tokens`

use leadhold_app::oauth::apps::{self, Distribution, NewApp};
use leadhold_app::oauth::authorize::Pick;

use super::*;
use crate::api::oauth;

#[tokio::test]
async fn an_agency_makes_a_token_for_one_of_its_locations() {
    let app = TestApp::start().await;
    let body = json!({
        "name": " Zapier ", "scopes": ["contacts.readonly", "contacts.write"],
        "locationId": app.agency.location.location_id(),
    });
    let made = post(&app, &app.agency.token, TOKENS, body).await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".token.id" => "[token]", ".token.hint" => "[hint]", ".token.companyId" => "[company]",
        ".token.locationId" => "[location]", ".secret" => "[secret]",
    }, @r#"
    {
      "token": {
        "id": "[token]",
        "kind": "private",
        "name": "Zapier",
        "hint": "[hint]",
        "companyId": "[company]",
        "locationId": "[location]",
        "scopes": [
          "contacts.readonly",
          "contacts.write"
        ],
        "createdAt": "2026-01-15T10:00:00.000Z",
        "expiresAt": null,
        "lastUsedAt": null
      },
      "secret": "[secret]"
    }
    "#);
    let secret = text(&made, "secret");
    assert!(
        secret.starts_with("pit-") && secret.len() == 40 && secret.starts_with(text(&made["token"], "hint"))
    );
    app.get("/contacts/").token(secret).send().await.expect(200);
    let refused = app.get("/opportunities/pipelines").token(secret).send().await.expect(401).json();
    assert_eq!(refused["message"], "The token is not authorized for this scope.");
    let kept = format!("{:?}", app.database.content().await);
    assert!(!kept.contains(secret), "and only the hash is kept");
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn an_agency_makes_its_own_tokens_and_keys() {
    let app = TestApp::start().await;
    for (kind, prefix) in [("private", "pit-"), ("agency-key", "agk-")] {
        let body = json!({"name": kind, "kind": kind, "scopes": "apps.readonly"});
        let made = post(&app, &app.agency.token, TOKENS, body).await.expect(201).json();
        assert_eq!((&made["token"]["kind"], &made["token"]["locationId"]), (&json!(kind), &Value::Null));
        let secret = text(&made, "secret");
        assert!(secret.starts_with(prefix), "{secret}");
        app.get("/leadhold/v1/apps").token(secret).send().await.expect(200);
        app.get("/contacts/").token(secret).send().await.expect(401);
    }
}

#[tokio::test]
async fn a_location_makes_tokens_for_itself_alone() {
    let app = TestApp::start().await;
    let mine = &app.agency.location_token;
    let made =
        post(&app, mine, TOKENS, json!({"name": "a", "scopes": ["contacts.readonly"]})).await.expect(201);
    assert_eq!(made.json()["token"]["locationId"], json!(app.agency.location.location_id()));
    let body =
        json!({"name": "a", "scopes": ["contacts.readonly"], "locationId": app.agency.second.location_id()});
    post(&app, mine, TOKENS, body).await.expect(403);
    let key = json!({"name": "a", "scopes": ["contacts.readonly"], "kind": "agency-key"});
    let refused = post(&app, mine, TOKENS, key).await.expect(422).json();
    assert_eq!(refused["message"], json!(["kind must be private: an agency key belongs to an agency"]));
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    let app = TestApp::start().await;
    let (_, narrow) = token(&app, agency(&app), "tokens.write contacts.readonly").await;
    let give = async |scopes: &str| {
        let body = json!({"name": "x", "scopes": scopes, "locationId": app.agency.location.location_id()});
        post(&app, &narrow, TOKENS, body).await
    };
    give("contacts.readonly").await.expect(201);
    give("tokens.write contacts.readonly").await.expect(201);
    let refused =
        give("contacts.readonly contacts.write workflows.write users.write").await.expect(403).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 403,
      "message": "You cannot give the scope contacts.write, because you do not have it (nor 2 more of these).",
      "traceId": "[trace]"
    }
    "#);
    let refused = give("contacts.write").await.expect(403).json();
    assert_eq!(refused["message"], "You cannot give the scope contacts.write, because you do not have it.");
    let (_, without) = token(&app, agency(&app), "tokens.readonly").await;
    let body = json!({"name": "x", "scopes": "tokens.readonly"});
    let refused = post(&app, &without, TOKENS, body).await.expect(401).json();
    assert_eq!(refused["message"], "The token is not authorized for this scope.");
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let body = json!({"name": "", "scopes": ["contacts.all", "x"], "kind": "root", "locationId": 7, "secret": "mine"});
    let refused = post(&app, &app.agency.token, TOKENS, body).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property secret should not exist",
      "name should not be empty",
      "kind must be one of the following values: private, agency-key",
      "scopes must not contain contacts.all, which is no scope",
      "scopes must not contain x, which is no scope",
      "locationId must be a string"
    ]
    "#);
    for bad in [
        json!({"name": "x"}),
        json!({"name": "x", "scopes": []}),
        json!({"name": "x", "scopes": {}}),
        json!({"name": "x".repeat(101), "scopes": "contacts.readonly"}),
        json!({"name": "x", "scopes": "contacts.readonly", "kind": "agency-key",
               "locationId": app.agency.location.location_id()}),
    ] {
        post(&app, &app.agency.token, TOKENS, bad).await.expect(422);
    }
    let elsewhere =
        json!({"name": "x", "scopes": "contacts.readonly", "locationId": app.other.location.location_id()});
    post(&app, &app.agency.token, TOKENS, elsewhere).await.expect(403);
    let nowhere = json!({"name": "x", "scopes": "contacts.readonly", "locationId": "a/b"});
    post(&app, &app.agency.token, TOKENS, nowhere).await.expect(403);
}

#[tokio::test]
async fn an_app_can_ask_for_none_of_these_scopes() {
    let app = TestApp::start().await;
    for scope in ["tokens.readonly", "tokens.write", "apps.readonly", "apps.write"] {
        let (owner, scopes) = (app.agency.company.clone(), ScopeSet::parse(scope).unwrap());
        let new = NewApp { name: "Greedy".into(), scopes, ..NewApp::default() };
        let cx = app.app.world.cx();
        let refused = app.app.world.write(move |tx| apps::register(tx, &cx, &owner, &new)).await.unwrap_err();
        assert!(refused.to_string().contains("which no app is granted"), "{refused}");
    }
}

#[tokio::test]
async fn an_apps_token_never_reaches_tokens() {
    let app = TestApp::start().await;
    let partner = oauth::partner(&app, Distribution::Both).await;
    let picks = [oauth::one_location(&app), Pick { company: true, ..Pick::default() }];
    for pick in picks {
        let granted = oauth::install(&app, &partner, pick).await;
        let access = text(&granted, "access_token");
        let refused = app.get(TOKENS).token(access).send().await.expect(401).json();
        assert_eq!(refused["message"], "The token is not authorized for this scope.");
        let body = json!({"name": "x", "scopes": "contacts.readonly"});
        post(&app, access, TOKENS, body).await.expect(401);
        let id = id_of(&app, &app.agency.location_token).await;
        app.delete(&format!("{TOKENS}/{id}")).token(access).send().await.expect(401);
        post(&app, access, &format!("{TOKENS}/{id}/rotate"), json!({})).await.expect(401);
    }
}
