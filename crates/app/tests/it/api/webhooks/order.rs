//! Subscriptions that want a record's events one after the other.

use leadhold_testkit::{Receiver, TestApp};

use super::manage::subscribed;
use super::*;

async fn happens(app: &TestApp, record: &str, n: i64) {
    let (here, record) = (app.agency.location.clone(), record.to_owned());
    app.write(move |tx, cx| {
        let event = here.event(cx, EventKind::ContactUpdate, &record, json!({ "record": record, "n": n }));
        Ok(outbox::append(tx, &event)?)
    })
    .await;
}

async fn ordered(app: &TestApp, url: &str) -> Value {
    let registered = register(app, Kinds::Only(Vec::new()), "https://example.com/").await;
    install(app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    subscribed(app, &registered, url, json!({ "ordered": true })).await
}

fn seen(receiver: &Receiver) -> Vec<(String, i64)> {
    let seen = |body: Value| {
        (body["record"].as_str().expect("a record").to_owned(), body["n"].as_i64().expect("a number"))
    };
    receiver.requests().iter().map(|r| seen(r.json())).collect()
}

#[tokio::test]
async fn the_next_one_of_a_record_waits_for_the_one_before_and_other_records_do_not() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    ordered(&app, &receiver.url).await;
    receiver.answer_next(500);
    for n in 1..=3 {
        happens(&app, "a", n).await;
    }
    app.run_until_idle().await; // of two that are due at once either may be the first
    happens(&app, "b", 4).await;
    app.run_until_idle().await;
    let of = |record: &str, n| (record.to_owned(), n);
    assert_eq!(seen(&receiver), [of("a", 1), of("b", 4)]);
    let list = app.get("/leadhold/v1/webhooks/deliveries?state=pending").send().await.expect(200).json();
    assert_eq!(list["deliveries"].as_array().map(Vec::len), Some(3));
    assert_eq!(app.app.queue.waiting().await.unwrap().jobs, 1, "who waits for another has no job");

    receiver.answer_next(500);
    app.clock.advance(5000);
    app.run_until_idle().await;
    assert_eq!(seen(&receiver)[2..], [of("a", 1)]);
    app.clock.advance(300_000);
    app.run_until_idle().await;
    assert_eq!(seen(&receiver)[3..], [of("a", 1), of("a", 2), of("a", 3)]);
    let sequences: Vec<_> =
        receiver.requests().iter().map(|r| r.json()["sequence"].as_i64().unwrap()).collect();
    assert!(sequences[3] < sequences[4] && sequences[4] < sequences[5], "{sequences:?}");
    assert_eq!(app.app.queue.waiting().await.unwrap().jobs, 0);
}

#[tokio::test]
async fn one_that_is_given_up_lets_the_next_one_go() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    ordered(&app, &receiver.url).await;
    for _ in 0..10 {
        receiver.answer_next(500);
    }
    happens(&app, "a", 1).await;
    happens(&app, "a", 2).await;
    app.run_until_idle().await;
    use_up(&app).await;
    let seen = seen(&receiver);
    assert_eq!(seen.len(), 11);
    assert!(seen[..10].iter().all(|(_, n)| *n == 1) && seen[10].1 == 2, "{seen:?}");
}

#[tokio::test]
async fn without_order_nobody_waits() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.answer_next(500);
    happens(&app, "a", 1).await;
    happens(&app, "a", 2).await;
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 2);
}
