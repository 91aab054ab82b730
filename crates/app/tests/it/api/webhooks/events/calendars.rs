//! Appointments.

use serde_json::{Value, json};

use super::{Stage, id, shown};
use crate::api::{calendars, contacts, users};

/// An appointment's whole life.
pub async fn appointment(stage: &mut Stage) -> Vec<Value> {
    let user = users::add(&stage.app, json!({"email": "host@example.com"})).await;
    let contact = contacts::make(&stage.app, json!({"firstName": "Ada", "lastName": "Lovelace"})).await;
    let group = json!({"name": "Sales", "description": "", "slug": "sales"});
    let group = stage.app.post("/calendars/groups").json(&group).send().await.expect(201).json();
    let more = json!({"calendarType": "round_robin", "teamMembers": [{"userId": user}],
        "groupId": group["group"]["id"]});
    let calendar = calendars::calendar(&stage.app, more).await;
    stage.delivered().await;
    let new = json!({
        "calendarId": calendar, "contactId": contact, "locationId": stage.here(), "title": "Discovery call",
        "startTime": "2026-01-20T10:00:00-06:00", "address": "1 Main St", "description": "Bring the drawings",
    });
    let made = stage.app.post("/calendars/events/appointments").json(&new).send().await.expect(200).json();
    let mut bodies = stage.delivered().await;
    let id = id(&made, "/id");
    let change = json!({"appointmentStatus": "cancelled"});
    let path = format!("/calendars/events/appointments/{id}");
    stage.app.put(&path).json(&change).send().await.expect(200);
    bodies.extend(stage.delivered().await);
    stage.app.delete(&format!("/calendars/events/{id}")).json(&json!({})).send().await.expect(201);
    bodies.extend(stage.delivered().await);
    bodies
}

#[tokio::test]
async fn an_appointments_events_have_the_documented_keys_and_the_guides() {
    let bodies = appointment(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "AppointmentBooked",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "appointment": {
          "id": "[id]",
          "address": "1 Main St",
          "title": "Discovery call",
          "calendarId": "[id]",
          "contactId": "[id]",
          "groupId": "[id]",
          "appointmentStatus": "confirmed",
          "assignedUserId": "[id]",
          "users": [
            "[id]"
          ],
          "notes": "Bring the drawings",
          "source": "api",
          "startTime": "2026-01-20T10:00:00-06:00",
          "endTime": "2026-01-20T10:30:00-06:00",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z"
        },
        "appointmentId": "[id]",
        "contactId": "[id]",
        "calendarId": "[id]",
        "startTime": "2026-01-20T10:00:00-06:00",
        "endTime": "2026-01-20T10:30:00-06:00",
        "title": "Discovery call"
      },
      {
        "type": "AppointmentCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "appointment": {
          "id": "[id]",
          "address": "1 Main St",
          "title": "Discovery call",
          "calendarId": "[id]",
          "contactId": "[id]",
          "groupId": "[id]",
          "appointmentStatus": "confirmed",
          "assignedUserId": "[id]",
          "users": [
            "[id]"
          ],
          "notes": "Bring the drawings",
          "source": "api",
          "startTime": "2026-01-20T10:00:00-06:00",
          "endTime": "2026-01-20T10:30:00-06:00",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z"
        }
      },
      {
        "type": "AppointmentUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "appointment": {
          "id": "[id]",
          "address": "1 Main St",
          "title": "Discovery call",
          "calendarId": "[id]",
          "contactId": "[id]",
          "groupId": "[id]",
          "appointmentStatus": "cancelled",
          "assignedUserId": "[id]",
          "users": [
            "[id]"
          ],
          "notes": "Bring the drawings",
          "source": "api",
          "startTime": "2026-01-20T10:00:00-06:00",
          "endTime": "2026-01-20T10:30:00-06:00",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z"
        }
      },
      {
        "type": "AppointmentDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "appointment": {
          "id": "[id]",
          "address": "1 Main St",
          "title": "Discovery call",
          "calendarId": "[id]",
          "contactId": "[id]",
          "groupId": "[id]",
          "appointmentStatus": "cancelled",
          "assignedUserId": "[id]",
          "users": [
            "[id]"
          ],
          "notes": "Bring the drawings",
          "source": "api",
          "startTime": "2026-01-20T10:00:00-06:00",
          "endTime": "2026-01-20T10:30:00-06:00",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z"
        }
      }
    ]
    "#);
}
