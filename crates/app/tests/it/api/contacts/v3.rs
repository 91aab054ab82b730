//! What `Version: v3` spells otherwise.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::field;

#[tokio::test]
async fn keys_and_flags_are_v3s() {
    let app = TestApp::start().await;
    let colour = field(&app, "Colour", "TEXT", json!({})).await;
    let body = json!({
        "locationId": app.agency.location.location_id(), "firstName": "A", "dateOfBirth": "1990-09-25",
        "dndSettings": {"sms": {"status": "active"}, "whatsApp": {"status": "inactive"}},
        "customFields": [{"id": colour, "fieldValue": "red"}],
    });
    let made = app.post("/contacts/").version("v3").json(&body).send().await.expect(201).json();
    let id = made["contact"]["id"].as_str().unwrap().to_owned();
    insta::assert_json_snapshot!(made["contact"], {
        ".id" => "[contact]", ".locationId" => "[location]", ".**.sourceId" => "[token]", ".customFields[0].id" => "[field]",
    }, @r#"
    {
      "id": "[contact]",
      "name": "A",
      "contactName": "A",
      "locationId": "[location]",
      "firstName": "A",
      "firstNameLowerCase": "a",
      "fullNameLowerCase": "a",
      "type": "lead",
      "dnd": false,
      "dndSettings": {
        "sms": {
          "status": "active"
        },
        "whatsApp": {
          "status": "inactive"
        }
      },
      "inboundDndSettings": {},
      "tags": [],
      "customFields": [
        {
          "id": "[field]",
          "key": "contact.colour",
          "value": "red"
        }
      ],
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
      },
      "dateOfBirth": "1990-09-25"
    }
    "#);
    let path = format!("/contacts/{id}");
    let read = app.get(&path).version("v3").send().await.expect(200).json();
    assert_eq!(read["contact"], made["contact"]);
    let v2 = app.get(&path).send().await.expect(200).json();
    assert_eq!(
        v2["contact"]["dndSettings"],
        json!({"SMS": {"status": "active"}, "WhatsApp": {"status": "inactive"}})
    );

    let changed =
        app.put(&path).version("v3").json(&json!({"firstName": "B"})).send().await.expect(200).json();
    assert_eq!((&changed["succeeded"], changed.get("succeded")), (&json!(true), None));
    let removed = app.delete(&path).version("v3").send().await.expect(200).json();
    assert_eq!(removed, json!({"succeeded": true, "succeded": true}));
}

#[tokio::test]
async fn the_old_list_is_gone() {
    let app = TestApp::start().await;
    app.get("/contacts/").version("v3").send().await.expect(400);
}
