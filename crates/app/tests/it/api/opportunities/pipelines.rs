//! `GET /opportunities/pipelines`.

use leadhold_app::opportunities::{NewPipeline, create_pipeline};
use leadhold_kernel::Error;
use leadhold_testkit::TestApp;
use serde_json::json;

const PIPELINES: &str = "/opportunities/pipelines";

fn sales() -> NewPipeline {
    NewPipeline { name: " Sales ".into(), stages: vec!["New".into(), "Proposal Sent".into()] }
}

#[tokio::test]
async fn pipelines_are_listed_with_their_stages_in_order() {
    let app = TestApp::start().await;
    let here = app.agency.location.clone();
    let made = app.write(move |tx, cx| create_pipeline(tx, cx, &here, &sales())).await;
    let location = app.agency.location.location_id().as_str();
    let expected = json!({"pipelines": [{
        "id": made.id.as_str(),
        "name": "Sales",
        "stages": [
            {"id": made.stages[0].id, "name": "New", "position": 0, "showInFunnel": true, "showInPieChart": true},
            {"id": made.stages[1].id, "name": "Proposal Sent", "position": 1, "showInFunnel": true, "showInPieChart": true},
        ],
        "showInFunnel": true,
        "showInPieChart": true,
        "locationId": location,
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
    }]});
    assert_eq!(app.get(PIPELINES).send().await.expect(200).json(), expected);
    let asked = app.get(&format!("{PIPELINES}?locationId={location}")).version("v3");
    assert_eq!(asked.send().await.expect(200).json(), expected);
}

#[tokio::test]
async fn another_location_sees_none_and_may_not_ask() {
    let app = TestApp::start().await;
    let here = app.agency.location.clone();
    app.write(move |tx, cx| create_pipeline(tx, cx, &here, &sales())).await;
    let second = app.get(PIPELINES).token(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(second, json!({"pipelines": []}));
    let location = app.agency.location.location_id();
    let foreign = app.get(&format!("{PIPELINES}?locationId={location}")).token(&app.other.location_token);
    foreign.send().await.expect(403);
}

#[tokio::test]
async fn a_pipeline_without_a_name_or_stages_is_refused_with_every_fault() {
    let app = TestApp::start().await;
    let here = app.agency.location.clone();
    let faults = app
        .write(move |tx, cx| {
            let empty = NewPipeline { name: " ".into(), stages: vec![] };
            let unnamed = NewPipeline { name: "x".into(), stages: vec!["a".into(), "".into()] };
            let refused = |new| create_pipeline(tx, cx, &here, &new).map_err(|error| error.client_message());
            Ok::<_, Error>([empty, unnamed].map(refused))
        })
        .await;
    assert_eq!(faults[0], Err("name should not be empty, stages must contain at least 1 elements".into()));
    assert_eq!(faults[1], Err("stages.1.name should not be empty".into()));
    assert_eq!(app.get(PIPELINES).send().await.expect(200).json(), json!({"pipelines": []}));
}
