//! `POST /opportunities/upsert`

use serde_json::json;

use super::Board;

#[tokio::test]
async fn an_upsert_makes_one_and_then_changes_it() {
    let board = Board::start().await;
    let body = json!({"pipelineId": board.pipeline.id, "contactId": board.contact, "monetaryValue": 1});
    let made = board.app.post("/opportunities/upsert").json(&body).send().await.expect(200).json();
    assert_eq!((&made["new"], &made["opportunity"]["name"]), (&json!(true), &json!("Ada Lovelace")));
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityCreate", "OpportunityUpdate"]);
    let body = json!({
        "pipelineId": board.pipeline.id, "contactId": board.contact, "monetaryValue": 2, "name": "Engine",
        "followers": ["u1"], "isRemoveAllFollowers": false, "followersActionType": "add",
    });
    let changed = board.app.post("/opportunities/upsert").json(&body).send().await.expect(200).json();
    assert_eq!((&changed["new"], &changed["opportunity"]["id"]), (&json!(false), &made["opportunity"]["id"]));
    assert_eq!(
        (&changed["opportunity"]["name"], &changed["opportunity"]["followers"]),
        (&json!("Engine"), &json!(["u1"]))
    );
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityMonetaryValueUpdate"]);
    let body = json!({"id": made["opportunity"]["id"], "status": "lost", "isRemoveAllFollowers": true});
    let changed = board.app.post("/opportunities/upsert").json(&body).send().await.expect(200).json();
    assert_eq!(
        (&changed["opportunity"]["status"], &changed["opportunity"]["followers"]),
        (&json!("lost"), &json!([]))
    );
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityStatusUpdate"]);
}

#[tokio::test]
async fn an_upsert_prefers_the_open_one() {
    let board = Board::start().await;
    board.make(json!({"status": "won"})).await;
    let open = board.make(json!({})).await;
    board.make(json!({"status": "lost"})).await;
    let body = json!({"pipelineId": board.pipeline.id, "contactId": board.contact, "monetaryValue": 1});
    let changed = board.app.post("/opportunities/upsert").json(&body).send().await.expect(200).json();
    assert_eq!(changed["opportunity"]["id"], json!(open));
}

#[tokio::test]
async fn an_upsert_has_to_say_what_is_meant() {
    let board = Board::start().await;
    let before = board.app.database.content().await;
    let refused =
        board.app.post("/opportunities/upsert").json(&json!({"foo": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "pipelineId must be a string",
      "pipelineId should not be empty",
      "contactId should not be empty"
    ]
    "#);
    let unknown = json!({"id": "aaaaaaaaaaaaaaaaaaaa", "pipelineId": board.pipeline.id});
    board.app.post("/opportunities/upsert").json(&unknown).send().await.expect(400);
    assert_eq!(board.app.database.content().await, before);
}
