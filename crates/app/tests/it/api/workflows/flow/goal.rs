//! `goal`: reached from wherever a run stands.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{contact, enrol, story, tag, workflow};

#[tokio::test]
async fn a_goal_is_reached_from_anywhere_once() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "rest", "type": "wait", "next": "nag", "attributes": {"for": {"value": 9, "unit": "days"}}},
        {"id": "nag", "type": "add_contact_tag", "next": "goal", "attributes": {"tags": ["nagged"]}},
        {"id": "goal", "type": "goal", "next": "later", "attributes": {"events": [{"type": "contact_tag", "filters": [
            {"field": "contact.tags", "operator": "is", "value": "customer"}]}]}},
        {"id": "later", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}
    ]);
    let workflow = workflow(&app, steps, json!({})).await;
    let ada = contact(&app, "ada").await;
    enrol(&app, &workflow, &ada).await;
    tag(&app, &ada, "customer").await;
    tag(&app, &ada, "again").await;
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    insta::assert_snapshot!(story(&app, &workflow).await, @r#"
    finished
      goal {"met":"ContactTagUpdate"}
      later {"waitedUntil":"2026-01-16T10:00:00.000Z"}
    "#);
    app.clock.advance(9 * 86_400_000);
    app.run_until_idle().await;
    assert!(!story(&app, &workflow).await.contains("nag"), "the rest that it left does not go on");
}

#[tokio::test]
async fn a_goal_that_was_not_met_ends_or_waits() {
    let app = TestApp::start().await;
    let goal = |otherwise: &str| {
        json!([{"id": "goal", "type": "goal", "next": "on",
                "attributes": {"events": [{"type": "contact_tag"}], "otherwise": otherwise}},
               {"id": "on", "type": "wait", "attributes": {"until": "2020-01-01"}}])
    };
    let mut stories = String::new();
    for otherwise in ["end", "continue", "wait"] {
        let workflow = workflow(&app, goal(otherwise), json!({})).await;
        let someone = contact(&app, otherwise).await;
        enrol(&app, &workflow, &someone).await;
        stories += &format!("{otherwise}: {}\n", story(&app, &workflow).await);
        if otherwise == "wait" {
            tag(&app, &someone, "met").await;
            stories += &format!("met: {}\n", story(&app, &workflow).await);
        }
    }
    insta::assert_snapshot!(stories, @r#"
    end: finished
      goal {"met":false}
    continue: finished
      goal {"met":false}
      on {"until":"2020-01-01T06:00:00.000Z","passed":true}
    wait: waiting
    met: finished
      goal {"met":"ContactTagUpdate"}
      on {"until":"2020-01-01T06:00:00.000Z","passed":true}
    "#);
}
