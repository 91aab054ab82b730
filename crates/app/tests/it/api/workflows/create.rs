//! `POST /leadhold/v1/workflows`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{WORKFLOWS, made, published, waiting};

#[tokio::test]
async fn a_workflow_is_made_as_a_draft_with_its_urls() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    insta::assert_json_snapshot!(workflow, {
        ".id" => "[uuid]", ".locationId" => "[location]", ".inboundHookPath" => "[path]", ".inboundHookPathV2" => "[path]",
    }, @r#"
    {
      "id": "[uuid]",
      "name": "Patience",
      "status": "draft",
      "version": 1,
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z",
      "locationId": "[location]",
      "publishedVersion": null,
      "triggers": [
        {
          "id": "hook",
          "type": "inbound_webhook"
        }
      ],
      "steps": [
        {
          "id": "rest",
          "type": "wait",
          "attributes": {
            "for": {
              "value": 1,
              "unit": "days"
            }
          }
        }
      ],
      "settings": {},
      "inboundHookPath": "[path]",
      "inboundHookPathV2": "[path]",
      "unfinished": []
    }
    "#);
    let (id, hook) = (workflow["id"].as_str().unwrap(), workflow["inboundHookPath"].as_str().unwrap());
    assert_eq!(id.len(), 36);
    let uuid = hook.strip_prefix("/v1/hooker/").and_then(|rest| rest.split('?').next()).unwrap();
    assert_eq!(uuid.len(), 36);
    assert_eq!(hook, format!("/v1/hooker/{uuid}?company_id={}", app.agency.company.company_id()));
    let location = app.agency.location.location_id();
    assert_eq!(workflow["inboundHookPathV2"], format!("/hooks/{location}/webhook-trigger/{uuid}"));
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn it_can_be_published_in_the_same_breath() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    assert_eq!((&workflow["status"], &workflow["publishedVersion"]), (&json!("published"), &json!(1)));
}

#[tokio::test]
async fn a_workflow_without_a_hook_trigger_has_no_url() {
    let app = TestApp::start().await;
    let mut definition = waiting();
    definition["triggers"] = json!([{"id": "new", "type": "contact_created"}]);
    let workflow = made(&app, &definition).await;
    assert!(workflow.get("inboundHookPath").is_none() && workflow.get("inboundHookPathV2").is_none());
}

#[tokio::test]
async fn faults_come_all_at_once_and_nothing_is_made() {
    let app = TestApp::start().await;
    let refused = app
        .post(WORKFLOWS)
        .json(&json!({
            "name": "",
            "triggers": [{"id": "t", "type": "full_moon"}],
            "steps": [{"id": "s", "type": "webhook", "attributes": {"method": "PATCH", "url": "example.com"}}],
            "colour": "red"
        }))
        .send()
        .await
        .expect(422);
    insta::assert_json_snapshot!(refused.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 422,
      "message": [
        "name: `name` is empty",
        "triggers[0].type: `full_moon` is not one of contact_created, contact_changed, contact_tag, dnd_contact, note_add, note_changed, task_added, task_completed, inbound_webhook, form_submission, survey_submission, trigger_link, campaign_status, appointment, customer_appointment, opportunity_created, opportunity_changed, opportunity_status_changed, pipeline_stage_updated, custom_object_created, custom_object_changed, company_created, company_changed, customer_reply, user_replied, message_status, messaging_errors, mailgun_email_event, call_status, birthday_reminder, custom_date_reminder, task_due_date_reminder, opportunity_decay, scheduler_trigger",
        "steps[0].attributes.method: `PATCH` is not one of GET, POST",
        "steps[0].attributes.url: must be an http:// or https:// address, or begin with a merge field that holds one",
        "colour: unknown key `colour`; known here: name, triggers, steps, settings"
      ],
      "error": "Unprocessable Entity",
      "traceId": "[trace]"
    }
    "#);
    let list = app.get(WORKFLOWS).send().await.expect(200);
    assert_eq!(list.json(), json!({"workflows": []}));
}

#[tokio::test]
async fn what_is_unfinished_is_saved_but_not_published() {
    let app = TestApp::start().await;
    let unfinished = json!({"name": "Later"});
    let workflow = made(&app, &unfinished).await;
    insta::assert_json_snapshot!(workflow["unfinished"], @r#"
    [
      {
        "at": "triggers",
        "message": "nothing starts this workflow; add a trigger before publishing it"
      },
      {
        "at": "steps",
        "message": "this workflow does nothing; add a step before publishing it"
      }
    ]
    "#);
    let refused = app.post(WORKFLOWS).json(&published(unfinished)).send().await.expect(422);
    assert_eq!(refused.json()["message"].as_array().map(Vec::len), Some(2));
    let count = app.get(WORKFLOWS).send().await.json()["workflows"].as_array().map(Vec::len);
    assert_eq!(count, Some(1), "the refused one is not there");
}

#[tokio::test]
async fn bodies_that_are_no_definition_are_refused() {
    let app = TestApp::start().await;
    for (body, status) in
        [("{", 400), ("[]", 422), ("{\"name\":\"a\\u0000\"}", 400), ("", 422), ("{\"name\":7}", 422)]
    {
        app.post(WORKFLOWS).body("application/json", body).send().await.expect(status);
    }
    let mut definition = waiting();
    for (key, value) in [("status", json!("live")), ("locationId", json!(7))] {
        definition[key] = value;
        app.post(WORKFLOWS).json(&definition).send().await.expect(422);
        definition.as_object_mut().unwrap().remove(key);
    }
    assert_eq!(app.get(WORKFLOWS).send().await.json(), json!({"workflows": []}));
}

#[tokio::test]
async fn only_for_ones_own_location() {
    let app = TestApp::start().await;
    let mut definition = waiting();
    definition["locationId"] = json!(app.agency.second.location_id());
    app.post(WORKFLOWS).json(&definition).send().await.expect(403);
    app.post(WORKFLOWS).json(&definition).token("").send().await.expect(401);
    app.post(WORKFLOWS).json(&definition).token(&app.agency.token).send().await.expect(401);
}
