//! The schedules, through the real queue on a clock that the test turns: to the millisecond.

use leadhold_kernel::{Clock, Timestamp};
use leadhold_testkit::{Receiver, TestApp};

use super::manage::subscribed;
use super::*;

const SECOND: i64 = 1000;
const HOUR: i64 = 3_600_000;

/// An app that hears of everything at the first location, in this mode.
async fn listening(app: &TestApp, url: &str, mode: &str) -> Registered {
    let registered = register(app, Kinds::Only(Vec::new()), "https://example.com/").await;
    install(app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    subscribed(app, &registered, url, json!({ "mode": mode })).await;
    registered
}

/// Goes from attempt to attempt until there is none, and looks a millisecond before each.
async fn run_out(app: &TestApp, receiver: &Receiver) -> Vec<i64> {
    let begin = app.clock.now();
    let mut offsets = vec![0];
    while let Some(next) = newest(app).await["nextAttemptAt"].as_str() {
        let made = receiver.requests().len();
        let wait = Timestamp::parse(next).expect("a moment").millis() - app.clock.now().millis();
        app.clock.advance(wait - 1);
        app.run_until_idle().await;
        assert_eq!(receiver.requests().len(), made, "not before it is due");
        app.clock.advance(1);
        app.run_until_idle().await;
        assert_eq!(receiver.requests().len(), made + 1);
        offsets.push((app.clock.now().millis() - begin.millis()) / SECOND);
    }
    offsets
}

#[tokio::test]
async fn attempts_are_made_at_the_exact_offsets_of_the_mode() {
    for (mode, offsets) in [
        ("durable", vec![0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305, 185_705, 272_105]),
        ("ghl", vec![0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110, 8710, 12_310, 15_910]),
    ] {
        let (app, receiver) = (TestApp::start().await, Receiver::start().await);
        listening(&app, &receiver.url, mode).await;
        for _ in 0..20 {
            receiver.answer_next_with(429, vec![("retry-after", "1".into())]);
        }
        create_contact(&app).await;
        assert_eq!(run_out(&app, &receiver).await, offsets, "{mode}");
        let delivery = newest(&app).await;
        assert_eq!((&delivery["state"], &delivery["attemptCount"]), (&json!("dead"), &json!(offsets.len())));
        let requests = receiver.requests();
        assert!(requests.iter().all(|r| r.body == requests[0].body), "and so the same webhookId");
    }
}

/// What `Retry-After` asks for is heard where the schedule is ours.
#[tokio::test]
async fn only_the_durable_mode_is_asked_for_patience() {
    for (mode, wait) in [("durable", 600), ("ghl", 10)] {
        let (app, receiver) = (TestApp::start().await, Receiver::start().await);
        listening(&app, &receiver.url, mode).await;
        receiver.answer_next_with(503, vec![("retry-after", "600".into())]);
        create_contact(&app).await;
        assert_eq!(run_out(&app, &receiver).await, [0, wait], "{mode}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_down_for_six_hours_gets_every_event_once_it_is_up() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listening(&app, &receiver.url, "durable").await;
    let begin = app.clock.now();
    let (mut expected, mut at) = (Vec::new(), Vec::new());
    // An event every quarter of an hour, and the clock goes on in steps of five seconds.
    for step in 0..6 * 3600 / 5 {
        if step % 180 == 0 {
            let event =
                happen(&app, EventKind::ContactCreate, &app.agency.location, json!({ "n": step })).await;
            expected.push(event.id.to_string());
            at.push(step * 5);
        }
        receiver.answer_next(503);
        receiver.answer_next(503);
        app.run_until_idle().await;
        app.clock.advance(5 * SECOND);
    }
    receiver.forget_answers();
    let failed = receiver.requests().len();
    for _ in 0..=10 * 12 {
        app.run_until_idle().await;
        app.clock.advance(HOUR / 12);
    }
    let requests = receiver.requests();
    let mut arrived: Vec<_> =
        requests[failed..].iter().map(|r| r.json()["webhookId"].as_str().unwrap().to_owned()).collect();
    arrived.sort();
    expected.sort();
    assert_eq!(arrived, expected, "each once, none lost");
    assert_eq!(app.app.queue.waiting().await.unwrap().jobs, 0);

    // The first of them was tried when the schedule says, and arrived at the first moment of it after six hours.
    let list = app.get("/leadhold/v1/webhooks/deliveries?limit=100").send().await.expect(200).json();
    let first = list["deliveries"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let whole = app.get(&format!("/leadhold/v1/webhooks/deliveries/{first}")).send().await.expect(200).json();
    let offsets: Vec<i64> = whole["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| Timestamp::parse(a["startedAt"].as_str().unwrap()).unwrap().millis() - begin.millis())
        .collect();
    assert_eq!(offsets[..5], [0, 5, 305, 2105, 9305].map(|s| s * SECOND));
    assert!(
        offsets.len() == 6 && (27_305 * SECOND..27_305 * SECOND + HOUR / 12).contains(&offsets[5]),
        "{offsets:?}"
    );
}
