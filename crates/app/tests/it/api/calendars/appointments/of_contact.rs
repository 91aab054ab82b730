//! `GET /contacts/{contactId}/appointments`, and what becomes of them with their contact

use serde_json::json;

use crate::api::calendars::{Desk, shown};
use crate::api::contacts::make;

#[tokio::test]
async fn a_contacts_appointments_are_in_the_locations_time_which_they_do_not_say() {
    let desk = Desk::open().await;
    let path = format!("/contacts/{}/appointments", desk.contact);
    assert_eq!(desk.app.get(&path).send().await.expect(200).json(), json!({"events": []}));
    desk.book("2026-01-20T10:00:00-06:00", json!({"title": "Second"})).await;
    desk.book("2026-01-19T15:00:00-06:00", json!({"title": "First"})).await;
    for version in ["2021-07-28", "v3"] {
        let all = desk.app.get(&path).version(version).send().await.expect(200).json();
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(shown(&all), @r#"
            {
              "events": [
                {
                  "id": "[id]",
                  "address": "",
                  "title": "First",
                  "calendarId": "[id]",
                  "locationId": "[id]",
                  "contactId": "[id]",
                  "groupId": "",
                  "appointmentStatus": "confirmed",
                  "assignedUserId": "[id]",
                  "users": [
                    "[id]"
                  ],
                  "notes": "",
                  "description": "",
                  "isRecurring": false,
                  "startTime": "2026-01-19 15:00:00",
                  "endTime": "2026-01-19 15:30:00",
                  "dateAdded": "2026-01-15 04:00:00",
                  "dateUpdated": "2026-01-15 04:00:00",
                  "assignedResources": [],
                  "createdBy": {
                    "source": "api"
                  }
                },
                {
                  "id": "[id]",
                  "address": "",
                  "title": "Second",
                  "calendarId": "[id]",
                  "locationId": "[id]",
                  "contactId": "[id]",
                  "groupId": "",
                  "appointmentStatus": "confirmed",
                  "assignedUserId": "[id]",
                  "users": [
                    "[id]"
                  ],
                  "notes": "",
                  "description": "",
                  "isRecurring": false,
                  "startTime": "2026-01-20 10:00:00",
                  "endTime": "2026-01-20 10:30:00",
                  "dateAdded": "2026-01-15 04:00:00",
                  "dateUpdated": "2026-01-15 04:00:00",
                  "assignedResources": [],
                  "createdBy": {
                    "source": "api"
                  }
                }
              ]
            }
            "#);
        }
    }
    desk.app.get("/contacts/aaaaaaaaaaaaaaaaaaaa/appointments").send().await.expect(400);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.get(&path).token(token).send().await.expect(403);
    }
}

#[tokio::test]
async fn they_go_with_their_contact_in_silence() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-20T10:00:00-06:00", json!({})).await;
    desk.app.delete(&format!("/contacts/{}", desk.contact)).send().await.expect(200);
    assert_eq!(desk.app.new_event_kinds().await, ["ContactDelete"]);
    let path = format!("/calendars/events/appointments/{}", made["id"].as_str().expect("an id"));
    desk.app.get(&path).send().await.expect(400);
}

#[tokio::test]
async fn they_move_with_a_merge() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-20T10:00:00-06:00", json!({})).await;
    let stays = make(&desk.app, json!({"firstName": "Augusta"})).await;
    desk.app.new_events().await;
    let merge = json!({"contactIds": [desk.contact]});
    let path = format!("/leadhold/v1/contacts/{stays}/merge");
    let done = desk.app.post(&path).json(&merge).send().await.expect(200).json();
    assert_eq!(done["moved"]["appointments"], 1);
    assert!(desk.app.new_event_kinds().await.contains(&"AppointmentUpdate".to_owned()));
    let all = desk.app.get(&format!("/contacts/{stays}/appointments")).send().await.expect(200).json();
    assert_eq!((&all["events"][0]["id"], &all["events"][0]["contactId"]), (&made["id"], &json!(stays)));
}
