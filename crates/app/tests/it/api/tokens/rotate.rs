//! `POST /leadhold/v1/tokens/{tokenId}/rotate`

use super::*;

const DAY: i64 = 86_400_000;

async fn status(app: &TestApp, secret: &str) -> u16 {
    app.get("/contacts/").token(secret).send().await.status.as_u16()
}

#[tokio::test]
async fn the_old_token_lives_for_seven_more_days() {
    let app = TestApp::start().await;
    let (id, old) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}/rotate");
    let rotated = post(&app, &app.agency.token, &path, json!({})).await.expect(201).json();
    insta::assert_json_snapshot!(rotated, {
        ".token.id" => "[token]", ".token.hint" => "[hint]", ".token.companyId" => "[company]",
        ".token.locationId" => "[location]", ".secret" => "[secret]", ".replaced.id" => "[old token]",
    }, @r#"
    {
      "token": {
        "id": "[token]",
        "kind": "private",
        "name": "narrow",
        "hint": "[hint]",
        "companyId": "[company]",
        "locationId": "[location]",
        "scopes": [
          "contacts.readonly"
        ],
        "createdAt": "2026-01-15T10:00:00.000Z",
        "expiresAt": null,
        "lastUsedAt": null
      },
      "secret": "[secret]",
      "replaced": {
        "id": "[old token]",
        "expiresAt": "2026-01-22T10:00:00.000Z"
      }
    }
    "#);
    let new = text(&rotated, "secret");
    assert_eq!((status(&app, &old).await, status(&app, new).await), (200, 200));
    app.clock.advance(6 * DAY);
    // Rotating once more does not keep the old one alive.
    let again = post(&app, &app.agency.token, &path, json!({"expire": "in7days"})).await.expect(201).json();
    assert_eq!(again["replaced"], rotated["replaced"]);
    app.clock.advance(DAY);
    assert_eq!((status(&app, &old).await, status(&app, new).await), (401, 200));
    post(&app, &app.agency.token, &path, json!({})).await.expect(404);
}

#[tokio::test]
async fn the_old_token_ends_at_once_when_asked() {
    let app = TestApp::start().await;
    let (id, old) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}/rotate");
    let refused =
        post(&app, &app.agency.token, &path, json!({"expire": "soon", "overlap": 1})).await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "property overlap should not exist",
      "expire must be one of the following values: now, in7days"
    ]
    "#);
    assert_eq!(status(&app, &old).await, 200);
    let rotated = post(&app, &app.agency.token, &path, json!({"expire": "now"})).await.expect(201).json();
    assert_eq!((status(&app, &old).await, status(&app, text(&rotated, "secret")).await), (401, 200));
}

#[tokio::test]
async fn who_has_less_cannot_take_over_a_token() {
    let app = TestApp::start().await;
    let (_, narrow) = token(&app, agency(&app), "tokens.write contacts.readonly").await;
    let (id, secret) = token(&app, here(&app), "contacts.readonly contacts.write").await;
    post(&app, &narrow, &format!("{TOKENS}/{id}/rotate"), json!({})).await.expect(403);
    app.clock.advance(8 * DAY);
    assert_eq!(status(&app, &secret).await, 200, "and nothing has changed");
}
