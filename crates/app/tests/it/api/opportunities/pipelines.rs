//! `/opportunities/pipelines`

use leadhold_app::opportunities::pipelines::{PipelineFields, create};
use leadhold_kernel::Error;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{Board, pipeline};

const PIPELINES: &str = "/opportunities/pipelines";

#[tokio::test]
async fn pipelines_are_listed_with_their_stages_in_order() {
    let app = TestApp::start().await;
    let made = pipeline(&app, " Sales ", &["New", "Proposal Sent"]).await;
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
        "colorRenderMode": "none",
        "useOpportunityProbability": true,
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
    }]});
    assert_eq!(app.get(PIPELINES).send().await.expect(200).json(), expected);
    let asked = app.get(&format!("{PIPELINES}?locationId={location}")).version("v3");
    assert_eq!(asked.send().await.expect(200).json(), expected);
    let one = app.get(&format!("{PIPELINES}/{}", made.id)).send().await.expect(200).json();
    assert_eq!(one["pipeline"], expected["pipelines"][0]);
}

#[tokio::test]
async fn another_location_sees_none_and_may_not_ask() {
    let app = TestApp::start().await;
    let made = pipeline(&app, "Sales", &["New"]).await;
    let second = app.get(PIPELINES).token(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(second, json!({"pipelines": []}));
    let location = app.agency.location.location_id();
    let foreign = app.get(&format!("{PIPELINES}?locationId={location}")).token(&app.other.location_token);
    foreign.send().await.expect(403);
    let path = format!("{PIPELINES}/{}", made.id);
    app.get(&path).token(&app.other.location_token).send().await.expect(403);
    app.put(&path).token(&app.other.location_token).json(&json!({"name": 1})).send().await.expect(403);
    app.delete(&path).token(&app.other.location_token).send().await.expect(403);
    app.get(&format!("{PIPELINES}/nothing")).send().await.expect(400);
}

#[tokio::test]
async fn a_pipeline_without_a_name_or_stages_is_refused_with_every_fault() {
    let app = TestApp::start().await;
    let here = app.agency.location.clone();
    let faults = app
        .write(move |tx, cx| {
            let refused = |new| create(tx, cx, &here, &new).map_err(|error| error.client_message());
            Ok::<_, Error>(
                [PipelineFields::named(" ", &[]), PipelineFields::named("x", &["a", ""])].map(refused),
            )
        })
        .await;
    assert_eq!(faults[0], Err("name should not be empty, stages must contain at least 1 elements".into()));
    assert_eq!(faults[1], Err("stages.1.name should not be empty".into()));
    let body = json!({"stages": [], "colorRenderMode": "loud", "foo": 1});
    let refused = app.post(PIPELINES).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "name must be a string",
      "name should not be empty",
      "stages must contain at least 1 elements",
      "colorRenderMode must be one of the following values: dot, bg-tint, none"
    ]
    "#);
    let same = json!({"name": "x", "stages": [{"name": "a", "position": 1}, {"name": "b", "position": 1}]});
    let refused = app.post(PIPELINES).json(&same).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["stages.1.position must be unique"]));
    assert_eq!(app.get(PIPELINES).send().await.expect(200).json(), json!({"pipelines": []}));
}

