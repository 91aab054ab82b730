//! Counters, filters, versions and the times of steps.

use leadhold_app::workflows::prune::prune;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{made, path_of, published, waiting};

const DAY: i64 = 86_400_000;

/// A hook's request makes a contact, waits a day, and asks something that may fail.
fn longer() -> Value {
    json!({
        "name": "Longer",
        "triggers": [{"id": "hook", "type": "inbound_webhook"}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "rest",
             "attributes": {"fields": {"email": "{{inboundWebhookRequest.email}}"}}},
            {"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}, "next": "tag"},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{inboundWebhookRequest.tag}}"]},
             "onError": {"retry": {"times": 1, "pause": {"value": 1, "unit": "hours"}}}}
        ],
    })
}

async fn call(app: &TestApp, workflow: &Value, body: &Value) {
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(body).send().await.expect(200);
    app.run_until_idle().await;
}

async fn seen(app: &TestApp, workflow: &Value, rest: &str) -> Value {
    app.get(&format!("{}{rest}", path_of(workflow))).send().await.expect(200).json()
}

async fn later(app: &TestApp, millis: i64) {
    app.clock.advance(millis);
    app.run_until_idle().await;
}

#[tokio::test]
async fn each_step_is_counted_and_where_runs_wait() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(longer())).await;
    let long = "x".repeat(1000);
    for (email, tag) in [("ada@example.com", "lead"), ("bob@example.com", &long), ("", "x")] {
        call(&app, &workflow, &json!({"email": email, "tag": tag})).await;
    }
    insta::assert_json_snapshot!(seen(&app, &workflow, "/counts").await, @r#"
    {
      "runs": {
        "started": 3,
        "live": 3,
        "finished": 0,
        "stopped": 0,
        "removed": 0,
        "failed": 0
      },
      "steps": {
        "rest": {
          "entered": 3,
          "done": 0,
          "failed": 0,
          "waiting": 3
        },
        "save": {
          "entered": 3,
          "done": 2,
          "failed": 1,
          "waiting": 0
        }
      }
    }
    "#);
    later(&app, DAY).await;
    assert_eq!(seen(&app, &workflow, "/counts").await["steps"]["tag"]["waiting"], 1, "one is tried again");
    later(&app, 3_600_000).await;
    let counts = seen(&app, &workflow, "/counts").await;
    insta::assert_json_snapshot!(counts, @r#"
    {
      "runs": {
        "started": 3,
        "live": 0,
        "finished": 3,
        "stopped": 0,
        "removed": 0,
        "failed": 0
      },
      "steps": {
        "rest": {
          "entered": 3,
          "done": 3,
          "failed": 0,
          "waiting": 0
        },
        "save": {
          "entered": 3,
          "done": 2,
          "failed": 1,
          "waiting": 0
        },
        "tag": {
          "entered": 3,
          "done": 1,
          "failed": 2,
          "waiting": 0
        }
      }
    }
    "#);
    assert_eq!(seen(&app, &workflow, "/counts?version=1").await, counts);
    assert_eq!(seen(&app, &workflow, "/counts?version=2").await["runs"]["started"], 0);
}

#[tokio::test]
async fn a_contact_that_is_taken_out_waits_nowhere() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(longer())).await;
    call(&app, &workflow, &json!({"email": "ada@example.com", "tag": "lead"})).await;
    let run = seen(&app, &workflow, "/runs").await["runs"][0].clone();
    assert_eq!((&run["atStep"], &run["atStepSince"]), (&json!("rest"), &json!("2026-01-15T10:00:00.000Z")));
    let (contact, id) = (run["contactId"].as_str().unwrap(), workflow["id"].as_str().unwrap());
    app.delete(&format!("/contacts/{contact}/workflow/{id}")).json(&json!({})).send().await.expect(200);
    let counts = seen(&app, &workflow, "/counts").await;
    assert_eq!(counts["steps"]["rest"], json!({"entered": 1, "done": 0, "failed": 0, "waiting": 0}));
    assert_eq!((&counts["runs"]["removed"], &counts["runs"]["live"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn runs_are_narrowed() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(longer())).await;
    call(&app, &workflow, &json!({"email": "ada@example.com", "tag": "lead"})).await;
    later(&app, DAY).await;
    call(&app, &workflow, &json!({"email": "bob@example.com", "tag": "lead"})).await;
    let all = seen(&app, &workflow, "/runs").await;
    let ada = all["runs"][1]["contactId"].as_str().unwrap();
    for (query, expected) in [
        ("", 2),
        ("?status=sleeping", 1),
        ("?status=finished", 1),
        ("?status=failed", 0),
        (&format!("?contactId={ada}"), 1),
        (&format!("?contactId={ada}&status=sleeping"), 0),
        ("?stepId=rest", 1),
        ("?stepId=tag", 0),
        ("?version=1", 2),
        ("?version=2", 0),
        ("?from=2026-01-16T10:00:00Z", 1),
        ("?to=2026-01-16T10:00:00Z", 1),
        ("?from=2026-01-15T10:00:00Z&to=2026-01-17T00:00:00Z", 2),
    ] {
        let found = seen(&app, &workflow, &format!("/runs{query}")).await;
        assert_eq!(found["runs"].as_array().map(Vec::len), Some(expected), "{query}: {found}");
    }
    let refused = app
        .get(&format!("{}/runs?status=gone&version=0&from=soon", path_of(&workflow)))
        .send()
        .await
        .expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "status must be one of the following values: running, queued, delayed, sleeping, waiting, finished, stopped, removed, failed",
      "version must not be less than 1",
      "from must be a valid ISO 8601 date string"
    ]
    "#);
}

