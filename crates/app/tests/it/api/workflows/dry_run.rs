//! `POST /leadhold/v1/workflows/{workflowId}/dry-run`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{WORKFLOWS, made, path_of, published, waiting};
use crate::api::calendars::Desk;

fn definition() -> Value {
    json!({
        "name": "Nurture",
        "triggers": [{"id": "hook", "type": "inbound_webhook",
                      "filters": [{"field": "inboundWebhookRequest.score", "operator": "greater_than", "value": "10"}]}],
        "steps": [
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["score {{inboundWebhookRequest.score}}"]}, "next": "rest"},
            {"id": "rest", "type": "wait", "attributes": {"for": {"value": 2, "unit": "days"}}, "next": "hot"},
            {"id": "hot", "type": "if_else", "attributes": {
                "branches": [{"name": "Tagged", "next": "tell", "segments": [
                    {"conditions": [{"field": "contact.tags", "operator": "contains", "value": "score 42"}]}]}],
                "none": {"next": "again"}}},
            {"id": "tell", "type": "webhook", "next": "again",
             "attributes": {"method": "POST", "url": "https://example.com/{{contact.first_name}}",
                            "headers": {"X-Key": "secret"}, "customData": {"who": "{{contact.email}}"}}},
            {"id": "again", "type": "wait", "attributes": {"for": {"value": 30, "unit": "days"}}},
        ],
    })
}

async fn tried(app: &TestApp, workflow: &Value, body: &Value) -> Value {
    app.post(&format!("{}/dry-run", path_of(workflow))).json(body).send().await.expect(200).json()
}

