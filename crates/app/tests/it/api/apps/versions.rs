//! `/leadhold/v1/apps/{appId}/versions`

use super::*;

fn redacted(mut value: Value) -> Value {
    if let Some(versions) = value["versions"].as_array_mut() {
        versions.iter_mut().for_each(|version| version["id"] = json!("[version]"));
    }
    value
}

#[tokio::test]
async fn a_draft_is_edited_and_published_and_every_install_moves_to_it() {
    let app = TestApp::start().await;
    let (path, first) = made(&app, partner()).await;
    install(&app, &first, Place::Location(app.agency.location.clone())).await;
    install(&app, &first, Place::Company(app.other.company.clone())).await;
    app.new_events().await;
    let versions = format!("{path}/versions");

    let draft = post(&app, &versions, json!({})).await.expect(201).json();
    assert_eq!(draft["version"]["scopes"], first["app"]["scopes"], "begins as what is live");
    let id = text(&draft["version"], "id");
    let wider = json!({"scopes": ["contacts.readonly", "opportunities.readonly"]});
    let edited = put(&app, &format!("{versions}/{id}"), wider.clone()).await.expect(200).json();
    assert_eq!(edited["version"]["scopes"], wider["scopes"]);
    assert_eq!(get(&app, &path).await.json()["app"]["scopes"], first["app"]["scopes"], "nobody sees it yet");
    assert!(app.new_events().await.is_empty());

    app.clock.advance(1000);
    let live = post(&app, &format!("{versions}/{id}/publish"), json!({})).await.expect(200).json();
    assert_eq!((&live["version"]["state"], &live["version"]["id"]), (&json!("live"), &json!(id)));
    let now = get(&app, &path).await.json();
    assert_eq!((&now["app"]["versionId"], &now["app"]["scopes"]), (&json!(id), &wider["scopes"]));
    insta::assert_json_snapshot!(redacted(get(&app, &versions).await.expect(200).json()), @r#"
    {
      "versions": [
        {
          "id": "[version]",
          "number": 2,
          "state": "live",
          "scopes": [
            "contacts.readonly",
            "opportunities.readonly"
          ],
          "createdAt": "2026-01-15T10:00:00.000Z",
          "publishedAt": "2026-01-15T10:00:01.000Z"
        },
        {
          "id": "[version]",
          "number": 1,
          "state": "retired",
          "scopes": [
            "contacts.readonly",
            "contacts.write"
          ],
          "createdAt": "2026-01-15T10:00:00.000Z",
          "publishedAt": "2026-01-15T10:00:00.000Z"
        }
      ]
    }
    "#);
    let events = app.new_events().await;
    assert_eq!(events.len(), 2);
    for (kind, _, payload) in events {
        assert_eq!((kind.as_str(), &payload["versionId"]), ("AppUpdate", &json!(id)));
    }
}

#[tokio::test]
async fn what_is_live_or_retired_does_not_change() {
    let app = TestApp::start().await;
    let (path, made) = made(&app, partner()).await;
    let versions = format!("{path}/versions");
    let live = format!("{versions}/{}", text(&made["app"], "versionId"));
    let refused = put(&app, &live, json!({"scopes": []})).await.expect(409).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "Scopes can be changed only in a draft, and version 1 is live. POST …/versions begins a new draft.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    post(&app, &format!("{live}/publish"), json!({})).await.expect(409);
    remove(&app, &live).await.expect(409);

    let draft = post(&app, &versions, json!({"scopes": ["contacts.readonly"]})).await.expect(201).json();
    let refused = post(&app, &versions, json!({})).await.expect(409).json();
    assert!(text(&refused, "message").starts_with("Version 2 is a draft already"), "{refused}");
    let draft = format!("{versions}/{}", text(&draft["version"], "id"));
    for bad in
        [json!({}), json!({"scopes": null}), json!({"scopes": ["apps.write"]}), json!({"scopes": ["x"]})]
    {
        put(&app, &draft, bad).await.expect(422);
    }
    post(&app, &versions, json!({"scopes": ["tokens.write"]})).await.expect(422);
    remove(&app, &draft).await.expect(200);
    remove(&app, &draft).await.expect(404);
    let all = get(&app, &versions).await.json();
    assert_eq!(all["versions"].as_array().unwrap().len(), 1);
    assert_eq!(get(&app, &path).await.json()["app"], made["app"]);
    for missing in ["/versions/nothing/publish", "/versions/nothing"] {
        let method = if missing.ends_with("publish") { Method::POST } else { Method::DELETE };
        call(&app, method, &format!("{path}{missing}"), None).await.expect(404);
    }
}
