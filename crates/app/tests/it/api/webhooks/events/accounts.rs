//! Locations and users.

use serde_json::{Value, json};

use super::{Stage, id, shown};
use crate::api::{locations, users};

/// A location is opened and renamed.
pub async fn location(stage: &mut Stage) -> Vec<Value> {
    let owner = json!({"firstName": "John", "lastName": "Doe", "email": "shoes@example.com"});
    let body = locations::body(&stage.app, json!({"prospectInfo": owner}));
    stage.app.post("/locations/").token(&stage.app.agency.token).json(&body).send().await.expect(200);
    let change = locations::body(&stage.app, json!({"name": "Renamed", "prospectInfo": owner}));
    let path = locations::path(&stage.app);
    stage.app.put(&path).token(&stage.app.agency.token).json(&change).send().await.expect(200);
    stage.delivered().await
}

/// A location's user comes, changes and goes.
pub async fn user(stage: &mut Stage) -> Vec<Value> {
    let new = json!({"email": "jo@example.com", "phone": "+12025550145", "scopes": ["contacts.write"], "scopesAssignedToOnly": []});
    let user = format!("/users/{}", users::add(&stage.app, new).await);
    stage
        .app
        .put(&user)
        .token(&stage.app.agency.token)
        .json(&json!({"firstName": "Jo"}))
        .send()
        .await
        .expect(200);
    stage.app.delete(&user).token(&stage.app.agency.token).send().await.expect(200);
    stage.delivered().await
}

/// Without the 38 switches.
fn without_switches(mut bodies: Vec<Value>) -> Value {
    for body in &mut bodies {
        assert_eq!(body["permissions"].as_object().map(serde_json::Map::len), Some(38));
        body["permissions"] = json!("[38 switches]");
    }
    shown(&json!(bodies))
}

#[tokio::test]
async fn an_agency_hears_of_new_locations_and_a_location_of_its_own_change() {
    let bodies = location(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "LocationCreate",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "name": "Mark Shoes",
        "email": "shoes@example.com"
      },
      {
        "type": "LocationUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "name": "Renamed",
        "email": "shoes@example.com"
      }
    ]
    "#);
}

#[tokio::test]
async fn people_of_a_location_are_announced_there() {
    let bodies = user(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(without_switches(bodies), @r#"
    [
      {
        "type": "UserCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "firstName": "John",
        "lastName": "Deo",
        "email": "jo@example.com",
        "role": "user",
        "permissions": "[38 switches]",
        "phone": "+12025550145",
        "scopes": [
          "contacts.write"
        ]
      },
      {
        "type": "UserDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "firstName": "Jo",
        "lastName": "Deo",
        "email": "jo@example.com",
        "role": "user",
        "permissions": "[38 switches]",
        "phone": "+12025550145",
        "scopes": [
          "contacts.write"
        ]
      },
      {
        "type": "UserUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "firstName": "Jo",
        "lastName": "Deo",
        "email": "jo@example.com",
        "role": "user",
        "permissions": "[38 switches]",
        "phone": "+12025550145",
        "scopes": [
          "contacts.write"
        ]
      }
    ]
    "#);
}

#[tokio::test]
async fn people_of_the_agency_are_announced_at_the_agency() {
    let mut stage = Stage::set().await;
    let user = users::add_agency_user(&stage.app, "boss@example.com").await;
    let bodies = stage.delivered().await;
    assert_eq!(id(&bodies[0], "/id"), user);
    insta::assert_json_snapshot!(without_switches(bodies), @r#"
    [
      {
        "type": "UserCreate",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "firstName": "John",
        "lastName": "Deo",
        "email": "boss@example.com",
        "role": "admin",
        "permissions": "[38 switches]",
        "locations": []
      }
    ]
    "#);
}