#[tokio::test]
async fn what_would_happen_is_told_with_its_times_and_does_not_happen() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(definition())).await;
    let ada = json!({"firstName": "Ada", "email": "ada@example.com", "tags": ["vip"]});
    let body = json!({"contact": ada, "data": {"score": 42}, "for": "7d"});
    app.new_event_kinds().await;
    let told = tried(&app, &workflow, &body).await;
    insta::assert_json_snapshot!(told, {
        ".contactId" => "[contact]", ".**.contactId" => "[contact]", ".**.deliveryId" => "[delivery]",
        ".steps[3].input.body" => "[body]",
    }, @r#"
    {
      "version": 1,
      "trigger": {
        "id": "hook",
        "type": "inbound_webhook",
        "fits": true,
        "filters": [
          {
            "field": "inboundWebhookRequest.score",
            "operator": "greater_than",
            "left": 42,
            "right": [
              "10"
            ],
            "held": true
          }
        ]
      },
      "steps": [
        {
          "number": 1,
          "stepId": "tag",
          "type": "add_contact_tag",
          "status": "done",
          "input": {
            "effect": "addTags",
            "contactId": "[contact]",
            "tags": [
              "score 42"
            ]
          },
          "output": {
            "added": [
              "score 42"
            ],
            "tags": [
              "vip",
              "score 42"
            ]
          },
          "error": null,
          "beganAt": "2026-01-15T10:00:00.000Z",
          "at": "2026-01-15T10:00:00.000Z",
          "tookMillis": 0
        },
        {
          "number": 2,
          "stepId": "rest",
          "type": "wait",
          "status": "done",
          "input": null,
          "output": {
            "waitedUntil": "2026-01-17T10:00:00.000Z"
          },
          "error": null,
          "beganAt": "2026-01-15T10:00:00.000Z",
          "at": "2026-01-17T10:00:00.000Z",
          "tookMillis": 172800000
        },
        {
          "number": 3,
          "stepId": "hot",
          "type": "if_else",
          "status": "done",
          "input": null,
          "output": {
            "branch": "Tagged"
          },
          "error": null,
          "beganAt": "2026-01-17T10:00:00.000Z",
          "at": "2026-01-17T10:00:00.000Z",
          "tookMillis": 0
        },
        {
          "number": 4,
          "stepId": "tell",
          "type": "webhook",
          "status": "done",
          "input": {
            "effect": "webhook",
            "method": "POST",
            "url": "https://example.com/Ada",
            "headers": [
              "X-Key"
            ],
            "body": "[body]"
          },
          "output": {
            "deliveryId": "[delivery]"
          },
          "error": null,
          "beganAt": "2026-01-17T10:00:00.000Z",
          "at": "2026-01-17T10:00:00.000Z",
          "tookMillis": 0
        }
      ],
      "status": "sleeping",
      "reason": null,
      "atStep": "again",
      "wakesAt": "2026-02-16T10:00:00.000Z",
      "contactId": "[contact]",
      "ended": "span",
      "assumedAnswers": []
    }
    "#);
    assert_eq!(
        (
            &told["steps"][3]["input"]["body"]["email"],
            &told["steps"][3]["input"]["body"]["customData"]["who"]
        ),
        (&json!("ada@example.com"), &json!("ada@example.com"))
    );
    app.run_until_idle().await;
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
    let contacts = app
        .post("/contacts/search")
        .json(&json!({"locationId": app.agency.location.location_id(), "pageLimit": 10}));
    assert_eq!(contacts.version("2021-07-28").send().await.expect(200).json()["total"], 0);
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(runs["runs"], json!([]));
    let counts = app.get(&format!("{}/counts", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!((&counts["runs"]["started"], &counts["steps"]), (&json!(0), &json!({})));
}

#[tokio::test]
async fn a_trigger_that_does_not_fit_says_why() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(definition())).await;
    let told = tried(&app, &workflow, &json!({"data": {"score": 7}})).await;
    insta::assert_json_snapshot!(told, @r#"
    {
      "version": 1,
      "trigger": {
        "id": "hook",
        "type": "inbound_webhook",
        "fits": false,
        "filters": [
          {
            "field": "inboundWebhookRequest.score",
            "operator": "greater_than",
            "left": 7,
            "right": [
              "10"
            ],
            "held": false
          }
        ]
      },
      "steps": []
    }
    "#);
}

#[tokio::test]
async fn a_definition_is_tried_before_it_is_saved() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let mut draft = waiting();
    draft["steps"][0]["attributes"]["for"]["value"] = json!(3);
    let told = tried(&app, &workflow, &json!({"definition": draft})).await;
    assert_eq!(
        (&told["ended"], &told["steps"][0]["at"]),
        (&json!("over"), &json!("2026-01-18T10:00:00.000Z"))
    );
    let versions = app.get(&format!("{}/versions", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(1));
    let told = tried(&app, &workflow, &json!({})).await;
    assert_eq!(told["steps"][0]["at"], "2026-01-16T10:00:00.000Z", "without one, the newest");
}

#[tokio::test]
async fn a_loop_is_told_up_to_a_bound() {
    let app = TestApp::start().await;
    let mut turning = waiting();
    turning["steps"][0]["attributes"]["for"] = json!({"value": 1, "unit": "minutes"});
    turning["steps"][0]["next"] = json!("rest");
    let workflow = made(&app, &published(turning)).await;
    let told = tried(&app, &workflow, &json!({"for": "366d"})).await;
    assert_eq!((&told["ended"], &told["status"]), (&json!("tooManySteps"), &json!("sleeping")));
    assert_eq!(told["steps"].as_array().map(Vec::len), Some(249));
}

#[tokio::test]
async fn what_cannot_be_tried_is_refused_with_all_its_faults() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(definition())).await;
    let path = format!("{}/dry-run", path_of(&workflow));
    let refused = app
        .post(&path)
        .json(&json!({
            "contactId": "x", "contact": {"tags": "a", "colour": "red"}, "for": "soon", "data": 7,
            "events": [{"at": "1d", "kind": "FullMoon"}, {"kind": "InboundMessage"}],
            "definition": {"name": "", "steps": [{"id": "s", "type": "wait", "attributes": {}}]}
        }))
        .send()
        .await
        .expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "contact must not be there beside contactId",
      "data must be an object",
      "for must be a span of time such as 7d or 90m, at most 366d",
      "events.0.kind must be the name of an event, such as InboundMessage",
      "events.1.at must say how long after the beginning, such as 1d",
      "definition.name: `name` is empty",
      "definition.steps[0].attributes.for: a wait has exactly one of for, until, every, event, events, conditions",
      "contact.property colour should not exist",
      "contact.tags must be an array"
    ]
    "#);
    for (body, status) in [
        (json!({"trigger": "gone"}), 422),
        (json!({"definition": {"name": "Empty"}}), 422),
        (json!({"contactId": "aaaaaaaaaaaaaaaaaaaa", "data": {"score": 42}}), 400),
        (json!({"contact": {"firstName": "Nobody in particular"}, "data": {"score": 42}}), 200),
    ] {
        app.post(&path).json(&body).send().await.expect(status);
    }
    app.post(&format!("{WORKFLOWS}/aaaaaaaaaaaaaaaaaaaa/dry-run")).json(&json!({})).send().await.expect(404);
    app.post(&path).token(&app.agency.second_token).json(&json!({})).send().await.expect(404);
    let versions = app.get(&format!("{}/versions", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn events_and_answers_are_made_up_and_a_contact_comes_in_once_at_a_time() {
    let app = TestApp::start().await;
    let definition = json!({
        "name": "Wait for it",
        "triggers": [{"id": "new", "type": "contact_created"}],
        "steps": [
            {"id": "wait", "type": "wait", "attributes": {"events": [{"type": "contact_tag"}]}, "next": "tag"},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["told"]}},
        ],
    });
    let workflow = made(&app, &definition).await;
    let ada = json!({"firstName": "Ada", "email": "ada@example.com"});
    let told = tried(&app, &workflow, &json!({"contact": ada})).await;
    assert_eq!((&told["ended"], &told["atStep"]), (&json!("waits"), &json!("wait")));
    let tagged = json!({"at": "1d", "kind": "ContactTagUpdate", "data": {"tags": ["paid"]}});
    let told = tried(&app, &workflow, &json!({"contact": ada, "events": [tagged], "for": "1d"})).await;
    let steps: Vec<_> =
        told["steps"].as_array().unwrap().iter().map(|step| (&step["stepId"], &step["at"])).collect();
    let at = json!("2026-01-16T10:00:00.000Z");
    assert_eq!(steps, [(&json!("wait"), &at), (&json!("tag"), &at)], "{told:#}");
    assert_eq!(told["ended"], "over");

    let contact = app.post("/contacts/").version("2021-07-28").json(&json!({
        "locationId": app.agency.location.location_id(), "email": "bob@example.com"
    }));
    let contact = contact.send().await.expect(201).json()["contact"]["id"].clone();
    app.post(&format!("{}/publish", path_of(&workflow))).json(&json!({})).send().await.expect(200);
    let enrol =
        format!("/contacts/{}/workflow/{}", contact.as_str().unwrap(), workflow["id"].as_str().unwrap());
    app.post(&enrol).json(&json!({})).send().await.expect(200);
    app.run_until_idle().await;
    let told = tried(&app, &workflow, &json!({"contactId": contact})).await;
    assert!(told["refused"].as_str().is_some_and(|why| why.contains("already")), "{told:#}");
}

