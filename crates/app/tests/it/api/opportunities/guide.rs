//! The integrator's guide: `title`, `stageId`, no status, no location, no version.

use serde_json::json;

use super::Board;

#[tokio::test]
async fn the_guides_creation_and_its_move_to_another_stage_work() {
    let board = Board::start().await;
    let body = json!({
        "title": "Website Redesign Project", "stageId": board.stage(0), "pipelineId": board.pipeline.id,
        "contactId": board.contact, "monetaryValue": 5000, "assignedTo": "user_id_here",
    });
    let made = board.app.post("/opportunities/").json(&body).send().await.expect(201).json();
    let opportunity = &made["opportunity"];
    assert_eq!(
        (&opportunity["name"], &opportunity["status"]),
        (&json!("Website Redesign Project"), &json!("open"))
    );
    assert_eq!(opportunity["locationId"], json!(board.app.agency.location.location_id()));
    let id = opportunity["id"].as_str().unwrap();
    let moved = board.change(id, json!({"stageId": board.stage(1)})).await;
    assert_eq!(moved["pipelineStageId"], json!(board.stage(1)));
    let dashboard = board.app.get("/opportunities?limit=100").send().await.expect(200).json();
    assert_eq!(dashboard["meta"]["total"], 1);
    assert_eq!(dashboard["opportunities"][0]["monetaryValue"], 5000);
}
