//! `PUT /opportunities/{id}/status`

use serde_json::json;

use super::Board;

#[tokio::test]
async fn a_won_opportunity_is_announced_with_its_contact() {
    let board = Board::start().await;
    let id = board.make(json!({"monetaryValue": 5000})).await;
    board.app.clock.advance(1000);
    let path = format!("/opportunities/{id}/status");
    let done = board.app.put(&path).json(&json!({"status": "won"})).send().await.expect(200).json();
    assert_eq!(done["succeded"], json!(true));
    assert!(done.get("success").is_none());
    let won = board.shown(&id).await;
    assert_eq!((&won["status"], &won["effectiveProbability"]), (&json!("won"), &json!(100)));
    assert_eq!(won["lastStatusChangeAt"], "2026-01-15T10:00:01.000Z");
    let events = board.app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["OpportunityUpdate", "OpportunityStatusUpdate", "OpportunityWon"]);
    insta::assert_json_snapshot!(events[2].2, {
        ".**.id" => "[id]", ".**.contactId" => "[contact]", ".**.locationId" => "[location]",
        ".**.pipelineId" => "[pipeline]", ".**.pipelineStageId" => "[stage]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[id]",
      "assignedTo": null,
      "contactId": "[contact]",
      "monetaryValue": 5000,
      "name": "Engine",
      "pipelineId": "[pipeline]",
      "pipelineStageId": "[stage]",
      "source": null,
      "status": "won",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "opportunity": {
        "locationId": "[location]",
        "id": "[id]",
        "assignedTo": null,
        "contactId": "[contact]",
        "monetaryValue": 5000,
        "name": "Engine",
        "pipelineId": "[pipeline]",
        "pipelineStageId": "[stage]",
        "source": null,
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      "contact": {
        "id": "[id]",
        "name": "Ada Lovelace",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "email": "ada@b.co",
        "phone": "",
        "companyName": "",
        "tags": [
          "vip"
        ]
      }
    }
    "#);
    let again = board.app.put(&path).version("v3").json(&json!({"status": "won"})).send().await.expect(200);
    assert_eq!(again.json()["success"], json!(true));
    assert!(board.app.new_events().await.is_empty());
}

#[tokio::test]
async fn what_is_made_as_won_is_won() {
    let board = Board::start().await;
    let body = board.body(json!({"status": "won"}));
    board.app.post("/opportunities/").json(&body).send().await.expect(201);
    assert_eq!(
        board.app.new_event_kinds().await,
        ["OpportunityCreate", "OpportunityUpdate", "OpportunityWon"]
    );
}

#[tokio::test]
async fn only_what_is_lost_has_a_reason() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let reasons = board.app.get("/opportunities/lost-reason").send().await.expect(200).json();
    let reason = reasons["lostReasons"][0]["id"].clone();
    let path = format!("/opportunities/{id}/status");
    let lost = json!({"status": "lost", "lostReasonId": reason});
    board.app.put(&path).json(&lost).send().await.expect(200);
    assert_eq!(board.shown(&id).await["lostReasonId"], reason);
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityStatusUpdate"]);
    board.app.put(&path).json(&json!({"status": "open"})).send().await.expect(200);
    assert_eq!(board.shown(&id).await["lostReasonId"], json!(null));
    let before = board.app.database.content().await;
    for (body, status) in [
        (json!({}), 422),
        (json!({"status": "all"}), 422),
        (json!({"status": "won", "foo": 1}), 422),
        (json!({"status": "lost", "lostReasonId": "nothing"}), 400),
    ] {
        board.app.put(&path).json(&body).send().await.expect(status);
    }
    assert_eq!(board.app.database.content().await, before);
}
