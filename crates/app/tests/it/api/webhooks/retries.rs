//! When a failed delivery is tried again, on a clock that the test turns.

use leadhold_kernel::{Clock, Timestamp};
use leadhold_testkit::{Receiver, TestApp};

use super::*;

/// Milliseconds until the newest delivery's next attempt.
async fn until_next(app: &TestApp) -> i64 {
    let delivery = newest(app).await;
    let next = delivery["nextAttemptAt"].as_str().unwrap_or_else(|| panic!("no next attempt: {delivery}"));
    Timestamp::parse(next).expect(next).millis() - app.clock.now().millis()
}

#[tokio::test]
async fn every_attempt_is_made_when_it_is_due_with_the_same_bytes() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    for _ in 0..10 {
        receiver.answer_next(500);
    }
    create_contact(&app).await;

    let pauses = [5, 300, 1800, 7200, 18_000, 36_000, 36_000, 86_400, 86_400];
    for (made, pause) in (1..).zip(pauses) {
        assert_eq!(receiver.requests().len(), made);
        let wait = until_next(&app).await;
        assert!(
            (pause * 1000..=pause * 1100).contains(&wait),
            "after attempt {made}: {wait} ms, planned {pause} s"
        );
        app.clock.advance(wait - 1);
        app.run_until_idle().await;
        assert_eq!(receiver.requests().len(), made, "not before it is due");
        app.clock.advance(1);
        app.run_until_idle().await;
    }

    let requests = receiver.requests();
    assert_eq!(requests.len(), 10);
    assert!(requests.iter().all(|r| r.body == requests[0].body), "and so the same webhookId");
    let delivery = newest(&app).await;
    assert_eq!((&delivery["state"], &delivery["attemptCount"]), (&json!("dead"), &json!(10)));
    assert_eq!(delivery.get("nextAttemptAt"), None);
    let statuses: Vec<_> =
        delivery["attempts"].as_array().unwrap().iter().map(|a| a["status"].clone()).collect();
    assert_eq!(statuses, vec![json!(500); 10]);

    app.clock.advance(30 * 86_400_000);
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 10, "dead is dead");
    assert_eq!(app.app.queue.waiting().await.unwrap().jobs, 0);
}

#[tokio::test]
async fn any_answer_but_2xx_is_tried_again_until_one_is() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    for status in [404, 429, 503, 204] {
        receiver.answer_next(status);
    }
    create_contact(&app).await;
    for _ in 0..5 {
        app.clock.advance(3 * 3_600_000);
        app.run_until_idle().await;
    }
    assert_eq!(receiver.requests().len(), 4);
    let delivery = newest(&app).await;
    let last = &delivery["attempts"][3];
    assert_eq!((&last["number"], &last["status"], &last["answer"]), (&json!(4), &json!(204), &json!("")));
    assert_eq!((&delivery["state"], delivery.get("nextAttemptAt")), (&json!("delivered"), None));
}

#[tokio::test]
async fn a_receiver_may_ask_for_more_time() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.answer_next_with(429, vec![("retry-after", "120".into())]);
    receiver.answer_next_with(503, vec![("retry-after", "999999".into())]);
    create_contact(&app).await;
    assert_eq!(until_next(&app).await, 120_000);
    app.clock.advance(120_000);
    app.run_until_idle().await;
    assert_eq!(until_next(&app).await, 3_600_000, "an hour at most so early");
}

#[tokio::test]
async fn one_receivers_failure_is_not_anothers() {
    let (app, failing, healthy) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    listen(&app, &failing.url).await;
    listen(&app, &healthy.url).await;
    failing.answer_next(500);
    create_contact(&app).await;
    app.clock.advance(6000);
    app.run_until_idle().await;
    assert_eq!((failing.requests().len(), healthy.requests().len()), (2, 1));
}
