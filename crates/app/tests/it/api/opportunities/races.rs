//! Many requests at once. On SQLite they meet in one writer; on PostgreSQL in sixteen sessions.

use serde_json::json;
use tokio::task::JoinSet;

use super::Board;
use crate::api::contacts::unlimited;

const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_creations_for_one_contact_one_succeeds() {
    let board = Board::of(unlimited().await).await;
    let mut calls = JoinSet::new();
    for _ in 0..AT_ONCE {
        calls.spawn(board.app.post("/opportunities/").json(&board.body(json!({}))).send());
    }
    let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 400].contains(status)), "{statuses:?}");
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityCreate", "OpportunityUpdate"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_upserts_for_one_contact_one_creates() {
    let board = Board::of(unlimited().await).await;
    let mut calls = JoinSet::new();
    for number in 0..AT_ONCE {
        let body = json!({"pipelineId": board.pipeline.id, "contactId": board.contact, "name": format!("N{number}")});
        calls.spawn(board.app.post("/opportunities/upsert").json(&body).send());
    }
    let answers: Vec<_> =
        calls.join_all().await.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert_eq!(answers.iter().filter(|answer| answer["new"] == true).count(), 1);
    assert_eq!(board.app.database.content().await["opportunities"].len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_opportunity_comes_to_a_stage_that_goes() {
    let board = Board::of(unlimited().await).await;
    let id = board.make(json!({})).await;
    let mut calls = JoinSet::new();
    let left = json!({"stages": [{"id": board.stage(0)}, {"id": board.stage(1)}]});
    let path = format!("/opportunities/pipelines/{}", board.pipeline.id);
    calls.spawn(board.app.put(&path).json(&left).send());
    for at in 0..AT_ONCE {
        let stage = json!({"pipelineStageId": board.stage(if at % 2 == 0 { 2 } else { 1 })});
        calls.spawn(board.app.put(&format!("/opportunities/{id}")).json(&stage).send());
    }
    for answer in calls.join_all().await {
        assert!([200, 400].contains(&answer.status.as_u16()), "{answer:?}");
    }
    let stands = board.shown(&id).await["pipelineStageId"].clone();
    let pipelines = board.app.get("/opportunities/pipelines").send().await.expect(200).json();
    let stages = pipelines["pipelines"][0]["stages"].as_array().unwrap().clone();
    assert!(stages.iter().any(|stage| stage["id"] == stands), "{stands} in {stages:?}");
}
