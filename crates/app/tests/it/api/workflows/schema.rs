//! `GET /leadhold/v1/workflows/schema` and `POST /leadhold/v1/workflows/check`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{WORKFLOWS, made, waiting};

#[tokio::test]
async fn the_schema_is_published() {
    let app = TestApp::start().await;
    let schema = app.get(&format!("{WORKFLOWS}/schema")).send().await.expect(200).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let kinds = schema["$defs"]["step"]["properties"]["type"]["enum"].as_array().expect("types of steps");
    assert!(kinds.contains(&json!("wait")), "{kinds:?}");
    app.get(&format!("{WORKFLOWS}/schema")).token("").send().await.expect(401);
}

#[tokio::test]
async fn a_definition_is_checked_and_nothing_saved() {
    let app = TestApp::start().await;
    let check = async |body: Value, status: u16| {
        app.post(&format!("{WORKFLOWS}/check")).json(&body).send().await.expect(status).json()
    };
    let mut good = waiting();
    good["$schema"] = json!("http://127.0.0.1:8080/leadhold/v1/workflows/schema");
    assert_eq!(check(json!({"definition": good}), 200).await, json!({"faults": []}));
    let told = check(
        json!({"definition": {"name": "", "steps": [{"id": "s", "type": "wait", "attributes": {}}]}}),
        200,
    );
    insta::assert_json_snapshot!(told.await, @r#"
    {
      "faults": [
        {
          "at": "name",
          "message": "`name` is empty",
          "mayStayInDraft": false
        },
        {
          "at": "steps[0].attributes.for",
          "message": "a wait has exactly one of for, until, every, event, events, conditions",
          "mayStayInDraft": false
        }
      ]
    }
    "#);
    let unfinished = check(json!({"definition": {"name": "Later"}}), 200).await;
    assert!(unfinished["faults"].as_array().unwrap().iter().all(|fault| fault["mayStayInDraft"] == true));
    check(json!({"definition": []}), 422).await;
    check(json!({"definition": {}, "locationId": app.agency.second.location_id()}), 403).await;
    assert_eq!(app.get(WORKFLOWS).send().await.json(), json!({"workflows": []}));
    let kept = made(&app, &good).await;
    assert!(kept.get("$schema").is_none(), "a file's key may come along");
}
