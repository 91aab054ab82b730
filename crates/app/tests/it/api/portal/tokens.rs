//! `/developer/tokens`

use super::*;

const TOKENS: &str = "/developer/tokens";

/// Makes a token through the form: the secret, and the page.
async fn made(app: &TestApp, who: &SignedIn, owner: &str, scopes: &str) -> (String, String) {
    let form = [("action", "create"), ("name", "Zapier"), ("owner", owner), ("scopes", scopes)];
    let page = text(&send(app, who, TOKENS, &form).await.expect(201));
    let shown = between(&page, "shown this once", "</div>");
    (between(&shown, "<pre>", "</pre>"), page)
}

/// The path of the token with this secret.
fn path(page: &str, secret: &str) -> String {
    let row = page.split("<tr>").find(|row| row.contains(&format!("<code>{}…", &secret[..8])));
    let row = row.unwrap_or_else(|| panic!("no token like {secret}"));
    format!("{TOKENS}/{}", between(row, "href=\"/developer/tokens/", "\""))
}

#[tokio::test]
async fn a_token_is_made_for_a_location_and_for_the_agency() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let here = app.agency.location.location_id().to_string();
    let blank = text(&see(&app, &who, TOKENS).await.expect(200));
    assert!(blank.contains("First Location (location)") && !blank.contains("Other Agency"));
    let (secret, page) = made(&app, &who, &here, "contacts.readonly").await;
    assert!(secret.starts_with("pit-") && page.contains("First Location") && page.contains(&secret[..8]));
    app.get("/contacts/").token(&secret).send().await.expect(200);
    assert!(!text(&see(&app, &who, TOKENS).await).contains(&secret));
    let (key, page) = made(&app, &who, "agency-key", "apps.readonly").await;
    assert!(key.starts_with("agk-") && page.contains("the agency (key)"));
    app.get("/leadhold/v1/apps").token(&key).send().await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let before = app.database.content().await;
    let answer = send(&app, &who, TOKENS, &[("action", "create"), ("owner", "agency")]).await.expect(422);
    insta::assert_snapshot!(faults(&answer).join("\n"), @"
    Give the token a name, such as the program that uses it.
    Choose at least one scope: without any, the token can do nothing.
    ");
    let theirs = app.other.location.location_id().to_string();
    for owner in [theirs.as_str(), "", "nothing"] {
        let form = [("action", "create"), ("name", "x"), ("owner", owner), ("scopes", "contacts.readonly")];
        let answer = send(&app, &who, TOKENS, &form).await.expect(422);
        assert_eq!(faults(&answer), ["Choose whose token it is."]);
        assert!(text(&answer).contains("value=\"contacts.readonly\" checked"), "what was ticked is kept");
    }
    send(&app, &who, TOKENS, &[("action", "nothing")]).await.expect(400);
    send(&app, &who, TOKENS, &[("action", "revoke"), ("token", "nothing")]).await.expect(404);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_token_is_edited_rotated_and_revoked() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let here = app.agency.location.location_id().to_string();
    let (old, page) = made(&app, &who, &here, "contacts.readonly").await;
    let path = path(&page, &old);
    let id = path.trim_start_matches("/developer/tokens/").to_owned();
    assert!(text(&see(&app, &who, &path).await.expect(200)).contains("value=\"contacts.readonly\" checked"));
    let refused = send(&app, &who, &path, &[("name", "Reports")]).await.expect(422);
    assert_eq!(faults(&refused), ["Choose at least one scope: without any, the token can do nothing."]);
    let saved = send(&app, &who, &path, &[("name", "Reports"), ("scopes", "opportunities.readonly")])
        .await
        .expect(303);
    assert!(text(&see(&app, &who, saved.header("location")).await).contains("Reports"));
    app.get("/contacts/").token(&old).send().await.expect(401);

    let form = [("action", "rotate"), ("token", id.as_str()), ("expire", "in7days")];
    let page = text(&send(&app, &who, TOKENS, &form).await.expect(201));
    assert!(page.contains("ends 2026-01-22 10:00"));
    app.get("/opportunities/pipelines").token(&old).send().await.expect(200);
    let revoked = send(&app, &who, TOKENS, &[("action", "revoke"), ("token", &id)]).await.expect(303);
    assert_eq!(revoked.header("location"), "/developer/tokens?done=revoke");
    app.get("/opportunities/pipelines").token(&old).send().await.expect(401);
    see(&app, &who, &path).await.expect(404);
}

#[tokio::test]
async fn another_agencys_token_is_not_there() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (secret, page) = made(&app, &who, "agency", "users.readonly").await;
    let path = path(&page, &secret);
    let id = path.trim_start_matches("/developer/tokens/").to_owned();
    let stranger = app.person(&app.other, Type::Agency, Role::Admin, &[]).await;
    let stranger = app.sign_in(&stranger).await;
    see(&app, &stranger, &path).await.expect(404);
    send(&app, &stranger, &path, &[("name", "Mine"), ("scopes", "users.write")]).await.expect(404);
    for action in ["rotate", "revoke"] {
        send(&app, &stranger, TOKENS, &[("action", action), ("token", &id)]).await.expect(404);
    }
    see(&app, &who, &path).await.expect(200);
}
