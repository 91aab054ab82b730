//! Contacts, notes, tasks and campaigns.

use serde_json::{Value, json};

use super::{Stage, id, shown};
use crate::api::users;

/// A contact's whole life.
pub async fn contact(stage: &mut Stage) -> Vec<Value> {
    let user = users::add(&stage.app, json!({})).await;
    let field = json!({"name": "Size", "dataType": "TEXT", "model": "contact"});
    let fields = format!("/locations/{}/customFields", stage.here());
    let field = stage.app.post(&fields).json(&field).send().await.expect(201).json();
    stage.delivered().await;
    let whole = json!({
        "firstName": "Zoë", "lastName": "Doe", "email": "zoe@example.com", "phone": "+1 202-555-0143",
        "companyName": "Acme", "address1": "1 Main St", "city": "Springfield", "state": "IL", "country": "US",
        "postalCode": "62701", "website": "https://acme.example", "timezone": "America/Chicago",
        "source": "Website Form", "dateOfBirth": "1990-05-17", "assignedTo": user, "tags": ["lead"],
        "customFields": [{"id": id(&field, "/customField/id"), "field_value": "XL"}],
    });
    let made = stage.app.post("/contacts/").json(&whole).send().await.expect(201).json();
    let mut bodies = stage.delivered().await;
    let path = format!("/contacts/{}", id(&made, "/contact/id"));
    let change =
        json!({"dnd": true, "dndSettings": {"SMS": {"status": "active", "message": "STOP", "code": "101"}}});
    stage.app.put(&path).json(&change).send().await.expect(200);
    bodies.extend(stage.delivered().await);
    stage.app.delete(&path).send().await.expect(200);
    bodies.extend(stage.delivered().await);
    bodies
}

/// A note's, a task's and a place in a campaign's.
pub async fn neighbours(stage: &mut Stage) -> Vec<Value> {
    let user = users::add(&stage.app, json!({"email": "colleague@example.com"})).await;
    let contact = crate::api::contacts::make(&stage.app, json!({"firstName": "Ada"})).await;
    stage.delivered().await;
    let app = &stage.app;
    let notes = format!("/contacts/{contact}/notes");
    let note = app.post(&notes).json(&json!({"body": "Likes tea"})).send().await.expect(201).json();
    let note = format!("{notes}/{}", id(&note, "/note/id"));
    app.put(&note).json(&json!({"body": "Likes coffee"})).send().await.expect(200);
    app.delete(&note).send().await.expect(200);
    let tasks = format!("/contacts/{contact}/tasks");
    let task = json!({"title": "Call", "body": "About tea", "dueDate": "2026-02-01T09:00:00Z", "completed": false,
        "assignedTo": user});
    let task = app.post(&tasks).json(&task).send().await.expect(201).json();
    let task = format!("{tasks}/{}", id(&task, "/task/id"));
    app.put(&format!("{task}/completed")).json(&json!({"completed": true})).send().await.expect(200);
    app.delete(&task).send().await.expect(200);
    let campaign = json!({"name": "Welcome", "status": "published"});
    let campaign = app.post("/leadhold/v1/campaigns").json(&campaign).send().await.expect(201).json();
    let place = format!("/contacts/{contact}/campaigns/{}", id(&campaign, "/campaign/id"));
    app.post(&place).send().await.expect(201);
    stage.delivered().await
}

