//! `POST /leadhold/v1/workflows/{workflowId}/publish`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{made, path_of, waiting};

#[tokio::test]
async fn the_newest_version_is_published() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let publish = format!("{}/publish", path_of(&workflow));
    let answer = app.post(&publish).send().await.expect(200).json();
    assert_eq!(
        (&answer["workflow"]["status"], &answer["workflow"]["publishedVersion"]),
        (&json!("published"), &json!(1))
    );
    app.post(&publish).send().await.expect(200);
    app.post(&publish).token(&app.other.location_token).send().await.expect(404);
}

#[tokio::test]
async fn what_is_not_finished_is_refused_with_all_that_is_missing() {
    let app = TestApp::start().await;
    let workflow = made(&app, &json!({"name": "Later"})).await;
    let refused = app.post(&format!("{}/publish", path_of(&workflow))).send().await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "triggers: nothing starts this workflow; add a trigger before publishing it",
      "steps: this workflow does nothing; add a step before publishing it"
    ]
    "#);
    let read = app.get(&path_of(&workflow)).send().await.json();
    assert_eq!(read["workflow"]["status"], "draft");
}