#[tokio::test]
async fn a_step_tells_when_it_began_what_it_did_and_how_long_it_took() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(longer())).await;
    call(&app, &workflow, &json!({"email": "ada@example.com", "tag": "x".repeat(1000)})).await;
    later(&app, DAY).await;
    later(&app, 3_600_000).await;
    let id = seen(&app, &workflow, "/runs").await["runs"][0]["id"].as_str().unwrap().to_owned();
    let run = app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json();
    insta::assert_json_snapshot!(run["run"]["steps"], {
        "[].output.contactId" => "[contact]", "[].input.contactId" => "[contact]", "[].input.tags" => "[tags]",
    }, @r#"
    [
      {
        "number": 1,
        "stepId": "save",
        "type": "create_update_contact",
        "status": "done",
        "input": {
          "effect": "upsertContact",
          "runContact": null,
          "fields": {
            "email": "ada@example.com"
          },
          "customFields": [],
          "tags": "[tags]"
        },
        "output": {
          "contactId": "[contact]",
          "new": true
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
          "waitedUntil": "2026-01-16T10:00:00.000Z"
        },
        "error": null,
        "beganAt": "2026-01-15T10:00:00.000Z",
        "at": "2026-01-16T10:00:00.000Z",
        "tookMillis": 86400000
      },
      {
        "number": 3,
        "stepId": "tag",
        "type": "add_contact_tag",
        "status": "failed",
        "input": {
          "effect": "addTags",
          "contactId": "[contact]",
          "tags": "[tags]"
        },
        "output": null,
        "error": "the tag `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is longer than 255 characters",
        "beganAt": "2026-01-16T10:00:00.000Z",
        "at": "2026-01-16T10:00:00.000Z",
        "tookMillis": 0
      },
      {
        "number": 4,
        "stepId": "tag",
        "type": "add_contact_tag",
        "status": "failed",
        "input": {
          "effect": "addTags",
          "contactId": "[contact]",
          "tags": "[tags]"
        },
        "output": null,
        "error": "the tag `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is longer than 255 characters",
        "beganAt": "2026-01-16T11:00:00.000Z",
        "at": "2026-01-16T11:00:00.000Z",
        "tookMillis": 0
      }
    ]
    "#);
}

#[tokio::test]
async fn every_version_can_be_read() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    app.clock.advance(1000);
    app.put(&path_of(&workflow)).json(&longer()).send().await.expect(200);
    let versions = seen(&app, &workflow, "/versions").await;
    insta::assert_json_snapshot!(versions, @r#"
    {
      "versions": [
        {
          "version": 2,
          "madeAt": "2026-01-15T10:00:01.000Z",
          "published": false
        },
        {
          "version": 1,
          "madeAt": "2026-01-15T10:00:00.000Z",
          "published": true
        }
      ]
    }
    "#);
    assert_eq!(
        seen(&app, &workflow, "/versions?before=2").await["versions"].as_array().map(Vec::len),
        Some(1)
    );
    let first = seen(&app, &workflow, "/versions/1").await;
    assert_eq!((&first["workflow"]["name"], &first["workflow"]["version"]), (&json!("Patience"), &json!(1)));
    for number in ["3", "0", "x"] {
        app.get(&format!("{}/versions/{number}", path_of(&workflow))).send().await.expect(404);
    }
}

#[tokio::test]
async fn old_runs_are_forgotten_and_counted_still() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(longer())).await;
    call(&app, &workflow, &json!({"email": "ada@example.com", "tag": "lead"})).await;
    later(&app, DAY).await;
    call(&app, &workflow, &json!({"email": "bob@example.com", "tag": "lead"})).await;
    let finished = seen(&app, &workflow, "/runs?status=finished").await["runs"][0]["id"].clone();
    let ago = |days: i64| app.clock.advance(days * DAY);
    ago(9);
    assert_eq!(prune(&app.app.world, 0).await.unwrap(), 0, "0 days are for ever");
    assert_eq!(prune(&app.app.world, 10).await.unwrap(), 0);
    ago(1);
    app.clock.advance(1);
    assert_eq!(prune(&app.app.world, 10).await.unwrap(), 1);
    app.get(&format!("/leadhold/v1/runs/{}", finished.as_str().unwrap())).send().await.expect(404);
    let left = seen(&app, &workflow, "/runs").await;
    assert_eq!(left["runs"].as_array().map(Vec::len), Some(1), "one that goes on stays: {left}");
    let counts = seen(&app, &workflow, "/counts").await;
    assert_eq!((&counts["runs"]["started"], &counts["runs"]["finished"]), (&json!(2), &json!(1)));
}
