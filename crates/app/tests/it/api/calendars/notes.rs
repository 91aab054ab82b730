//! `/calendars/appointments/{appointmentId}/notes`

use serde_json::json;

use super::{Desk, shown};

#[tokio::test]
async fn notes_are_written_read_and_removed() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let path = format!("/calendars/appointments/{}/notes", made["id"].as_str().expect("an id"));
    let body = json!({"userId": desk.user, "body": "Likes tea"});
    let note = desk.app.post(&path).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(shown(&note), @r#"
    {
      "note": {
        "id": "[id]",
        "body": "Likes tea",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "contactId": "[id]",
        "userId": "[id]",
        "createdBy": {
          "id": "[id]",
          "name": "John Deo"
        }
      }
    }
    "#);
    desk.app.clock.advance(1);
    desk.app.post(&path).json(&json!({"body": "Comes by train"})).send().await.expect(201);
    let list = async |query: &str| desk.app.get(&format!("{path}{query}")).send().await.expect(200).json();
    let first = list("?limit=1&offset=0").await;
    assert_eq!((&first["notes"][0]["body"], &first["hasMore"]), (&json!("Comes by train"), &json!(true)));
    let second = list("?limit=20&offset=1").await;
    assert_eq!((&second["notes"][0]["body"], &second["hasMore"]), (&json!("Likes tea"), &json!(false)));
    let own = format!("{path}/{}", note["note"]["id"].as_str().expect("an id"));
    let changed = desk.app.put(&own).json(&json!({"body": "Likes coffee"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["note"]["body"], &changed["note"]["userId"]),
        (&json!("Likes coffee"), &json!(desk.user))
    );
    assert_eq!(desk.app.delete(&own).send().await.expect(200).json(), json!({"success": true}));
    assert_eq!(list("?limit=20&offset=0").await["notes"].as_array().map(Vec::len), Some(1));
    assert!(desk.app.new_events().await.is_empty(), "the catalogue has no event for these notes");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let desk = Desk::open().await;
    let made = desk.book("2026-01-19T10:00:00-06:00", json!({})).await;
    let path = format!("/calendars/appointments/{}/notes", made["id"].as_str().expect("an id"));
    let before = desk.app.database.content().await;
    let mut said = Vec::new();
    for (body, status) in [
        (json!({}), 422),
        (json!({"body": "x".repeat(5001), "userId": 1, "title": "t"}), 422),
        (json!({"body": "x", "userId": "aaaaaaaaaaaaaaaaaaaa"}), 400),
    ] {
        said.push(desk.app.post(&path).json(&body).send().await.expect(status).json()["message"].clone());
    }
    for query in ["", "?limit=21&offset=-1"] {
        said.push(desk.app.get(&format!("{path}{query}")).send().await.expect(422).json()["message"].clone());
    }
    let unknown = format!("{path}/aaaaaaaaaaaaaaaaaaaa");
    said.push(
        desk.app.put(&unknown).json(&json!({"body": "x"})).send().await.expect(400).json()["message"].clone(),
    );
    desk.app.delete(&unknown).send().await.expect(400);
    insta::assert_json_snapshot!(said, @r#"
    [
      [
        "body must be a string",
        "body should not be empty"
      ],
      [
        "property title should not exist",
        "userId must be a string",
        "body must be shorter than or equal to 5000 characters"
      ],
      "User with id aaaaaaaaaaaaaaaaaaaa not found",
      [
        "limit must be a number conforming to the specified constraints",
        "offset must be a number conforming to the specified constraints"
      ],
      [
        "limit must not be greater than 20",
        "offset must not be less than 0"
      ],
      "Note with id aaaaaaaaaaaaaaaaaaaa not found"
    ]
    "#);
    let nobodys = "/calendars/appointments/aaaaaaaaaaaaaaaaaaaa/notes";
    desk.app.post(nobodys).json(&json!({"body": "x"})).send().await.expect(400);
    for token in [&desk.app.agency.second_token, &desk.app.other.location_token] {
        desk.app.get(&path).token(token).send().await.expect(403);
        desk.app.post(&path).token(token).json(&json!({})).send().await.expect(403);
    }
    assert_eq!(desk.app.database.content().await, before);
}
