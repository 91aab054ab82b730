//! Custom fields of opportunities.

use serde_json::{Value, json};

use super::Board;

async fn field(board: &Board, name: &str, data_type: &str) -> String {
    let body = json!({"name": name, "dataType": data_type, "model": "opportunity"});
    let path = format!("/locations/{}/customFields", board.app.agency.location.location_id());
    let answer = board.app.post(&path).json(&body).send().await.expect(201);
    answer.json()["customField"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn values_are_written_in_every_spelling_and_read_with_id_and_key() {
    let board = Board::start().await;
    let (size, due) = (field(&board, "Size", "NUMERICAL").await, field(&board, "Due", "DATE").await);
    let note = field(&board, "Note", "TEXT").await;
    let writes = json!([
        {"id": size, "field_value": "12"}, {"key": "opportunity.due", "fieldValue": "02/28/2026"},
        {"key": "note", "value": "n"}, {"id": "unknown", "field_value": 1},
    ]);
    let id = board.make(json!({ "customFields": writes })).await;
    let values = board.shown(&id).await["customFields"].clone();
    let value = |id: &str, key: &str, value: Value| json!({"id": id, "key": key, "fieldValue": value, "value": value});
    assert_eq!(
        values,
        json!([
            value(&size, "opportunity.size", json!(12)),
            value(&due, "opportunity.due", json!("2026-02-28")),
            value(&note, "opportunity.note", json!("n")),
        ])
    );
    let changed = board.change(&id, json!({"customFields": [{"id": note, "field_value": ""}]})).await;
    assert_eq!(changed["customFields"].as_array().unwrap().len(), 2);
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate"]);
    let wrong =
        json!({"customFields": [{"id": size, "field_value": "many"}, {"key": "due", "fieldValue": "x"}]});
    let refused = board.app.put(&format!("/opportunities/{id}")).json(&wrong).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "customFields.0.field_value must be a number conforming to the specified constraints",
      "customFields.1.fieldValue must be a valid date string: YYYY-MM-DD or MM/DD/YYYY"
    ]
    "#);
}

#[tokio::test]
async fn a_removed_field_takes_its_values_along() {
    let board = Board::start().await;
    let (size, note) = (field(&board, "Size", "NUMERICAL").await, field(&board, "Note", "TEXT").await);
    let writes = json!([{"id": size, "field_value": 12}, {"id": note, "field_value": "n"}]);
    let id = board.make(json!({ "customFields": writes })).await;
    let path = format!("/locations/{}/customFields/{size}", board.app.agency.location.location_id());
    board.app.delete(&path).send().await.expect(200);
    let left = board.shown(&id).await["customFields"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (1, &json!(note)));
    assert_eq!(board.app.database.content().await["opportunity_field_values"].len(), 1);
    assert!(board.app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_contacts_field_is_not_an_opportunitys() {
    let board = Board::start().await;
    let other = crate::api::contacts::field(&board.app, "Size", "TEXT", json!({})).await;
    let id = board.make(json!({"customFields": [{"id": other, "field_value": "x"}]})).await;
    assert_eq!(board.shown(&id).await["customFields"], json!([]));
}
