//! The lines of one app, and what its authorization must not leave behind.

use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{lines, paths};
use crate::api::oauth;

#[tokio::test]
async fn an_apps_lines_are_found_by_its_client_id_and_hold_none_of_its_tokens() {
    let app = TestApp::start().await;
    let partner = oauth::partner(&app, Distribution::Both).await;
    let tokens = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    let access = tokens["access_token"].as_str().unwrap();
    app.get("/contacts/theirs").token(access).send().await.expect(400);
    app.get("/contacts/mine").send().await.expect(400);
    let found = lines(&app, &app.agency.key, &format!("appId={}", partner.client_id)).await;
    assert_eq!(paths(&found), ["/contacts/theirs", "/oauth/token"]);
    assert_eq!((&found[0]["client"], &found[0]["scope"]), (&"app_token".into(), &"contacts.readonly".into()));
    let text = app.database.log_content().await.join("\n");
    for secret in [access, tokens["refresh_token"].as_str().unwrap(), oauth::secret(&partner)] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn its_developers_see_what_became_of_its_exchanges() {
    let app = TestApp::start().await;
    let partner = oauth::partner(&app, Distribution::Both).await;
    let code = oauth::code(&app, &partner, oauth::one_location(&app)).await;
    oauth::exchange(&app, &partner, "0000000000000000000000000000000000000000").await.expect(400);
    oauth::exchange(&app, &partner, &code).await.expect(200);
    let wrong = [
        ("grant_type", "authorization_code"),
        ("client_id", &partner.client_id),
        ("client_secret", "00000000-0000-4000-8000-000000000000"),
        ("code", &code),
    ];
    oauth::token(&app, &wrong).await.expect(401);
    let asked = format!("appId={}", partner.client_id);
    let found = lines(&app, &app.agency.key, &asked).await;
    let seen: Vec<_> = found.iter().map(|line| (&line["path"], &line["status"], &line["client"])).collect();
    let path = json!("/oauth/token");
    let of = json!("app");
    assert_eq!(
        seen,
        [(&path, &json!(200), &of), (&path, &json!(400), &of)],
        "who proves nothing writes nothing"
    );
    assert_eq!(lines(&app, &app.other.key, &asked).await, Vec::<serde_json::Value>::new());
}
