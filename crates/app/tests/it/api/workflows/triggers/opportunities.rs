//! `opportunity_created`, `opportunity_changed`, `opportunity_status_changed`, `pipeline_stage_updated`

use serde_json::json;

use super::{runs, said, says, trigger};
use crate::api::opportunities::Board;

#[tokio::test]
async fn a_deal_that_came_into_being() {
    let board = Board::start().await;
    let says_it = "{{contact.first_name}}: {{opportunity.name}} {{opportunity.lead_value}} in \
                   {{opportunity.pipeline_name}}/{{opportunity.stage_name}}";
    let all = says(&board.app, trigger("opportunity_created", &[]), says_it).await;
    let large =
        trigger("opportunity_created", &["opportunity.lead_value greater_than 100", "contact.tags is vip"]);
    let large = says(&board.app, large, says_it).await;
    board.make(json!({"monetaryValue": 20, "status": "won"})).await;
    let deal =
        board.make(json!({"name": "Loom", "monetaryValue": 200, "pipelineStageId": board.stage(1)})).await;
    let loom = "Ada: Loom 200 in Sales/Proposal Sent";
    assert_eq!(said(&board.app, &all).await, ["Ada: Engine 20 in Sales/New", loom]);
    assert_eq!(said(&board.app, &large).await, [loom]);
    let run = &runs(&board.app, &large).await[0];
    assert_eq!(run["triggerData"]["id"], json!(deal));
}

#[tokio::test]
async fn a_deal_that_changed_says_in_what() {
    let board = Board::start().await;
    let on = async |kind: &str, filters: &[&str]| {
        says(&board.app, trigger(kind, filters), "{{opportunity.status}} {{opportunity.stage_name}}").await
    };
    let changed = on("opportunity_changed", &[]).await;
    let revalued = on("opportunity_changed", &["opportunity.monetary_value has_changed"]).await;
    let decided = on("opportunity_status_changed", &[]).await;
    let lost_again = on(
        "opportunity_status_changed",
        &["opportunity.status has_changed_from won", "opportunity.status has_changed_to lost"],
    );
    let lost_again = lost_again.await;
    let moved = on("pipeline_stage_updated", &[]).await;
    let closed = format!("opportunity.pipeline_stage_id has_changed_to {}", board.stage(2));
    let closed = on("pipeline_stage_changed", &[&closed, "opportunity.pipeline_name is Sales"]).await;
    let deal = board.make(json!({})).await;
    assert_eq!(said(&board.app, &changed).await.len(), 0, "to be made is no change");
    for body in [
        json!({"monetaryValue": 9}),
        json!({"status": "won"}),
        json!({"status": "lost"}),
        json!({"pipelineStageId": board.stage(1)}),
        json!({"pipelineStageId": board.stage(2)}),
        json!({"status": "lost"}),
    ] {
        board.change(&deal, body).await;
        board.app.run_until_idle().await;
    }
    let (nine, won, lost) = ("open New", "won New", "lost New");
    let (proposed, end) = ("lost Proposal Sent", "lost Closed");
    assert_eq!(said(&board.app, &changed).await, [end, lost, proposed, nine, won]);
    assert_eq!(said(&board.app, &revalued).await, [nine]);
    assert_eq!(said(&board.app, &decided).await, [lost, won]);
    assert_eq!(said(&board.app, &lost_again).await, [lost]);
    assert_eq!(said(&board.app, &moved).await, [end, proposed]);
    assert_eq!(said(&board.app, &closed).await, [end]);
    board.app.delete(&format!("/opportunities/{deal}")).send().await.expect(200);
    assert_eq!(said(&board.app, &changed).await.len(), 5, "to be gone is no change");
}
