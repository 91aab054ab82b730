//! One endpoint that never answers, and another behind the same worker.

use std::sync::Arc;

use leadhold_app::webhooks::QUEUE;
use leadhold_testkit::{Receiver, TestApp};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;

#[tokio::test]
async fn a_slow_endpoint_delays_only_itself() {
    const EVENTS: usize = 60;
    let (app, fast) = (TestApp::start().await, Receiver::start().await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listen(&app, &format!("http://{}/", listener.local_addr().unwrap())).await;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut silent = Vec::new();
        loop {
            silent.push(listener.accept().await.unwrap());
        }
    });
    // All that is due to the silent endpoint is due before anything else is.
    for _ in 0..EVENTS {
        happen(&app, EventKind::ContactCreate, &app.agency.location, json!({})).await;
    }
    let (stop, queue) = (CancellationToken::new(), Arc::new(app.app.queue.clone()));
    let (relay, end) = (queue.clone(), stop.clone());
    tasks.spawn(async move { relay.run_relay(end).await });
    while queue.waiting().await.unwrap().jobs < i64::try_from(EVENTS).unwrap() {
        tokio::task::yield_now().await;
    }
    app.clock.advance(1);
    let registered = register(&app, Kinds::All, &fast.url).await;
    install(&app, &registered, Place::Location(app.agency.second.clone()), "*").await;
    for _ in 0..EVENTS {
        happen(&app, EventKind::ContactCreate, &app.agency.second, json!({})).await;
    }

    // Fewer workers than deliveries to the silent endpoint, and a few more than it may hold.
    let (workers, end) = (queue.clone(), stop.clone());
    tasks.spawn(async move { workers.run_worker(QUEUE, 20, end).await });
    fast.wait_for(EVENTS).await;

    // None of the silent endpoint's requests has even timed out meanwhile.
    let list = app.get("/leadhold/v1/webhooks/deliveries?limit=100").send().await.expect(200).json();
    let attempts: Vec<_> =
        list["deliveries"].as_array().unwrap().iter().map(|d| d["attemptCount"].as_i64().unwrap()).collect();
    assert_eq!(attempts, [0; EVENTS]);
    tasks.shutdown().await;
}
