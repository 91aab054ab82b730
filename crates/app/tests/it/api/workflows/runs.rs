//! `GET /leadhold/v1/workflows/{workflowId}/runs` and `GET /leadhold/v1/runs/{runId}`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{made, path_of, published, waiting};

const DAY: i64 = 86_400_000;

async fn runs(app: &TestApp, workflow: &Value, query: &str) -> Value {
    app.get(&format!("{}/runs{query}", path_of(workflow))).send().await.expect(200).json()
}

async fn call(app: &TestApp, workflow: &Value, body: &Value) {
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(body).send().await.expect(200);
    app.run_until_idle().await;
}

#[tokio::test]
async fn a_wait_is_over_when_the_clock_says_so_and_not_before() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    call(&app, &workflow, &json!({"n": 1})).await;
    let asleep = runs(&app, &workflow, "").await;
    insta::assert_json_snapshot!(asleep, {
        ".runs[].id" => "[run]", ".runs[].workflowId" => "[workflow]", ".runs[].eventId" => "[event]",
    }, @r#"
    {
      "runs": [
        {
          "id": "[run]",
          "workflowId": "[workflow]",
          "version": 1,
          "triggerId": "hook",
          "triggerType": "inbound_webhook",
          "eventId": "[event]",
          "contactId": null,
          "status": "sleeping",
          "reason": null,
          "wakesAt": "2026-01-16T10:00:00.000Z",
          "atStep": "rest",
          "atStepSince": "2026-01-15T10:00:00.000Z",
          "failedSteps": 0,
          "startedAt": "2026-01-15T10:00:00.000Z",
          "updatedAt": "2026-01-15T10:00:00.000Z",
          "endedAt": null
        }
      ],
      "next": null
    }
    "#);
    let run = format!("/leadhold/v1/runs/{}", asleep["runs"][0]["id"].as_str().unwrap());

    app.clock.advance(DAY - 1);
    app.run_until_idle().await;
    assert_eq!(app.get(&run).send().await.json()["run"]["status"], "sleeping");

    app.clock.advance(1);
    app.run_until_idle().await;
    let over = app.get(&run).send().await.expect(200);
    insta::assert_json_snapshot!(over.json(), {
        ".run.id" => "[run]", ".run.workflowId" => "[workflow]", ".run.eventId" => "[event]",
    }, @r#"
    {
      "run": {
        "id": "[run]",
        "workflowId": "[workflow]",
        "version": 1,
        "triggerId": "hook",
        "triggerType": "inbound_webhook",
        "eventId": "[event]",
        "contactId": null,
        "status": "finished",
        "reason": null,
        "wakesAt": null,
        "atStep": null,
        "atStepSince": null,
        "failedSteps": 0,
        "startedAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-16T10:00:00.000Z",
        "endedAt": "2026-01-16T10:00:00.000Z",
        "triggerData": {
          "n": 1
        },
        "steps": [
          {
            "number": 1,
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
          }
        ],
        "nextAfter": null,
        "replays": null,
        "replayedBy": []
      }
    }
    "#);
}

#[tokio::test]
async fn a_run_stays_on_its_version() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    call(&app, &workflow, &json!({"n": 1})).await;
    let mut changed = published(waiting());
    changed["steps"][0]["id"] = json!("another");
    changed["steps"][0]["attributes"]["for"]["value"] = json!(9);
    app.put(&path_of(&workflow)).json(&changed).send().await.expect(200);
    call(&app, &workflow, &json!({"n": 2})).await;
    app.clock.advance(DAY);
    app.run_until_idle().await;
    let all = runs(&app, &workflow, "").await;
    let shown: Vec<_> =
        all["runs"].as_array().unwrap().iter().map(|r| (&r["version"], &r["status"])).collect();
    let (one, two) = (json!(1), json!(2));
    let (finished, sleeping) = (json!("finished"), json!("sleeping"));
    assert!(shown.contains(&(&one, &finished)) && shown.contains(&(&two, &sleeping)), "{all}");
}

#[tokio::test]
async fn an_unpublished_workflow_starts_nothing_and_ends_what_it_began() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    call(&app, &workflow, &json!({})).await;
    let mut draft = waiting();
    draft["status"] = json!("draft");
    app.put(&path_of(&workflow)).json(&draft).send().await.expect(200);
    call(&app, &workflow, &json!({})).await;
    app.clock.advance(DAY);
    app.run_until_idle().await;
    let all = runs(&app, &workflow, "").await;
    assert_eq!(all["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["runs"][0]["status"], "finished");
}

#[tokio::test]
async fn runs_come_in_pages_newest_first() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    for n in 0..5 {
        call(&app, &workflow, &json!({"n": n})).await;
        if n % 2 == 0 {
            app.clock.advance(1000); // two of them in the same millisecond
        }
    }
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = runs(&app, &workflow, &query).await;
        let ids = page["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned());
        seen.extend(ids);
        let Some(next) = page["next"].as_object() else { break };
        query = format!(
            "?limit=2&startAfter={}&startAfterId={}",
            next["startAfter"],
            next["startAfterId"].as_str().unwrap()
        );
    }
    let all = runs(&app, &workflow, "").await;
    let all: Vec<&str> =
        all["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(all.len(), 5);
    assert_eq!(seen, all);
    for bad in ["?limit=0", "?limit=501", "?limit=x", "?startAfter=-1"] {
        app.get(&format!("{}/runs{bad}", path_of(&workflow))).send().await.expect(422);
    }
}

#[tokio::test]
async fn a_long_run_shows_its_steps_in_pages() {
    let app = TestApp::start().await;
    let mut definition = published(waiting());
    definition["steps"][0]["next"] = json!("rest");
    let workflow = made(&app, &definition).await;
    call(&app, &workflow, &json!({})).await;
    for _ in 0..3 {
        app.clock.advance(DAY);
        app.run_until_idle().await;
    }
    let id = runs(&app, &workflow, "").await["runs"][0]["id"].as_str().unwrap().to_owned();
    let page = app.get(&format!("/leadhold/v1/runs/{id}?limit=2")).send().await.expect(200).json();
    assert_eq!(
        (page["run"]["steps"].as_array().map(Vec::len), &page["run"]["nextAfter"]),
        (Some(2), &json!(2))
    );
    let rest = app.get(&format!("/leadhold/v1/runs/{id}?limit=2&after=2")).send().await.expect(200).json();
    assert_eq!((&rest["run"]["steps"][0]["number"], &rest["run"]["nextAfter"]), (&json!(3), &Value::Null));
}

#[tokio::test]
async fn nobody_elses_runs() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    call(&app, &workflow, &json!({"secret": "x"})).await;
    let id = runs(&app, &workflow, "").await["runs"][0]["id"].as_str().unwrap().to_owned();
    for path in [format!("{}/runs", path_of(&workflow)), format!("/leadhold/v1/runs/{id}")] {
        for token in [&app.agency.second_token, &app.other.location_token] {
            app.get(&path).token(token).send().await.expect(404);
        }
    }
    app.get("/leadhold/v1/runs/nobody").send().await.expect(404);
}