#[tokio::test]
async fn an_appointment_is_tried_and_what_is_made_up_of_it_does_no_harm() {
    let desk = Desk::open().await;
    let (app, anytime) = (&desk.app, json!({"title": "Visit", "ignoreFreeSlotValidation": true}));
    let booked = desk.book("2026-01-20T15:00:00Z", anytime).await;
    let workflow = json!({
        "name": "Remind",
        "triggers": [{"id": "new", "type": "appointment", "filters": [
            {"field": "appointment.status", "operator": "is", "value": "confirmed"}]}],
        "steps": [
            {"id": "rest", "type": "wait", "next": "tag", "attributes": {
                "event": {"when": "before", "value": 1, "unit": "days"}}},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{appointment.title}}"]}},
        ],
    });
    let workflow = made(app, &published(workflow)).await;
    let body = json!({
        "contactId": desk.contact, "appointmentId": booked["id"],
        "events": [
            {"at": "1h", "kind": "AppointmentUpdate", "data": {"appointment": "none"}},
            {"at": "2h", "kind": "AppointmentCreate", "data": {}},
            {"at": "3h", "kind": "AppointmentDelete", "data": {"appointment": {"contactId": 7, "startTime": []}}},
        ],
    });
    let told = tried(app, &workflow, &body).await;
    assert_eq!((&told["trigger"]["fits"], &told["ended"]), (&json!(true), &json!("over")), "{told}");
    let steps = told["steps"].as_array().expect("steps").iter().map(|step| (&step["at"], &step["output"]));
    insta::assert_json_snapshot!(steps.collect::<Vec<_>>(), @r#"
    [
      [
        "2026-01-19T15:00:00.000Z",
        {
          "waitedUntil": "2026-01-19T15:00:00.000Z"
        }
      ],
      [
        "2026-01-19T15:00:00.000Z",
        {
          "added": [
            "visit"
          ],
          "tags": [
            "visit"
          ]
        }
      ]
    ]
    "#);
}
