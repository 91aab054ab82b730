//! `GET /contacts/{contactId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{make, shown};

#[tokio::test]
async fn only_what_is_known_is_shown() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"email": "A@b.co"})).await;
    insta::assert_json_snapshot!(shown(&app, &id).await, {
        ".id" => "[contact]", ".locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "id": "[contact]",
      "name": "",
      "contactName": "",
      "locationId": "[location]",
      "fullNameLowerCase": "",
      "email": "A@b.co",
      "emailLowerCase": "a@b.co",
      "type": "lead",
      "dnd": false,
      "dndSettings": {},
      "inboundDndSettings": {},
      "tags": [],
      "customFields": [],
      "additionalEmails": [],
      "additionalPhones": [],
      "followers": [],
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dateUpdated": "2026-01-15T10:00:00.000Z",
      "createdBy": {
        "source": "INTEGRATION",
        "channel": "OAUTH",
        "sourceId": "[token]",
        "timestamp": "2026-01-15T10:00:00.000Z"
      },
      "lastUpdatedBy": {
        "source": "INTEGRATION",
        "channel": "OAUTH",
        "sourceId": "[token]",
        "timestamp": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
}

#[tokio::test]
async fn an_unknown_contact_is_a_400() {
    let app = TestApp::start().await;
    for id in ["ocQHyuzHvysMo5N5VsXc", "not-an-id", "a%20b%2Fc"] {
        let answer = app.get(&format!("/contacts/{id}")).send().await.expect(400);
        assert!(answer.json()["message"].as_str().unwrap().starts_with("Contact with id "), "{id}");
    }
    let answer = app.get("/contacts/ocQHyuzHvysMo5N5VsXc").send().await.expect(400);
    insta::assert_json_snapshot!(answer.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "Contact with id ocQHyuzHvysMo5N5VsXc not found",
      "error": "Bad Request",
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn a_contact_of_another_location_is_forbidden() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"email": "a@b.co"})).await;
    for token in [&app.agency.second_token, &app.other.location_token] {
        let answer = app.get(&format!("/contacts/{id}")).token(token).send().await.expect(403);
        assert_eq!(answer.json()["message"], "The token does not have access to this location.");
    }
}
