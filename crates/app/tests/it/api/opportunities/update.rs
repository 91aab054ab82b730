//! `PUT /opportunities/{id}`

use serde_json::json;

use super::Board;

#[tokio::test]
async fn each_change_is_announced_once_by_its_own_kind() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    for (body, kinds) in [
        (json!({"name": "Engine 2"}), vec![]),
        (json!({"pipelineStageId": board.stage(1)}), vec!["OpportunityStageUpdate"]),
        (json!({"monetaryValue": 7}), vec!["OpportunityMonetaryValueUpdate"]),
        (json!({"assignedTo": "u1"}), vec!["OpportunityAssignedToUpdate"]),
        (json!({"status": "abandoned"}), vec!["OpportunityStatusUpdate"]),
        (
            json!({"status": "open", "assignedTo": null, "monetaryValue": null, "pipelineStageId": board.stage(0)}),
            vec![
                "OpportunityStageUpdate",
                "OpportunityStatusUpdate",
                "OpportunityMonetaryValueUpdate",
                "OpportunityAssignedToUpdate",
            ],
        ),
    ] {
        let changed = board.change(&id, body.clone()).await;
        assert_eq!(changed, board.shown(&id).await, "{body}");
        let mut expected = vec!["OpportunityUpdate"];
        expected.extend(kinds);
        assert_eq!(board.app.new_event_kinds().await, expected, "{body}");
        board.change(&id, body.clone()).await; // changes nothing, announces nothing
        assert_eq!(board.app.new_event_kinds().await, Vec::<String>::new(), "{body}");
    }
}

#[tokio::test]
async fn a_change_of_the_stage_names_it() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    board.app.clock.advance(60_000);
    let changed = board.change(&id, json!({"pipelineStageId": board.stage(1)})).await;
    assert_eq!(changed["lastStageChangeAt"], "2026-01-15T10:01:00.000Z");
    assert_eq!(changed["lastStatusChangeAt"], "2026-01-15T10:00:00.000Z");
    assert_eq!(
        (&changed["updatedAt"], &changed["indexVersion"]),
        (&changed["lastStageChangeAt"], &json!("2"))
    );
    let events = board.app.new_events().await;
    let stage = &events[1].2;
    assert_eq!(stage["stageName"], "Proposal Sent");
    assert_eq!((&stage["opportunityId"], &stage["stageId"]), (&json!(id), &json!(board.stage(1))));
    assert_eq!(stage["pipelineStageId"], stage["stageId"]);
}

#[tokio::test]
async fn another_pipeline_means_its_first_stage() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let other = super::pipeline(&board.app, "Other", &["A", "B"]).await;
    let changed = board.change(&id, json!({"pipelineId": other.id})).await;
    assert_eq!(changed["pipelineStageId"], json!(other.stages[0].id));
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityStageUpdate"]);
    let path = format!("/opportunities/{id}");
    let foreign = json!({"pipelineStageId": board.stage(0)});
    let refused = board.app.put(&path).json(&foreign).send().await.expect(400).json();
    assert_eq!(refused["message"], "The pipeline stage id is invalid.");
}

#[tokio::test]
async fn what_an_update_does_not_know_is_refused() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let before = board.app.database.content().await;
    let body = json!({"contactId": "c", "name": "", "status": "all", "monetaryValue": 1e13});
    let refused = board.app.put(&format!("/opportunities/{id}")).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property contactId should not exist",
      "name should not be empty",
      "status must be one of the following values: open, won, lost, abandoned",
      "monetaryValue must not be greater than 1000000000000"
    ]
    "#);
    assert_eq!(board.app.database.content().await, before);
}

#[tokio::test]
async fn the_forecast_remembers_how_it_slipped() {
    let board = Board::start().await;
    let id = board.make(json!({"forecastExpectedCloseDate": "2026-05-01", "forecastProbability": 20})).await;
    let made = board.shown(&id).await;
    assert_eq!((&made["forecastProbability"], &made["effectiveProbability"]), (&json!(20), &json!(20)));
    let changed = board.change(&id, json!({"forecastExpectedCloseDate": "05/20/2026"})).await;
    insta::assert_json_snapshot!(changed, {
        ".id" => "[id]", ".contact" => "[contact]", ".contactId" => "[contact]", ".locationId" => "[location]",
        ".pipelineId" => "[pipeline]", ".pipelineStageId" => "[stage]", ".pipelineStageUId" => "[stage]",
        ".createdBy" => "[author]",
    }, @r#"
    {
      "id": "[id]",
      "name": "Engine",
      "monetaryValue": 0,
      "pipelineId": "[pipeline]",
      "pipelineStageId": "[stage]",
      "pipelineStageUId": "[stage]",
      "assignedTo": null,
      "status": "open",
      "source": null,
      "lastStatusChangeAt": "2026-01-15T10:00:00.000Z",
      "lastStageChangeAt": "2026-01-15T10:00:00.000Z",
      "lastActionDate": "2026-01-15T10:00:00.000Z",
      "indexVersion": "2",
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z",
      "contactId": "[contact]",
      "locationId": "[location]",
      "contact": "[contact]",
      "notes": [],
      "tasks": [],
      "calendarEvents": [],
      "lostReasonId": null,
      "customFields": [],
      "followers": [],
      "relations": [],
      "createdBy": "[author]",
      "forecastExpectedCloseDate": "2026-05-20",
      "forecastOriginalCloseDate": "2026-05-01",
      "forecastSlippageCount": 1,
      "forecastDaysSlipped": 19,
      "forecastLastSlippedAt": "2026-01-15T10:00:00.000Z",
      "forecastProbability": 20,
      "effectiveProbability": 20
    }
    "#);
    for (status, probability) in [("won", 100), ("lost", 0), ("abandoned", 0), ("open", 20)] {
        let changed = board.change(&id, json!({ "status": status })).await;
        assert_eq!(changed["effectiveProbability"], json!(probability), "{status}");
    }
    let changed = board.change(&id, json!({"forecastProbability": null})).await;
    assert_eq!(changed["effectiveProbability"], json!(null), "the stage says none");
}
