//! `GET`, `PUT` and `DELETE /leadhold/v1/tokens/{tokenId}`

use super::*;

#[tokio::test]
async fn a_token_gets_other_scopes_and_stays_the_same_token() {
    let app = TestApp::start().await;
    let (id, secret) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}");
    app.get("/opportunities/pipelines").token(&secret).send().await.expect(401);
    let body = json!({"name": "Reports", "scopes": ["opportunities.readonly"]});
    let edited = app.put(&path).token(&app.agency.token).json(&body).send().await.expect(200).json();
    assert_eq!((&edited["token"]["name"], &edited["token"]["scopes"]), (&body["name"], &body["scopes"]));
    app.get("/opportunities/pipelines").token(&secret).send().await.expect(200);
    app.get("/contacts/").token(&secret).send().await.expect(401);
    let read = app.get(&path).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(read, edited);
    let same = app.put(&path).token(&app.agency.token).json(&json!({})).send().await.expect(200).json();
    assert_eq!(same, edited);
    for bad in
        [json!({"name": null}), json!({"scopes": []}), json!({"scopes": "x"}), json!({"kind": "private"})]
    {
        app.put(&path).token(&app.agency.token).json(&bad).send().await.expect(422);
    }
}

#[tokio::test]
async fn who_has_less_cannot_widen_a_token_and_can_rename_it() {
    let app = TestApp::start().await;
    let (_, narrow) = token(&app, agency(&app), "tokens.write contacts.readonly").await;
    let (id, _) = token(&app, here(&app), "contacts.readonly contacts.write").await;
    let path = format!("{TOKENS}/{id}");
    let put = async |body: Value| app.put(&path).token(&narrow).json(&body).send().await;
    put(json!({"name": "Renamed"})).await.expect(200);
    put(json!({"scopes": "contacts.readonly contacts.write"})).await.expect(200); // what it has already
    put(json!({"scopes": "contacts.write"})).await.expect(403);
    put(json!({"scopes": "contacts.readonly users.write"})).await.expect(403);
    let narrowed = put(json!({"scopes": "contacts.readonly"})).await.expect(200).json();
    assert_eq!(narrowed["token"]["scopes"], json!(["contacts.readonly"]));
    put(json!({"scopes": "contacts.readonly contacts.write"})).await.expect(403);
}

#[tokio::test]
async fn a_revoked_token_has_ended() {
    let app = TestApp::start().await;
    let (id, secret) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}");
    let done = app.delete(&path).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(done, json!({"succeeded": true}));
    app.get("/contacts/").token(&secret).send().await.expect(401);
    app.delete(&path).token(&app.agency.token).send().await.expect(404);
    app.put(&path).token(&app.agency.token).json(&json!({"name": "x"})).send().await.expect(404);
    post(&app, &app.agency.token, &format!("{path}/rotate"), json!({})).await.expect(404);
    app.get(&path).token(&app.agency.token).send().await.expect(200);
}

#[tokio::test]
async fn a_location_reaches_its_own_tokens_alone() {
    let app = TestApp::start().await;
    let (theirs, _) = token(&app, Owner::Location(app.agency.second.clone()), "contacts.readonly").await;
    let (agencys, _) = token(&app, agency(&app), "contacts.readonly").await;
    for id in [theirs, agencys, "nothing".to_owned()] {
        let path = format!("{TOKENS}/{id}");
        let refused = app.get(&path).send().await.expect(404).json();
        assert_eq!(refused["message"], format!("There is no working token with id {id} here."));
        app.put(&path).json(&json!({"name": "mine"})).send().await.expect(404);
        app.delete(&path).send().await.expect(404);
        app.post(&format!("{path}/rotate")).send().await.expect(404);
    }
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let (id, _) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}");
    app.put(&path).json(&json!({"name": "x"})).send().await.expect(200);
    app.post(&format!("{path}/rotate")).send().await.expect(201);
    app.delete(&path).send().await.expect(200);
    let log = app.get("/leadhold/v1/audit").token(&app.agency.token).send().await.expect(200).json();
    let lines: Vec<_> =
        log["entries"].as_array().unwrap().iter().filter(|line| line["subject"] == id).collect();
    let actions: Vec<_> = lines.iter().map(|line| text(line, "action")).collect();
    assert_eq!(actions, ["token.revoked", "token.rotated", "token.changed"]);
    assert_eq!(lines[0]["actor"], json!(id_of(&app, &app.agency.location_token).await));
}