#[tokio::test]
async fn a_contacts_events_show_all_of_it_with_the_guides_key() {
    let bodies = contact(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "ContactCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "name": "Zoë Doe",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dnd": false,
        "tags": [
          "lead"
        ],
        "attachments": [],
        "customFields": [
          {
            "id": "[id]",
            "value": "XL"
          }
        ],
        "firstName": "Zoë",
        "lastName": "Doe",
        "email": "zoe@example.com",
        "phone": "+12025550143",
        "companyName": "Acme",
        "address1": "1 Main St",
        "city": "Springfield",
        "state": "IL",
        "country": "US",
        "postalCode": "62701",
        "website": "https://acme.example",
        "timezone": "America/Chicago",
        "source": "Website Form",
        "assignedTo": "[id]",
        "dateOfBirth": "1990-05-17T00:00:00.000Z"
      },
      {
        "type": "ContactTagUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "name": "Zoë Doe",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dnd": false,
        "tags": [
          "lead"
        ],
        "attachments": [],
        "customFields": [
          {
            "id": "[id]",
            "value": "XL"
          }
        ],
        "firstName": "Zoë",
        "lastName": "Doe",
        "email": "zoe@example.com",
        "phone": "+12025550143",
        "companyName": "Acme",
        "address1": "1 Main St",
        "city": "Springfield",
        "state": "IL",
        "country": "US",
        "postalCode": "62701",
        "website": "https://acme.example",
        "timezone": "America/Chicago",
        "source": "Website Form",
        "assignedTo": "[id]",
        "dateOfBirth": "1990-05-17T00:00:00.000Z"
      },
      {
        "type": "ContactDndUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "name": "Zoë Doe",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dnd": true,
        "tags": [
          "lead"
        ],
        "attachments": [],
        "customFields": [
          {
            "id": "[id]",
            "value": "XL"
          }
        ],
        "firstName": "Zoë",
        "lastName": "Doe",
        "email": "zoe@example.com",
        "phone": "+12025550143",
        "companyName": "Acme",
        "address1": "1 Main St",
        "city": "Springfield",
        "state": "IL",
        "country": "US",
        "postalCode": "62701",
        "website": "https://acme.example",
        "timezone": "America/Chicago",
        "source": "Website Form",
        "assignedTo": "[id]",
        "dateOfBirth": "1990-05-17T00:00:00.000Z",
        "dndSettings": {
          "SMS": {
            "status": "active",
            "message": "STOP",
            "code": "101"
          }
        }
      },
      {
        "type": "ContactUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "name": "Zoë Doe",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dnd": true,
        "tags": [
          "lead"
        ],
        "attachments": [],
        "customFields": [
          {
            "id": "[id]",
            "value": "XL"
          }
        ],
        "firstName": "Zoë",
        "lastName": "Doe",
        "email": "zoe@example.com",
        "phone": "+12025550143",
        "companyName": "Acme",
        "address1": "1 Main St",
        "city": "Springfield",
        "state": "IL",
        "country": "US",
        "postalCode": "62701",
        "website": "https://acme.example",
        "timezone": "America/Chicago",
        "source": "Website Form",
        "assignedTo": "[id]",
        "dateOfBirth": "1990-05-17T00:00:00.000Z"
      },
      {
        "type": "ContactDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "name": "Zoë Doe",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dnd": true,
        "tags": [
          "lead"
        ],
        "attachments": [],
        "customFields": [
          {
            "id": "[id]",
            "value": "XL"
          }
        ],
        "firstName": "Zoë",
        "lastName": "Doe",
        "email": "zoe@example.com",
        "phone": "+12025550143",
        "companyName": "Acme",
        "address1": "1 Main St",
        "city": "Springfield",
        "state": "IL",
        "country": "US",
        "postalCode": "62701",
        "website": "https://acme.example",
        "timezone": "America/Chicago",
        "source": "Website Form",
        "assignedTo": "[id]",
        "dateOfBirth": "1990-05-17T00:00:00.000Z"
      }
    ]
    "#);
}

#[tokio::test]
async fn notes_tasks_and_campaigns_are_announced_with_their_contact() {
    let bodies = neighbours(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "CampaignStatusUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "contactId": "[id]",
        "status": "active",
        "templateId": "[id]",
        "replied": "",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "NoteCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "body": "Likes tea",
        "contactId": "[id]",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "NoteDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "body": "Likes coffee",
        "contactId": "[id]",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "NoteUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "body": "Likes coffee",
        "contactId": "[id]",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "TaskComplete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "title": "Call",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dueDate": "2026-02-01T09:00:00.000Z",
        "contactId": "[id]",
        "body": "About tea",
        "assignedTo": "[id]"
      },
      {
        "type": "TaskCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "title": "Call",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dueDate": "2026-02-01T09:00:00.000Z",
        "contactId": "[id]",
        "body": "About tea",
        "assignedTo": "[id]"
      },
      {
        "type": "TaskDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "title": "Call",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dueDate": "2026-02-01T09:00:00.000Z",
        "contactId": "[id]",
        "body": "About tea",
        "assignedTo": "[id]"
      }
    ]
    "#);
}
