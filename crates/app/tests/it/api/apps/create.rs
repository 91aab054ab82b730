//! `POST /leadhold/v1/apps` and reading them.

use super::*;

#[tokio::test]
async fn an_app_is_registered_with_a_secret_that_is_shown_once() {
    let app = TestApp::start().await;
    let body = json!({
        "name": " Partner ",
        "redirectUris": ["https://partner.example/callback", "http://localhost:3000/callback"],
        "scopes": "contacts.readonly contacts.write",
        "distribution": "location",
        "webhookUrl": "https://partner.example/hooks",
        "events": ["ContactCreate", "ContactUpdate", "OpportunityCreate"],
        "eventUrls": {"OpportunityCreate": "https://partner.example/deals"},
        "logoUrl": "https://partner.example/logo.png",
        "website": "https://partner.example/",
        "externalBillingUrl": "https://partner.example/pay",
    });
    let (path, made) = made(&app, body).await;
    insta::assert_json_snapshot!(made, {
        ".app.id" => "[app]", ".app.clientId" => "[client]", ".app.companyId" => "[company]",
        ".app.versionId" => "[version]", ".clientSecret" => "[secret]",
    }, @r#"
    {
      "app": {
        "id": "[app]",
        "clientId": "[client]",
        "companyId": "[company]",
        "name": "Partner",
        "distribution": "location",
        "publicClient": false,
        "redirectUris": [
          "https://partner.example/callback",
          "http://localhost:3000/callback"
        ],
        "versionId": "[version]",
        "scopes": [
          "contacts.readonly",
          "contacts.write"
        ],
        "webhookUrl": "https://partner.example/hooks",
        "events": [
          "ContactCreate",
          "ContactUpdate",
          "OpportunityCreate"
        ],
        "eventUrls": {
          "OpportunityCreate": "https://partner.example/deals"
        },
        "logoUrl": "https://partner.example/logo.png",
        "website": "https://partner.example/",
        "externalBillingUrl": "https://partner.example/pay",
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      },
      "clientSecret": "[secret]"
    }
    "#);
    let (id, client_id) = (text(&made["app"], "id"), text(&made["app"], "clientId"));
    assert_eq!(client_id.split_once('-').map(|(id, suffix)| (id, suffix.len())), Some((id, 8)));
    assert_eq!(text(&made, "clientSecret").len(), 36);

    let read = get(&app, &path).await.expect(200).json();
    assert_eq!(read, json!({ "app": made["app"] }), "and never again");
    let listed = get(&app, APPS).await.expect(200).json();
    assert_eq!(listed, json!({ "apps": [made["app"]] }));
    assert!(app.new_events().await.is_empty());
    let kept = format!("{:?}", app.database.content().await);
    assert!(!kept.contains(text(&made, "clientSecret")));
}

#[tokio::test]
async fn little_has_to_be_said() {
    let app = TestApp::start().await;
    let (_, made) = made(&app, json!({"name": "Tiny"})).await;
    insta::assert_json_snapshot!(made["app"], {
        ".id" => "[app]", ".clientId" => "[client]", ".companyId" => "[company]", ".versionId" => "[version]",
    }, @r#"
    {
      "id": "[app]",
      "clientId": "[client]",
      "companyId": "[company]",
      "name": "Tiny",
      "distribution": "both",
      "publicClient": false,
      "redirectUris": [],
      "versionId": "[version]",
      "scopes": [],
      "webhookUrl": null,
      "events": [],
      "eventUrls": {},
      "logoUrl": null,
      "website": null,
      "externalBillingUrl": null,
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn a_public_client_has_no_secret_and_gets_none() {
    let app = TestApp::start().await;
    let (path, made) = made(&app, json!({"name": "Desktop", "publicClient": true})).await;
    assert_eq!((&made["app"]["publicClient"], made.get("clientSecret")), (&json!(true), None));
    let refused = post(&app, &format!("{path}/secrets"), json!({})).await.expect(409).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "A public client has no secret: it proves itself with PKCE. Register another app for a server.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(get(&app, &format!("{path}/secrets")).await.expect(200).json(), json!({"secrets": []}));
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "title": "x", "name": "", "redirectUris": ["http://partner.example/", "https://ok.example/", "/cb"],
        "scopes": ["contacts.everything", "tokens.write"], "distribution": "agency", "publicClient": "no",
        "events": ["ContactCreate", "NoSuchEvent", "INSTALL", "InboundWebhook"],
        "eventUrls": {"ContactCreate": "nowhere", "ContactDelete": "https://ok.example/", "Nonsense": "x", "NoteCreate": 1},
        "logoUrl": 7, "website": "partner.example",
    });
    let refused = post(&app, APPS, body).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property title should not exist",
      "name should not be empty",
      "scopes must not contain contacts.everything, which is no scope",
      "distribution must be one of the following values: location, company, both",
      "publicClient must be a boolean value",
      "eventUrls must not contain Nonsense, which is no event",
      "eventUrls.NoteCreate must be a string",
      "events must not contain NoSuchEvent, which is no event",
      "events must not contain InboundWebhook, which is no event",
      "logoUrl must be a string",
      "redirectUris.0 must use https unless it is on localhost, 127.0.0.1 or [::1]; write it like https://example.com/path",
      "redirectUris.2 must be an absolute URL; write it like https://example.com/path",
      "scopes must not contain tokens.write, which no app is granted",
      "website must be an absolute URL; write it like https://example.com/path",
      "events must not contain INSTALL: it is always sent, and only to webhookUrl",
      "webhookUrl should not be empty, since there are events without a URL of their own",
      "eventUrls.ContactCreate is refused: not a URL: relative URL without a base; write it like https://example.com/hook",
      "eventUrls.ContactDelete must be one of the events"
    ]
    "#);
    let many: Vec<String> = (0..51).map(|at| format!("https://a.example/{at}")).collect();
    let refused = post(&app, APPS, json!({"name": "x".repeat(101), "redirectUris": many})).await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "name must be shorter than or equal to 100 characters",
      "redirectUris must contain no more than 50 elements"
    ]
    "#);
    let refused = post(&app, APPS, json!({"name": "x", "events": ["*"]})).await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "webhookUrl should not be empty, since there are events without a URL of their own"
    ]
    "#);
    for bad in [
        json!({"name": "x", "scopes": 1}),
        json!({"name": "x", "scopes": [1]}),
        json!({"name": "x", "eventUrls": []}),
    ] {
        post(&app, APPS, bad).await.expect(422);
    }
    assert_eq!(get(&app, APPS).await.json(), json!({"apps": []}), "nothing came of it");
}

