//! `POST /opportunities/` and `GET /opportunities/{id}`

use serde_json::json;

use super::Board;

#[tokio::test]
async fn an_opportunity_is_made_and_read_back() {
    let board = Board::start().await;
    let body = board.body(json!({"monetaryValue": 500.5, "assignedTo": "zT46WSCPbudrq4zhWMk6"}));
    let made = board.app.post("/opportunities/").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".**.id" => "[id]", ".**.contactId" => "[contact]", ".**.locationId" => "[location]",
        ".**.pipelineId" => "[pipeline]", ".**.pipelineStageId" => "[stage]", ".**.pipelineStageUId" => "[stage]",
        ".**.sourceId" => "[token]", ".traceId" => "[trace]",
    }, @r#"
    {
      "opportunity": {
        "id": "[id]",
        "name": "Engine",
        "monetaryValue": 500.5,
        "pipelineId": "[pipeline]",
        "pipelineStageId": "[stage]",
        "pipelineStageUId": "[stage]",
        "assignedTo": "zT46WSCPbudrq4zhWMk6",
        "status": "open",
        "source": null,
        "lastStatusChangeAt": "2026-01-15T10:00:00.000Z",
        "lastStageChangeAt": "2026-01-15T10:00:00.000Z",
        "lastActionDate": "2026-01-15T10:00:00.000Z",
        "indexVersion": "1",
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z",
        "contactId": "[contact]",
        "locationId": "[location]",
        "contact": {
          "id": "[id]",
          "name": "Ada Lovelace",
          "email": "ada@b.co",
          "tags": [
            "vip"
          ]
        },
        "notes": [],
        "tasks": [],
        "calendarEvents": [],
        "lostReasonId": null,
        "customFields": [],
        "followers": [],
        "relations": [],
        "createdBy": {
          "source": "INTEGRATION",
          "channel": "OAUTH",
          "sourceId": "[token]",
          "timestamp": "2026-01-15T10:00:00.000Z"
        },
        "forecastExpectedCloseDate": null,
        "forecastOriginalCloseDate": null,
        "forecastSlippageCount": 0,
        "forecastDaysSlipped": 0,
        "forecastLastSlippedAt": null,
        "forecastProbability": null,
        "effectiveProbability": null
      },
      "traceId": "[trace]"
    }
    "#);
    let opportunity = &made["opportunity"];
    assert_eq!(opportunity["pipelineStageId"], json!(board.stage(0)), "the first stage");
    let id = opportunity["id"].as_str().unwrap();
    assert_eq!(board.shown(id).await, *opportunity);
    let v3 = board.app.get(&format!("/opportunities/{id}")).version("v3").send().await.expect(200).json();
    assert_eq!(v3["opportunity"], *opportunity);
    let events = board.app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["OpportunityCreate", "OpportunityUpdate"]);
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[id]", ".contactId" => "[contact]", ".locationId" => "[location]", ".pipelineId" => "[pipeline]",
        ".pipelineStageId" => "[stage]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[id]",
      "assignedTo": "zT46WSCPbudrq4zhWMk6",
      "contactId": "[contact]",
      "monetaryValue": 500.5,
      "name": "Engine",
      "pipelineId": "[pipeline]",
      "pipelineStageId": "[stage]",
      "source": null,
      "status": "open",
      "dateAdded": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn every_fault_of_a_creation_is_named_and_nothing_is_changed() {
    let board = Board::start().await;
    let before = board.app.database.content().await;
    let body = json!({
        "name": " ", "status": "all", "monetaryValue": "much", "assignedTo": 1, "foo": 1, "forecastProbability": 101,
        "forecastExpectedCloseDate": "soon", "customFields": [{"field_value": 1}], "pipelineStageId": 7,
    });
    let refused = board.app.post("/opportunities/").json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "pipelineId must be a string",
      "pipelineId should not be empty",
      "name should not be empty",
      "contactId must be a string",
      "contactId should not be empty",
      "pipelineStageId must be a string",
      "status must be one of the following values: open, won, lost, abandoned",
      "monetaryValue must be a number conforming to the specified constraints",
      "assignedTo must be a string",
      "forecastExpectedCloseDate must be a date such as YYYY-MM-DD",
      "forecastProbability must not be greater than 100",
      "customFields.0.id should not be empty"
    ]
    "#);
    for (more, message) in [
        (json!({"pipelineId": "nowhere"}), "The pipeline id is invalid."),
        (json!({"pipelineStageId": "nowhere"}), "The pipeline stage id is invalid."),
        (json!({"contactId": "nobody"}), "Contact with id nobody not found"),
        (json!({"status": "lost", "lostReasonId": "none"}), "Lost reason with id none not found"),
    ] {
        let refused =
            board.app.post("/opportunities/").json(&board.body(more)).send().await.expect(400).json();
        assert_eq!(refused["message"], message);
    }
    assert_eq!(board.app.database.content().await, before);
}

#[tokio::test]
async fn a_second_open_one_in_the_pipeline_is_refused() {
    let board = Board::start().await;
    let first = board.make(json!({})).await;
    let before = board.app.database.content().await;
    let refused =
        board.app.post("/opportunities/").json(&board.body(json!({}))).send().await.expect(400).json();
    insta::assert_json_snapshot!(refused, { ".meta.existingId" => "[id]", ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "Can not create duplicate opportunity for the contact.",
      "error": "Bad Request",
      "code": "OPPORTUNITY_NO_DUPLICATE",
      "meta": {
        "existingId": "[id]"
      },
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(refused["meta"]["existingId"], json!(first));
    assert_eq!(board.app.database.content().await, before);
    // What is not open is no duplicate, and cannot become one.
    let won = board.make(json!({"status": "won"})).await;
    let status = json!({"status": "open"});
    board.app.put(&format!("/opportunities/{won}/status")).json(&status).send().await.expect(400);
    let other = super::pipeline(&board.app, "Other", &["A"]).await;
    let elsewhere = board.make(json!({"pipelineId": other.id})).await;
    let back = json!({"pipelineId": board.pipeline.id});
    let path = format!("/opportunities/{elsewhere}");
    let refused = board.app.put(&path).json(&back).send().await.expect(400).json();
    assert_eq!(refused["code"], "OPPORTUNITY_NO_DUPLICATE");
    assert!(board.app.new_events().await.is_empty());
    // Without the first there is room.
    board.app.delete(&format!("/opportunities/{first}")).send().await.expect(200);
    board.app.put(&path).json(&back).send().await.expect(200);
}

#[tokio::test]
async fn another_locations_opportunity_is_out_of_reach() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let before = board.app.database.content().await;
    let path = format!("/opportunities/{id}");
    for token in [&board.app.agency.second_token, &board.app.other.location_token] {
        board.app.get(&path).token(token).send().await.expect(403);
        board.app.put(&path).token(token).json(&json!({"name": "Theirs"})).send().await.expect(403);
        board.app.delete(&path).token(token).send().await.expect(403);
        let theirs = json!({"name": "x", "pipelineId": board.pipeline.id, "contactId": board.contact});
        board.app.post("/opportunities/").token(token).json(&theirs).send().await.expect(403);
    }
    let missing = board.app.get("/opportunities/aaaaaaaaaaaaaaaaaaaa").send().await.expect(400).json();
    assert_eq!(missing["message"], "Opportunity with id aaaaaaaaaaaaaaaaaaaa not found");
    assert_eq!(board.app.database.content().await, before);
}
