//! `POST /oauth/revoke` (RFC 7009).

use leadhold_app::oauth::apps::Distribution;
use leadhold_store::params;
use leadhold_testkit::TestApp;

use super::{install, one_location, partner, refresh, secret, text};

leadhold_store::statements! {
    DELETE_APP across tenants "a test's app" = "update apps set deleted_at = 0 where id = $1";
}

#[tokio::test]
async fn a_refresh_token_takes_its_family_with_it_and_an_access_token_goes_alone() {
    let app = TestApp::start().await;
    let (mine, other) = (partner(&app, Distribution::Both).await, partner(&app, Distribution::Both).await);
    let token = install(&app, &mine, one_location(&app)).await;
    let revoke = async |client: &str, secret: &str, token: &str| {
        let form = [("client_id", client), ("client_secret", secret), ("token", token)];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        app.post("/oauth/revoke")
            .token("")
            .body("application/x-www-form-urlencoded", body)
            .send()
            .await
            .status
            .as_u16()
    };
    let reads = async |bearer: &str| app.get("/contacts/?limit=1").token(bearer).send().await.status.as_u16();
    let (access, kept) = (text(&token, "access_token"), text(&token, "refresh_token"));

    assert_eq!(revoke(&other.client_id, secret(&other), kept).await, 200, "which says nothing about it");
    assert_eq!(revoke(&mine.client_id, "wrong", kept).await, 401);
    assert_eq!(revoke(&mine.client_id, secret(&mine), "unknown").await, 200);
    assert_eq!(reads(access).await, 200, "nothing of this touched it");

    let next = refresh(&app, &mine, kept).await.expect(200).json();
    assert_eq!(revoke(&mine.client_id, secret(&mine), access).await, 200);
    assert_eq!((reads(access).await, reads(text(&next, "access_token")).await), (401, 200));

    assert_eq!(revoke(&mine.client_id, secret(&mine), text(&next, "refresh_token")).await, 200);
    assert_eq!(reads(text(&next, "access_token")).await, 401);
    refresh(&app, &mine, text(&next, "refresh_token")).await.expect(400);
}

/// An app may be deleted while one of its codes is exchanged: the install that follows is not among those that end with it.
#[tokio::test]
async fn a_deleted_apps_tokens_work_nowhere_even_where_an_install_is_left() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let id = partner.app_id.clone();
    app.write(move |tx, _| Ok(tx.exec(DELETE_APP, params![&id]).map(drop)?)).await;
    app.get("/contacts/?limit=1").token(text(&token, "access_token")).send().await.expect(401);
}
