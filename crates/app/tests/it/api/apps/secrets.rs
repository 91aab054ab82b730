//! `/leadhold/v1/apps/{appId}/secrets`

use leadhold_app::oauth::apps;

use super::*;

async fn is_secret(app: &TestApp, made: &Value, presented: &str) -> bool {
    let (client, presented) = (text(&made["app"], "clientId").to_owned(), presented.to_owned());
    app.write(move |tx, _| {
        let found = apps::find_by_client_id(tx, &client)?.expect("the app");
        Ok(apps::secret_matches(tx, &found, &presented)?)
    })
    .await
}

#[tokio::test]
async fn one_secret_is_replaced_while_the_other_works() {
    let app = TestApp::start().await;
    let (path, made) = made(&app, partner()).await;
    let secrets = format!("{path}/secrets");
    let first = text(&made, "clientSecret");
    let added = post(&app, &secrets, json!({})).await.expect(201).json();
    let second = text(&added, "clientSecret");
    assert!(is_secret(&app, &made, first).await && is_secret(&app, &made, second).await);
    assert!(!is_secret(&app, &made, "").await && !is_secret(&app, &made, &first[..35]).await);

    let refused = post(&app, &secrets, json!({})).await.expect(409).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "An app can have 2 secrets at once. Remove the one that is no longer used, then make a new one.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    let listed = get(&app, &secrets).await.expect(200).json();
    let all = listed["secrets"].as_array().unwrap();
    let hints: Vec<_> = all.iter().map(|secret| text(secret, "hint")).collect();
    assert!(hints.contains(&&first[..8]) && hints.contains(&&second[..8]), "{listed}");
    assert!(!listed.to_string().contains(first));

    let old = all.iter().find(|secret| secret["id"] != added["secret"]["id"]).expect("the first");
    remove(&app, &format!("{secrets}/{}", text(old, "id"))).await.expect(200);
    assert!(!is_secret(&app, &made, first).await && is_secret(&app, &made, second).await);
    let last = format!("{secrets}/{}", text(&added["secret"], "id"));
    let refused = remove(&app, &last).await.expect(409).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "This is the app's only secret. Make another one and give it to the app, then remove this one.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    remove(&app, &format!("{secrets}/nothing")).await.expect(404);
    assert!(is_secret(&app, &made, second).await);
}

#[tokio::test]
async fn a_secret_of_another_app_is_none_of_this_one() {
    let app = TestApp::start().await;
    let (_, mine) = made(&app, partner()).await;
    let (path, other) = made(&app, partner()).await;
    assert!(!is_secret(&app, &mine, text(&other, "clientSecret")).await);
    let theirs = get(&app, &format!("{path}/secrets")).await.json();
    let theirs = text(&theirs["secrets"][0], "id").to_owned();
    remove(&app, &format!("{APPS}/{}/secrets/{theirs}", text(&mine["app"], "id"))).await.expect(404);
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    let app = TestApp::start().await;
    let (path, made) = made(&app, partner()).await;
    let note = async || {
        let (id, secret) = (text(&made["app"], "id").to_owned(), text(&made, "clientSecret").to_owned());
        let id = Id::parse(&id).expect("an id");
        app.write(move |tx, cx| Ok(apps::note_secret_use(tx, cx, &id, &secret)?)).await;
        get(&app, &format!("{path}/secrets")).await.json()["secrets"][0]["lastUsedAt"].clone()
    };
    assert_eq!(note().await, "2026-01-15T10:00:00.000Z");
    app.clock.advance(59_000);
    assert_eq!(note().await, "2026-01-15T10:00:00.000Z");
    app.clock.advance(2_000);
    assert_eq!(note().await, "2026-01-15T10:01:01.000Z");
}
