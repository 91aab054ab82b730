//! `GET /workflows/` as documented, and `GET /leadhold/v1/workflows`.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{WORKFLOWS, made, published, waiting};

#[tokio::test]
async fn the_documented_list_has_the_documented_keys() {
    let app = TestApp::start().await;
    made(&app, &waiting()).await;
    app.clock.advance(1000);
    made(&app, &published(waiting())).await;
    let location = app.agency.location.location_id();
    let list =
        app.get(&format!("/workflows/?locationId={location}")).version("2021-07-28").send().await.expect(200);
    insta::assert_json_snapshot!(list.json(), { ".workflows[].id" => "[uuid]", ".workflows[].locationId" => "[location]" }, @r#"
    {
      "workflows": [
        {
          "id": "[uuid]",
          "name": "Patience",
          "status": "draft",
          "version": 1,
          "createdAt": "2026-01-15T10:00:00.000Z",
          "updatedAt": "2026-01-15T10:00:00.000Z",
          "locationId": "[location]"
        },
        {
          "id": "[uuid]",
          "name": "Patience",
          "status": "published",
          "version": 1,
          "createdAt": "2026-01-15T10:00:01.000Z",
          "updatedAt": "2026-01-15T10:00:01.000Z",
          "locationId": "[location]"
        }
      ]
    }
    "#);
    let v3 = app.get(&format!("/workflows?locationId={location}")).version("v3").send().await.expect(200);
    assert_eq!(v3.json(), list.json());
}

#[tokio::test]
async fn it_asks_for_the_callers_own_location() {
    let app = TestApp::start().await;
    made(&app, &waiting()).await;
    let other = app.agency.second.location_id();
    let refused = app.get(&format!("/workflows/?locationId={other}")).send().await.expect(403);
    assert_eq!(refused.json()["message"], "The token does not have access to this location.");
    app.get("/workflows/").send().await.expect(403);
    let empty =
        app.get(&format!("/workflows/?locationId={other}")).token(&app.agency.second_token).send().await;
    assert_eq!(empty.expect(200).json(), json!({"workflows": []}));
}

#[tokio::test]
async fn our_own_list_takes_the_tokens_location() {
    let app = TestApp::start().await;
    let made = made(&app, &waiting()).await;
    let list = app.get(WORKFLOWS).send().await.expect(200).json();
    assert_eq!(list["workflows"].as_array().map(Vec::len), Some(1));
    let Value::Object(summary) = &list["workflows"][0] else { panic!("{list}") };
    assert!(summary.iter().all(|(key, value)| made[key] == *value));
}
