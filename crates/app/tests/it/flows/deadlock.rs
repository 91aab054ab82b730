//! Two runs that take the same contacts in opposite orders lock each other out on PostgreSQL: it ends one of the two
//! transactions, and the store does its work again.

use leadhold_app::Config;
use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::gate::{BLOCKED, Gate, wait_for};
use super::{published, runs, told};
use crate::api::contacts;

leadhold_store::statements! {
    DEADLOCKS across tenants "a test looks at the engine" =
        "select deadlocks from pg_stat_database where datname = current_database()";
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_assign_in_opposite_orders_both_finish() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    if !app.database.is_postgres() {
        return; // one writer: transactions do not overlap
    }
    let people: Vec<String> = ["ada@example.com", "bob@example.com"].map(str::to_owned).to_vec();
    for email in &people {
        contacts::make(&app, json!({"email": email})).await;
    }
    let workflow = published(&app, two_assignments(&app).await).await;
    app.run_until_idle().await;

    let store = app.app.world.store.clone();
    let gate = Gate::close(&store, format!("pace {} meet", workflow["id"].as_str().expect("an id"))).await;
    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    for (first, second) in [(&people[0], &people[1]), (&people[1], &people[0])] {
        app.post(hook).token("").json(&json!({"first": first, "second": second})).send().await.expect(200);
    }
    let (stop, mut working) = (CancellationToken::new(), JoinSet::new());
    let (queue, stopped) = (app.app.queue.clone(), stop.clone());
    working.spawn(async move { queue.run_relay(stopped).await });
    for name in app.app.queue.queue_names() {
        let (queue, stopped) = (app.app.queue.clone(), stop.clone());
        working.spawn(async move { queue.run_worker(name, 4, stopped).await });
    }
    wait_for(&store, BLOCKED, 2).await; // each run has its first contact
    gate.open().await;
    wait_for(&store, DEADLOCKS, 1).await;
    stop.cancel();
    working.join_all().await;
    app.run_until_idle().await;

    let told: Vec<String> = runs(&app, &workflow).await.iter().map(without_values).collect();
    insta::assert_snapshot!(told[0], @"
    1 first
    2 assign_first
    3 meet
    4 second
    5 assign_second
    finished
    ");
    assert_eq!(told, [told[0].clone(), told[0].clone()], "each step once");
}

/// Assigns the first contact that the hook names, waits for the gate, and assigns the second.
async fn two_assignments(app: &TestApp) -> Value {
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let find = |id: &str, which: &str, next: &str| {
        json!({"id": id, "type": "find_contact", "next": next, "attributes": {
            "fields": {"email": format!("{{{{inboundWebhookRequest.{which}}}}}")}}})
    };
    let assign = |id: &str| json!({"id": id, "type": "assign_user", "attributes": {"users": [user.id]}});
    let mut first = assign("assign_first");
    first["next"] = json!("meet");
    let meet = json!({"batch": 10, "every": {"value": 1, "unit": "minutes"}});
    json!({
        "name": "Opposite", "triggers": [{"id": "hook", "type": "inbound_webhook"}],
        "steps": [
            find("first", "first", "assign_first"), first,
            {"id": "meet", "type": "drip", "attributes": meet, "next": "second"},
            find("second", "second", "assign_second"), assign("assign_second"),
        ],
    })
}

/// The steps of a run that came to pass, without what they brought.
fn without_values(run: &Value) -> String {
    let whole = told(run);
    let lines = whole.lines().map(|line| line.split_once(':').map_or(line, |(step, _)| step));
    lines.collect::<Vec<_>>().join("\n")
}
