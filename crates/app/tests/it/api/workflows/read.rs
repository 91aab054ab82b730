//! `GET /leadhold/v1/workflows/{workflowId}`

use leadhold_testkit::TestApp;

use super::{WORKFLOWS, made, path_of, waiting};

#[tokio::test]
async fn a_workflow_is_read_as_it_was_made() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    let read = app.get(&path_of(&workflow)).send().await.expect(200);
    assert_eq!(read.json()["workflow"], workflow);
}

#[tokio::test]
async fn nobody_elses_and_no_unknown_one() {
    let app = TestApp::start().await;
    let workflow = made(&app, &waiting()).await;
    for token in [&app.agency.second_token, &app.other.location_token] {
        let refused = app.get(&path_of(&workflow)).token(token).send().await.expect(404);
        assert!(!String::from_utf8_lossy(&refused.body).contains("Patience"));
    }
    let unknown = app.get(&format!("{WORKFLOWS}/nobody")).send().await.expect(404);
    assert_eq!(unknown.json()["message"], "Workflow with id nobody not found");
    app.get(&format!("{WORKFLOWS}/%01")).send().await.expect(404);
}
