//! `POST /oauth/token` with `grant_type=refresh_token`: one use, a moment of grace, and the end of a family.

use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{claims, install, one_location, partner, redacted, refresh, text};

const GRACE: i64 = 30_000;
const YEAR: i64 = 365 * 86_400_000;

#[tokio::test]
async fn each_refresh_gives_a_new_pair_for_a_year() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let mut token = install(&app, &partner, one_location(&app)).await;
    for _ in 0..5 {
        app.clock.advance(YEAR - 1);
        let next = refresh(&app, &partner, text(&token, "refresh_token")).await.expect(200).json();
        assert_ne!(next["refresh_token"], token["refresh_token"]);
        assert_ne!(next["refreshTokenId"], token["refreshTokenId"]);
        for name in ["scope", "userType", "companyId", "locationId", "userId"] {
            assert_eq!(next[name], token[name], "{name}");
        }
        app.get("/contacts/?limit=1").token(text(&next, "access_token")).send().await.expect(200);
        token = next;
    }
    app.clock.advance(YEAR);
    let late = refresh(&app, &partner, text(&token, "refresh_token")).await.expect(400).json();
    assert_eq!(late["error"], "invalid_grant");
}

#[tokio::test]
async fn clients_that_race_get_the_same_pair_for_half_a_minute() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let first = install(&app, &partner, one_location(&app)).await;
    let winner = refresh(&app, &partner, text(&first, "refresh_token")).await.expect(200).json();
    app.clock.advance(GRACE);
    let loser = refresh(&app, &partner, text(&first, "refresh_token")).await.expect(200).json();
    for name in ["access_token", "refresh_token", "refreshTokenId"] {
        assert_eq!(loser[name], winner[name], "{name}");
    }
    assert_eq!(loser["expires_in"], json!(86_399 - 30), "what is left of it");
    assert_eq!(claims(text(&loser, "access_token"))["exp"], claims(text(&winner, "access_token"))["exp"]);
}

#[tokio::test]
async fn a_copy_that_shows_up_later_ends_the_family_and_is_written_down() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let first = install(&app, &partner, one_location(&app)).await;
    let second = refresh(&app, &partner, text(&first, "refresh_token")).await.expect(200).json();
    app.clock.advance(GRACE + 1);
    let replay = refresh(&app, &partner, text(&first, "refresh_token")).await.expect(400).json();
    assert_eq!(
        replay,
        json!({
            "error": "invalid_grant", "error_description": "Invalid grant: refresh token is invalid",
            "statusCode": 400, "message": "Invalid grant: refresh token is invalid",
        })
    );
    app.get("/contacts/?limit=1").token(text(&second, "access_token")).send().await.expect(401);
    refresh(&app, &partner, text(&second, "refresh_token")).await.expect(400);

    let audit = app.get("/leadhold/v1/audit").token(&app.agency.token).send().await.expect(200).json();
    insta::assert_json_snapshot!(redacted(&audit), @r#"
    {
      "entries": [
        {
          "seq": 2,
          "at": "2026-01-15T10:00:30.001Z",
          "action": "oauth.grant.revoked",
          "actor": "",
          "subject": "[subject]",
          "detail": "a used refresh token was shown again"
        },
        {
          "seq": 1,
          "at": "2026-01-15T10:00:00.000Z",
          "action": "app.created",
          "actor": "",
          "subject": "[subject]",
          "detail": ""
        }
      ]
    }
    "#);
    let others = app.get("/leadhold/v1/audit").token(&app.other.token).send().await.expect(200).json();
    assert_eq!(others, json!({ "entries": [] }));
}

#[tokio::test]
async fn fifty_at_once_get_one_usable_pair() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let first = install(&app, &partner, one_location(&app)).await;
    let calls = (0..50).map(|_| refresh(&app, &partner, text(&first, "refresh_token")));
    let answers = futures_util::future::join_all(calls).await;
    let bodies: Vec<_> = answers.into_iter().map(|answer| answer.expect(200).json()).collect();
    for body in &bodies {
        assert_eq!(body["refresh_token"], bodies[0]["refresh_token"], "one family");
        assert_eq!(body["access_token"], bodies[0]["access_token"]);
    }
    app.get("/contacts/?limit=1").token(text(&bodies[49], "access_token")).send().await.expect(200);
    refresh(&app, &partner, text(&bodies[49], "refresh_token")).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    app.get("/contacts/?limit=1").token(text(&token, "refresh_token")).send().await.expect(401);
    refresh(&app, &partner, text(&token, "access_token")).await.expect(400);
}
