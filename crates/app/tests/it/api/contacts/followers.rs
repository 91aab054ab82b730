//! `POST` and `DELETE /contacts/{contactId}/followers`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{make, shown};

async fn user(app: &TestApp) -> String {
    app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await.id.to_string()
}

/// How many contacts a search by a follower finds.
async fn following(app: &TestApp, user: &str) -> Value {
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": "followers", "operator": "eq", "value": user}]});
    app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"].clone()
}

#[tokio::test]
async fn users_follow_once_and_are_found_by_it() {
    let app = TestApp::start().await;
    let (one, two) = (user(&app).await, user(&app).await);
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let path = format!("/contacts/{id}/followers");
    let answer = app.post(&path).json(&json!({"followers": [one, two, one]})).send().await.expect(201).json();
    assert_eq!((&answer["followers"], &answer["followersAdded"]), (&json!([one, two]), &json!([one, two])));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate"]);
    assert_eq!(shown(&app, &id).await["followers"], json!([one, two]));
    assert_eq!((following(&app, &one).await, following(&app, &two).await), (json!(1), json!(1)));

    let again =
        app.post(&path).version("v3").json(&json!({"followers": [two]})).send().await.expect(201).json();
    assert_eq!((&again["followers"], &again["followersAdded"]), (&json!([one, two]), &json!([])));
    assert!(app.new_events().await.is_empty());

    app.put(&format!("/contacts/{id}"))
        .json(&json!({"dnd": true, "dndSettings": {"SMS": {"status": "active"}}}))
        .send()
        .await
        .expect(200);
    app.new_events().await;
    let answer =
        app.delete(&path).json(&json!({"followers": [one, "nobody"]})).send().await.expect(200).json();
    assert_eq!((&answer["followers"], &answer["followersRemoved"]), (&json!([two]), &json!([one])));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate"]);
    assert_eq!((following(&app, &one).await, following(&app, &two).await), (json!(0), json!(1)));
    app.delete(&path).json(&json!({"followers": [one]})).send().await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn faults_and_strangers_change_nothing() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    let elsewhere = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.second]).await.id;
    let known = user(&app).await;
    app.new_events().await;
    let path = format!("/contacts/{id}/followers");
    let answer = app.post(&path).json(&json!({"follower": known})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property follower should not exist",
      "followers must be an array"
    ]
    "#);
    let unknown = app.post(&path).json(&json!({"followers": [known, "aaaaaaaaaaaaaaaaaaaa"]})).send().await;
    assert_eq!(unknown.expect(400).json()["message"], "User with id aaaaaaaaaaaaaaaaaaaa not found");
    app.post(&path).json(&json!({"followers": [known, elsewhere]})).send().await.expect(403);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path).token(token).json(&json!({"x": 1})).send().await.expect(403);
        app.delete(&path).token(token).json(&json!({"followers": [known]})).send().await.expect(403);
    }
    app.post("/contacts/aaaaaaaaaaaaaaaaaaaa/followers")
        .json(&json!({"followers": [known]}))
        .send()
        .await
        .expect(400);
    assert!(app.new_events().await.is_empty());
    assert_eq!(shown(&app, &id).await["followers"], json!([]));
}
