//! Opportunities.

use serde_json::{Value, json};

use super::{Stage, id, shown};
use crate::api::{opportunities, users};

/// An opportunity's whole life.
pub async fn opportunity(stage: &mut Stage) -> Vec<Value> {
    let user = users::add(&stage.app, json!({"email": "seller@example.com"})).await;
    let contact = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com",
        "phone": "+1 202-555-0144", "companyName": "Engines", "tags": ["vip"]});
    let contact = crate::api::contacts::make(&stage.app, contact).await;
    let pipeline = opportunities::pipeline(&stage.app, "Sales", &["New", "Proposal Sent"]).await;
    stage.delivered().await;
    let new = json!({
        "name": "Engine", "pipelineId": pipeline.id, "pipelineStageId": pipeline.stages[0].id, "contactId": contact,
        "status": "open", "locationId": stage.here(), "monetaryValue": 5000, "source": "Fair", "assignedTo": user,
    });
    let made = stage.app.post("/opportunities/").json(&new).send().await.expect(201).json();
    let mut bodies = stage.delivered().await;
    let path = format!("/opportunities/{}", id(&made, "/opportunity/id"));
    let other = users::add(&stage.app, json!({"email": "other@example.com"})).await;
    stage.delivered().await;
    let change = json!({
        "monetaryValue": 6000, "assignedTo": other, "status": "won", "pipelineStageId": pipeline.stages[1].id,
        "pipelineId": pipeline.id,
    });
    stage.app.put(&path).json(&change).send().await.expect(200);
    bodies.extend(stage.delivered().await);
    stage.app.delete(&path).send().await.expect(200);
    bodies.extend(stage.delivered().await.into_iter().filter(|body| body["type"] == "OpportunityDelete"));
    bodies
}

#[tokio::test]
async fn an_opportunitys_events_have_the_documented_keys_and_the_guides() {
    let bodies = opportunity(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "OpportunityCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 5000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "open",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 5000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "open",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityAssignedToUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityMonetaryValueUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityStageUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "opportunityId": "[id]",
        "stageId": "[uuid]",
        "stageName": "Proposal Sent"
      },
      {
        "type": "OpportunityStatusUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "OpportunityWon",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "opportunity": {
          "locationId": "[id]",
          "id": "[id]",
          "assignedTo": "[id]",
          "contactId": "[id]",
          "monetaryValue": 6000,
          "name": "Engine",
          "pipelineId": "[id]",
          "pipelineStageId": "[uuid]",
          "source": "Fair",
          "status": "won",
          "dateAdded": "2026-01-15T10:00:00.000Z"
        },
        "contact": {
          "id": "[id]",
          "name": "Ada Lovelace",
          "firstName": "Ada",
          "lastName": "Lovelace",
          "email": "ada@example.com",
          "phone": "+12025550144",
          "companyName": "Engines",
          "tags": [
            "vip"
          ]
        }
      },
      {
        "type": "OpportunityDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[id]",
        "assignedTo": "[id]",
        "contactId": "[id]",
        "monetaryValue": 6000,
        "name": "Engine",
        "pipelineId": "[id]",
        "pipelineStageId": "[uuid]",
        "source": "Fair",
        "status": "won",
        "dateAdded": "2026-01-15T10:00:00.000Z"
      }
    ]
    "#);
}
