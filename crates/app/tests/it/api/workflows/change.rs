//! `PUT /leadhold/v1/workflows/{workflowId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{made, path_of, published, waiting};

#[tokio::test]
async fn a_change_is_a_new_version_and_waits_for_publishing() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    app.clock.advance(60_000);
    let mut changed = workflow.clone(); // as read, with all the keys of an answer
    changed.as_object_mut().unwrap().remove("status");
    changed["name"] = json!("More patience");
    changed["steps"][0]["attributes"]["for"]["value"] = json!(2);
    let answer =
        app.put(&path_of(&workflow)).json(&changed).send().await.expect(200).json()["workflow"].clone();
    assert_eq!(
        (
            &answer["name"],
            &answer["status"],
            &answer["version"],
            &answer["publishedVersion"],
            &answer["updatedAt"]
        ),
        (
            &json!("More patience"),
            &json!("published"),
            &json!(2),
            &json!(1),
            &json!("2026-01-15T10:01:00.000Z")
        )
    );
    assert_eq!(answer["inboundHookPath"], workflow["inboundHookPath"], "the URL stays");
    let read = app.get(&path_of(&workflow)).send().await.expect(200);
    assert_eq!(read.json()["workflow"], answer);
}

#[tokio::test]
async fn the_same_again_is_no_new_version() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    app.clock.advance(60_000);
    let same = app.put(&path_of(&workflow)).json(&waiting()).send().await.expect(200);
    assert_eq!(same.json()["workflow"], workflow);
}

#[tokio::test]
async fn status_publishes_and_unpublishes() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let mut body = waiting();
    for (status, published_version) in [("published", json!(1)), ("draft", json!(1)), ("published", json!(1))]
    {
        body["status"] = json!(status);
        let answer = app.put(&path_of(&workflow)).json(&body).send().await.expect(200).json();
        assert_eq!(answer["workflow"]["status"], status);
        assert_eq!(answer["workflow"]["publishedVersion"], published_version);
    }
}

#[tokio::test]
async fn two_who_change_the_same_version_are_told() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let mut mine = workflow.clone();
    mine["name"] = json!("Mine");
    let mut theirs = workflow.clone();
    theirs["name"] = json!("Theirs");
    app.put(&path_of(&workflow)).json(&theirs).send().await.expect(200);
    let refused = app.put(&path_of(&workflow)).json(&mine).send().await.expect(409);
    insta::assert_json_snapshot!(refused.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "The workflow is at version 2, and the change was made to version 1: somebody else changed it in between. Get it again and repeat the change.",
      "error": "Conflict",
      "traceId": "[trace]"
    }
    "#);
    let read = app.get(&path_of(&workflow)).send().await.json();
    assert_eq!((&read["workflow"]["name"], &read["workflow"]["version"]), (&json!("Theirs"), &json!(2)));
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let app = TestApp::start().await;
    let workflow = made(&app, &published(waiting())).await;
    let mut unfinished = published(waiting());
    unfinished["triggers"] = json!([]);
    app.put(&path_of(&workflow)).json(&unfinished).send().await.expect(422);
    app.put(&path_of(&workflow)).json(&json!({"name": ""})).send().await.expect(422);
    app.put(&path_of(&workflow)).json(&waiting()).token(&app.agency.second_token).send().await.expect(404);
    let read = app.get(&path_of(&workflow)).send().await.json();
    assert_eq!(read["workflow"], workflow);
}
