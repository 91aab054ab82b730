//! Several relays and workers over one database share the work and do none of it twice.

use std::collections::BTreeSet;
use std::time::Duration;

use leadhold_app::Config;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::victim::workflow;

const CONTACTS: usize = 40;
const WORKERS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn each_event_starts_one_run_and_each_run_sends_once() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let receiver = Receiver::start().await;
    let made =
        app.post("/leadhold/v1/workflows").json(&workflow(&receiver.url)).send().await.expect(201).json();
    let id = made["workflow"]["id"].as_str().unwrap().to_owned();
    app.post(&format!("/leadhold/v1/workflows/{id}/publish")).send().await.expect(200);

    let (stop, mut working) = (CancellationToken::new(), JoinSet::new());
    for _ in 0..WORKERS {
        let (queue, stopped) = (app.app.queue.clone(), stop.clone());
        working.spawn(async move { queue.run_relay(stopped).await });
        for name in app.app.queue.queue_names() {
            let (queue, stopped) = (app.app.queue.clone(), stop.clone());
            working.spawn(async move { queue.run_worker(name, 4, stopped).await });
        }
    }
    for i in 0..CONTACTS {
        let contact = json!({"firstName": "A", "email": format!("a{i}@example.com")});
        app.post("/contacts/").json(&contact).send().await.expect(201);
    }
    let sent = receiver.wait_for(CONTACTS).await;
    wait_until_idle(&app).await;
    stop.cancel();
    working.join_all().await;

    let about: BTreeSet<String> =
        sent.iter().map(|request| request.json()["contact_id"].to_string()).collect();
    assert_eq!(
        (receiver.requests().len(), about.len()),
        (CONTACTS, CONTACTS),
        "one request for each contact"
    );
    let runs =
        app.get(&format!("/leadhold/v1/workflows/{id}/runs?limit=500")).send().await.expect(200).json();
    assert_eq!(runs["runs"].as_array().unwrap().len(), CONTACTS);
}

async fn wait_until_idle(app: &TestApp) {
    loop {
        let waiting = app.app.queue.waiting().await.expect("the store answers");
        if waiting.events + waiting.jobs == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await; // the state is polled; the time means nothing
    }
}
