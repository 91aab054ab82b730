//! `split`, `drip` and `go_to`.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, enrol, story, workflow};

#[tokio::test]
async fn the_same_contact_takes_the_same_path_again() {
    let app = TestApp::start().await;
    let steps = json!([{"id": "split", "type": "split", "attributes": {"paths": [
        {"name": "A", "weight": 50}, {"name": "B", "weight": 50}]}}]);
    let workflow = workflow(&app, steps, json!({})).await;
    for n in 0..4 {
        let someone = contact(&app, &format!("c{n}")).await;
        for _ in 0..3 {
            app.clock.advance(1000);
            enrol(&app, &workflow, &someone).await;
        }
    }
    let told = story(&app, &workflow).await;
    let runs: Vec<&str> = told.split("finished\n").skip(1).map(str::trim).collect();
    let path = |run: &str| run.contains("\"path\":\"A\"");
    for same in runs.chunks(3) {
        assert!(same.iter().all(|run| path(run) == path(same[0])), "{same:?}");
        assert!(same[0].contains("\"again\":false") && same[2].contains("\"again\":true"), "{same:?}");
    }
}

#[tokio::test]
async fn a_drip_lets_a_batch_through_in_each_interval() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "drip", "type": "drip", "next": "through",
         "attributes": {"batch": 2, "every": {"value": 1, "unit": "hours"}}},
        {"id": "through", "type": "add_contact_tag", "attributes": {"tags": ["through"]}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    for n in 0..5 {
        let someone = contact(&app, &format!("c{n}")).await;
        enrol(&app, &workflow, &someone).await;
    }
    let mut through = Vec::new();
    for _ in 0..3 {
        through.push(story(&app, &workflow).await.matches("finished").count());
        app.clock.advance(3_600_000);
        app.run_until_idle().await;
    }
    assert_eq!(through, [2, 4, 5]);
}

#[tokio::test]
async fn a_loop_by_go_to_rests_each_time_round() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "rest", "type": "wait", "next": "back", "attributes": {"for": {"value": 1, "unit": "days"}}},
        {"id": "back", "type": "go_to", "attributes": {"step": "rest"}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    for _ in 0..3 {
        app.clock.advance(86_400_000);
        app.run_until_idle().await;
    }
    let told = story(&app, &workflow).await;
    assert_eq!((told.matches("back").count(), told.lines().next()), (3, Some("sleeping")), "{told}");
}