#[tokio::test]
async fn a_pipeline_is_made_changed_and_removed() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "Sales", "colorRenderMode": "dot", "showInFunnel": false, "useOpportunityProbability": false,
        "stages": [{"name": "Late", "position": 5, "forecastProbability": 80.5}, {"name": "Early", "position": 2}],
    });
    let made = app.post(PIPELINES).json(&body).send().await.expect(201).json()["pipeline"].clone();
    insta::assert_json_snapshot!(made, { ".**.id" => "[id]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[id]",
      "name": "Sales",
      "stages": [
        {
          "id": "[id]",
          "name": "Early",
          "position": 0,
          "showInFunnel": true,
          "showInPieChart": true
        },
        {
          "id": "[id]",
          "name": "Late",
          "position": 1,
          "showInFunnel": true,
          "showInPieChart": true,
          "forecastProbability": 80.5
        }
      ],
      "showInFunnel": false,
      "showInPieChart": true,
      "locationId": "[location]",
      "colorRenderMode": "dot",
      "useOpportunityProbability": false,
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dateUpdated": "2026-01-15T10:00:00.000Z"
    }
    "#);
    let path = format!("{PIPELINES}/{}", made["id"].as_str().unwrap());
    let late = &made["stages"][1];
    let body = json!({"name": "Deals", "stages": [{"id": late["id"], "name": "Last"}, {"name": "More"}]});
    app.clock.advance(1000);
    let changed =
        app.put(&path).version("v3").json(&body).send().await.expect(200).json()["pipeline"].clone();
    assert_eq!((&changed["name"], &changed["colorRenderMode"]), (&json!("Deals"), &json!("dot")));
    assert_eq!(changed["dateUpdated"], "2026-01-15T10:00:01.000Z");
    let (first, second) = (&changed["stages"][0], &changed["stages"][1]);
    assert_eq!(
        (&first["id"], &first["forecastProbability"]),
        (&late["id"], &json!(80.5)),
        "it is the same stage"
    );
    assert_eq!((&second["name"], &second["position"]), (&json!("More"), &json!(1)));
    assert_eq!(app.get(&path).send().await.expect(200).json()["pipeline"], changed);
    let refused = json!({"stages": [{"id": "unknown"}, {"id": late["id"]}, {"id": late["id"]}], "name": ""});
    app.put(&path).json(&refused).send().await.expect(422);
    let unknown = json!({"stages": [{"id": "unknown"}, {"id": late["id"]}, {"id": late["id"]}]});
    let refused = app.put(&path).json(&unknown).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "stages.0.id must be one of the pipeline's stages",
      "stages.0.name should not be empty",
      "stages.2.id must be unique"
    ]
    "#);
    app.delete(&path).send().await.expect(200);
    app.delete(&path).send().await.expect(400);
    assert_eq!(app.get(PIPELINES).send().await.expect(200).json(), json!({"pipelines": []}));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_stage_with_opportunities_goes_only_when_they_know_where() {
    let board = Board::start().await;
    let id = board.make(json!({"pipelineStageId": board.stage(2)})).await;
    let path = format!("{PIPELINES}/{}", board.pipeline.id);
    let stages = json!([{"id": board.stage(1)}, {"id": board.stage(0)}]);
    let before = board.app.database.content().await;
    let refused = board.app.put(&path).json(&json!({ "stages": stages })).send().await.expect(400).json();
    insta::assert_json_snapshot!(refused["message"], @r#""The stage Closed has 1 opportunities. Move them first, or say with moveOpportunitiesTo to which of the remaining stages they go.""#);
    let nowhere = json!({"stages": stages, "moveOpportunitiesTo": board.stage(2)});
    board.app.put(&path).json(&nowhere).send().await.expect(422);
    assert_eq!(board.app.database.content().await, before);
    let moved = json!({"stages": stages, "moveOpportunitiesTo": board.stage(0)});
    board.app.put(&path).json(&moved).send().await.expect(200);
    assert_eq!(board.shown(&id).await["pipelineStageId"], json!(board.stage(0)));
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityStageUpdate"]);
    // An empty one just goes.
    let last = json!({"stages": [{"id": board.stage(0)}]});
    board.app.put(&path).json(&last).send().await.expect(200);
    assert!(board.app.new_events().await.is_empty());
}

#[tokio::test]
async fn opportunities_end_with_their_pipeline() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    board.app.delete(&format!("{PIPELINES}/{}", board.pipeline.id)).send().await.expect(200);
    board.app.get(&format!("/opportunities/{id}")).send().await.expect(400);
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityDelete", "OpportunityUpdate"]);
    let content = board.app.database.content().await;
    for table in ["pipelines", "pipeline_stages", "opportunities", "opportunity_sums"] {
        assert!(content[table].is_empty(), "{table}");
    }
}

#[tokio::test]
async fn a_stage_says_how_probably_its_opportunities_are_won() {
    let board = Board::start().await;
    let id = board.make(json!({"monetaryValue": 100})).await;
    let path = format!("{PIPELINES}/{}", board.pipeline.id);
    let stages = json!([{"id": board.stage(0), "forecastProbability": 30}, {"id": board.stage(1)}, {"id": board.stage(2)}]);
    board.app.put(&path).json(&json!({ "stages": stages })).send().await.expect(200);
    assert_eq!(board.shown(&id).await["effectiveProbability"], json!(30));
    let own = board.change(&id, json!({"forecastProbability": 55.5})).await;
    assert_eq!(own["effectiveProbability"], json!(55.5));
    board.app.put(&path).json(&json!({"useOpportunityProbability": false})).send().await.expect(200);
    assert_eq!(board.shown(&id).await["effectiveProbability"], json!(30));
}
