//! `POST /leadhold/v1/runs/{runId}/replay`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{made, path_of, published, waiting};

/// Makes a contact, says its tag in a second step, and uses what the first brought in a third.
fn definition() -> Value {
    json!({
        "name": "Again",
        "triggers": [{"id": "hook", "type": "inbound_webhook"}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "tag",
             "attributes": {"fields": {"email": "{{inboundWebhookRequest.email}}"}}},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{inboundWebhookRequest.tag}}"]}, "next": "note"},
            {"id": "note", "type": "add_contact_tag", "attributes": {"tags": ["new {{steps.save.new}}"]}}
        ],
    })
}

async fn ran(app: &TestApp, definition: Value, body: &Value) -> (Value, String) {
    let workflow = made(app, &published(definition)).await;
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(body).send().await.expect(200);
    app.run_until_idle().await;
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    let id = runs["runs"][0]["id"].as_str().expect("a run").to_owned();
    (workflow, id)
}

async fn run(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/leadhold/v1/runs/{id}")).send().await.expect(200).json()["run"].clone()
}

#[tokio::test]
async fn a_run_is_done_again_from_a_step_on_with_what_it_knew_there() {
    let app = TestApp::start().await;
    let body = json!({"email": "ada@example.com", "tag": "lead"});
    let (workflow, id) = ran(&app, definition(), &body).await;
    // A later version changes nothing for the replay.
    app.put(&path_of(&workflow)).json(&published(waiting())).send().await.expect(200);
    app.clock.advance(1000);
    app.new_event_kinds().await;

    let replay = app.post(&format!("/leadhold/v1/runs/{id}/replay")).json(&json!({"from": "note"}));
    let begun = replay.send().await.expect(201).json()["run"].clone();
    assert_eq!(begun["replays"], json!({"runId": id, "from": "note"}));
    app.run_until_idle().await;
    let (old, new) = (run(&app, &id).await, run(&app, begun["id"].as_str().unwrap()).await);
    assert_eq!(old["replayedBy"], json!([new["id"]]));
    assert_eq!((&new["version"], &new["triggerData"]), (&json!(1), &body));
    assert_eq!((&new["status"], &new["contactId"]), (&json!("finished"), &old["contactId"]));
    let steps: Vec<_> = new["steps"].as_array().unwrap().iter().map(|step| &step["stepId"]).collect();
    assert_eq!(steps, ["note"]);
    assert_eq!(new["steps"][0]["input"]["tags"], json!(["new true"]), "what `save` had brought");
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new(), "the tag was there");

    let begun = app.post(&format!("/leadhold/v1/runs/{id}/replay")).json(&json!({})).send().await.expect(201);
    app.run_until_idle().await;
    let whole = run(&app, begun.json()["run"]["id"].as_str().unwrap()).await;
    assert_eq!(whole["steps"].as_array().map(Vec::len), Some(3));
    assert_eq!(whole["steps"][0]["output"]["new"], false);
    assert_eq!(whole["replays"], json!({"runId": id, "from": null}));
}

#[tokio::test]
async fn what_cannot_be_done_again_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let (_, asleep) = ran(&app, waiting(), &json!({})).await;
    let (workflow, id) = ran(&app, definition(), &json!({"email": "ada@example.com", "tag": "lead"})).await;
    let mut said = Vec::new();
    let refused = async |run: &str, body: Value, status: u16| {
        let answer =
            app.post(&format!("/leadhold/v1/runs/{run}/replay")).json(&body).send().await.expect(status);
        answer.json()["message"].clone()
    };
    said.push(refused(&asleep, json!({}), 409).await);
    said.push(refused(&id, json!({"from": "gone"}), 422).await);
    said.push(refused(&id, json!({"from": 7, "step": "x"}), 422).await);
    let contact = run(&app, &id).await["contactId"].as_str().unwrap().to_owned();
    app.delete(&format!("/contacts/{contact}")).send().await.expect(200);
    app.run_until_idle().await;
    said.push(refused(&id, json!({"from": "note"}), 409).await);
    refused("nobody", json!({}), 404).await;
    let said = json!(said).to_string().replace(&contact, "[contact]");
    insta::assert_snapshot!(said, @r#"["The run goes on: wait for its end, or take its contact out of the workflow, before it is replayed.",["from must be a step of version 1, which has no `gone`; it has save, tag, note"],["property step should not exist","from must be a string"],"The run's contact [contact] is gone."]"#);
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(1), "nothing began: {runs}");
    for token in [&app.agency.second_token, &app.other.location_token] {
        let path = format!("/leadhold/v1/runs/{id}/replay");
        app.post(&path).token(token).json(&json!({})).send().await.expect(404);
    }
}