#[tokio::test]
async fn all_events_can_be_wanted() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "Curious", "webhookUrl": "https://a.example/", "events": ["*", "ContactCreate"],
        "eventUrls": {"NoteCreate": "https://a.example/notes"},
    });
    let (_, made) = made(&app, body).await;
    assert_eq!(made["app"]["events"], json!(["*"]));
    assert_eq!(made["app"]["eventUrls"], json!({"NoteCreate": "https://a.example/notes"}));
}

#[tokio::test]
async fn only_the_agencys_own_credentials_with_the_scope_may() {
    let app = TestApp::start().await;
    let (path, _) = made(&app, partner()).await;
    let refused = app.get(APPS).send().await.expect(403).json();
    assert_eq!(refused["message"], "Forbidden resource", "a location's token");
    get(&app, &path).await.expect(200);
    for token in [&app.other.token, &app.other.key] {
        assert_eq!(app.get(APPS).token(token).send().await.expect(200).json(), json!({"apps": []}));
        let refused = app.get(&path).token(token).send().await.expect(404).json();
        assert!(refused["message"].as_str().unwrap().starts_with("There is no app with id"), "{refused}");
        app.delete(&path).token(token).send().await.expect(404);
        app.put(&path).token(token).json(&json!({"name": "Mine"})).send().await.expect(404);
        app.post(&format!("{path}/secrets")).token(token).send().await.expect(404);
        app.post(&format!("{path}/versions")).token(token).send().await.expect(404);
    }
    assert_eq!(get(&app, &path).await.json()["app"]["name"], "Partner");
}
