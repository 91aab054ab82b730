//! A worker that comes too late: its lease ran out, and another one has the job.

use leadhold_app::workflows::StepRun;
use leadhold_queue::{Claim, Job, Outcome};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{published, runs, submit};

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn a_late_worker_changes_nothing_and_is_no_trouble_of_the_run() {
    let app = TestApp::start().await;
    let rest = json!({"for": {"value": 1, "unit": "days"}});
    let workflow = published(
        &app,
        json!({
            "name": "Patience",
            "triggers": [{"id": "form", "type": "inbound_webhook"}],
            "steps": [{"id": "rest", "type": "wait", "attributes": rest}]
        }),
    )
    .await;
    submit(&app, &workflow, &json!({})).await;
    app.clock.advance(DAY);
    let [now] = app.jobs().await.try_into().expect("the sleeping run's job");
    let late = Claim { attempts: now.attempts - 1, ..now };
    let before = app.database.content().await;
    let answer = StepRun::new(app.app.world.clone(), &app.app.config.base_url).run(&late).await;
    assert_eq!(answer, Ok(Outcome::Settled));
    assert_eq!(app.database.content().await, before);
    app.run_until_idle().await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    assert_eq!((&run["status"], run["steps"].as_array().map(Vec::len)), (&json!("finished"), Some(1)));
}
