//! The lines of one app, and what its authorization must not leave behind.

use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::TestApp;

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
    assert_eq!(paths(&found), ["/contacts/theirs"]);
    assert_eq!((&found[0]["client"], &found[0]["scope"]), (&"app_token".into(), &"contacts.readonly".into()));
    let text = app.database.log_content().await.join("\n");
    for secret in [access, tokens["refresh_token"].as_str().unwrap(), oauth::secret(&partner)] {
        assert!(!text.contains(secret), "{secret}");
    }
}
