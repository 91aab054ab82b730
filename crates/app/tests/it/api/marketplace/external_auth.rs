//! `POST /marketplace/external-auth/migration`: credentials move in, sealed.

use leadhold_testkit::Answer;

use super::*;

leadhold_store::statements! {
    CONNECTIONS across tenants "a test looks at what is kept" =
        "select account_id, is_default, auth_type, expires_at, credentials from external_connections order by account_id";
}

type Kept = (String, bool, String, Option<i64>, String);

async fn kept(app: &TestApp) -> Vec<Kept> {
    app.write(|tx, _| {
        let read = |row: &leadhold_store::Row<'_>| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        };
        Ok(tx.query(CONNECTIONS, params![], read)?)
    })
    .await
}

fn body(app: &TestApp, partner: &Partner, more: &Value) -> Value {
    let mut body = json!({
        "locationId": app.agency.location.location_id(), "appId": partner.id(),
        "appVersionId": partner.registered.version_id, "accountId": "mailer-1",
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

async fn migrate(app: &TestApp, partner: &Partner, more: &Value) -> Answer {
    let call = app.post("/marketplace/external-auth/migration").token(&partner.token);
    call.json(&body(app, partner, more)).send().await
}

fn tokens() -> Value {
    json!({
        "type": "oauth2", "accessToken": "ya29.secret", "refreshToken": "1//secret", "expiryIn": 3_600_000,
        "scopes": ["mail.send"], "displayName": "Mailer", "isDefault": true,
    })
}

#[tokio::test]
async fn tokens_move_in_sealed_and_the_app_is_told() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    app.new_events().await;
    let made = migrate(&app, &partner, &tokens()).await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".identifier" => "[connection]" }, @r#"
    {
      "success": true,
      "identifier": "[connection]",
      "message": "Connection migrated successfully"
    }
    "#);
    let [(kind, _, payload)] = app.new_events().await.try_into().expect("one event and nothing else");
    assert_eq!(kind, "EXTERNAL_AUTH_CONNECTED");
    insta::assert_json_snapshot!(payload, {
        ".appId" => "[app]", ".versionId" => "[version]", ".companyId" => "[company]", ".locationId" => "[location]",
    }, @r#"
    {
      "appId": "[app]",
      "versionId": "[version]",
      "companyId": "[company]",
      "locationId": "[location]",
      "authType": "oauth2",
      "scopes": "mail.send",
      "isAutoRefreshTokenEnabled": false
    }
    "#);
    let [(account, default, kind, expires, sealed)] = kept(&app).await.try_into().expect("one connection");
    assert_eq!((account.as_str(), default, kind.as_str()), ("mailer-1", true, "oauth2"));
    assert_eq!(expires, Some(app.app.world.clock.now().0 + 3_600_000));
    let purpose =
        format!("external auth of {} at {}: mailer-1", partner.id(), app.agency.location.location_id());
    let opened = app.app.world.seal.open(&purpose, &sealed).expect("the seal's own");
    assert_eq!(
        serde_json::from_slice::<Value>(&opened).expect("JSON"),
        json!({ "accessToken": "ya29.secret", "refreshToken": "1//secret" })
    );
    let everything = format!("{:?}", app.database.content().await);
    assert!(!everything.contains("ya29.secret") && !everything.contains("1//secret"));
}

#[tokio::test]
async fn the_same_account_is_replaced_and_one_is_the_default() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let first = migrate(&app, &partner, &tokens()).await.expect(201).json();
    let key = json!({ "type": "basic", "apiKey": "sk_1", "accountId": "mailer-2", "isDefault": true });
    let second = migrate(&app, &partner, &key).await.expect(201).json();
    assert_ne!(first["identifier"], second["identifier"]);
    let pairs = json!({ "type": "basic", "basicCredentials": { "email": "a@example.com", "password": "p" } });
    let again = migrate(&app, &partner, &pairs).await.expect(201).json();
    assert_eq!(again["identifier"], first["identifier"]);
    let kept: Vec<_> = kept(&app).await.into_iter().map(|(a, d, t, e, _)| (a, d, t, e)).collect();
    let row = |account: &str, default| (account.to_owned(), default, "basic".to_owned(), None);
    assert_eq!(kept, [row("mailer-1", false), row("mailer-2", true)]);
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "EXTERNAL_AUTH_CONNECTED").count(), 3);
}

#[tokio::test]
async fn an_uninstall_forgets_them() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    migrate(&app, &partner, &tokens()).await.expect(201);
    uninstall(&app, here(&app), &partner.registered).await.expect("it was there");
    assert_eq!(kept(&app).await, []);
}

#[tokio::test]
async fn credentials_of_the_other_type_are_refused() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    app.new_events().await;
    for (more, words) in [
        (
            json!({ "type": "oauth2", "accessToken": "a" }),
            "accessToken and refreshToken are required when type is oauth2",
        ),
        (
            json!({ "type": "oauth2", "accessToken": "a", "refreshToken": "b", "apiKey": "c" }),
            "apiKey and basicCredentials are for type basic, not for oauth2",
        ),
        (json!({ "type": "basic" }), "apiKey or basicCredentials is required when type is basic"),
        (
            json!({ "type": "basic", "basicCredentials": {} }),
            "apiKey or basicCredentials is required when type is basic",
        ),
        (
            json!({ "type": "basic", "apiKey": "a", "accessToken": "b" }),
            "accessToken and refreshToken are for type oauth2, not for basic",
        ),
    ] {
        let refused = migrate(&app, &partner, &more).await.expect(400).json();
        assert_eq!(refused["message"], words);
    }
    assert_eq!((kept(&app).await, app.new_event_kinds().await), (vec![], vec![]));
}

#[tokio::test]
async fn faults_are_told_at_once() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let wrong =
        json!({ "accountId": 1, "basicCredentials": "x", "expiryIn": "soon", "isDefault": "yes", "x": 1 });
    insta::assert_json_snapshot!(migrate(&app, &partner, &wrong).await.expect(422).json()["message"], @r#"
    [
      "property x should not exist",
      "type must be one of the following values: oauth2, basic",
      "accountId must be a string",
      "accountId should not be empty",
      "basicCredentials must be an object",
      "expiryIn must be a number conforming to the specified constraints",
      "isDefault must be a boolean value"
    ]
    "#);
}

#[tokio::test]
async fn an_app_that_is_not_there_in_this_version_cannot_connect() {
    let app = TestApp::start().await;
    let (partner, other) = (Partner::on_location(&app).await, Partner::on_location(&app).await);
    let version = json!({ "appVersionId": "aaaaaaaaaaaaaaaaaaaaaaaa" });
    let mut wrong = tokens();
    wrong.as_object_mut().expect("an object").extend(version.as_object().expect("an object").clone());
    let refused = migrate(&app, &partner, &wrong).await.expect(400).json();
    let installed = &partner.registered.version_id;
    assert_eq!(refused["message"], json!(format!("appVersionId must be the installed version, {installed}")));
    let foreign = body(&app, &other, &tokens());
    let post =
        |token: &str, body: &Value| app.post("/marketplace/external-auth/migration").token(token).json(body);
    post(&partner.token, &foreign).send().await.expect(403);
    let mut unknown = body(&app, &partner, &tokens());
    unknown["appId"] = json!("aaaaaaaaaaaaaaaaaaaaaaaa");
    let missing = post(&app.agency.location_token, &unknown).send().await.expect(404).json();
    assert_eq!(missing["message"], "App not found");
    post(&app.agency.second_token, &foreign).send().await.expect(403);
    assert_eq!(kept(&app).await, []);
}
