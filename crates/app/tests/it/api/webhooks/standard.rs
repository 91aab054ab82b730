//! The headers of Standard Webhooks, checked by its own library.

use leadhold_testkit::{Received, Receiver, TestApp};
use standardwebhooks::Webhook;

use super::manage::{path_of, subscribed};
use super::*;

/// Whether one of the signatures is the one that the library makes. It accepts a message only within minutes of the
/// machine's own time, and the test's clock shows another.
fn accepted(secret: &str, request: &Received) -> bool {
    let webhook = Webhook::new(secret).expect("the library reads the secret");
    let seconds = request.header("webhook-timestamp").parse().expect("seconds");
    let signature = webhook.sign(request.header("webhook-id"), seconds, &request.body).expect("a signature");
    request.header("webhook-signature").split(' ').any(|one| one == signature)
}

fn secret(answer: &Value) -> String {
    answer["secret"].as_str().expect("a secret").to_owned()
}

#[tokio::test]
async fn every_attempt_is_signed_for_its_time_and_a_flipped_bit_is_noticed() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Kinds::Only(Vec::new()), "https://example.com/").await;
    install(&app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    let secret = secret(&subscribed(&app, &registered, &receiver.url, json!({})).await);
    for _ in 0..3 {
        receiver.answer_next(503);
    }
    let event = create_contact(&app).await;
    for wait in [5, 300, 1800] {
        app.clock.advance(wait * 1000);
        app.run_until_idle().await;
    }
    let requests = receiver.requests();
    assert_eq!(requests.len(), 4);
    let begin = 1_768_471_200;
    let times: Vec<i64> =
        requests.iter().map(|r| r.header("webhook-timestamp").parse::<i64>().unwrap() - begin).collect();
    assert_eq!(times, [0, 5, 305, 2105]);
    for request in &requests {
        assert_eq!(request.header("webhook-id"), event.id.as_str());
        assert_eq!(request.body, requests[0].body, "the same bytes");
        assert!(accepted(&secret, request));
        let mut flipped = request.clone();
        let mut body = request.body.to_vec();
        body[7] ^= 1;
        flipped.body = body.into();
        assert!(!accepted(&secret, &flipped));
        for (name, value) in [("webhook-id", "another"), ("webhook-timestamp", "1768471201")] {
            let mut other = request.clone();
            other.headers.insert(name, value.parse().unwrap());
            assert!(!accepted(&secret, &other), "{name}");
        }
    }
    let signatures: std::collections::BTreeSet<_> =
        requests.iter().map(|r| r.header("webhook-signature")).collect();
    assert_eq!(signatures.len(), 4, "each for its own moment");
    assert!(requests[0].header("webhook-signature").contains(" v1a,"), "and by the server's key");
}

#[tokio::test]
async fn a_secret_is_replaced_while_the_one_before_still_signs() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Kinds::Only(Vec::new()), "https://example.com/").await;
    install(&app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    let made = subscribed(&app, &registered, &receiver.url, json!({})).await;
    let rotate = app.post(&format!("{}/secret", path_of(&made))).token(&app.agency.token).json(&json!({}));
    let rotated = rotate.send().await.expect(200).json();
    assert_eq!(rotated["subscription"]["previousSecretUntil"], "2026-01-16T10:00:00.000Z");
    let (old, new) = (secret(&made), secret(&rotated));
    create_contact(&app).await;
    app.clock.advance(86_400_000);
    create_contact(&app).await;
    let requests = receiver.requests();
    let both: Vec<_> = requests.iter().map(|r| (accepted(&old, r), accepted(&new, r))).collect();
    assert_eq!(both, [(true, true), (false, true)]);
    let other = subscribed(&app, &registered, "https://example.com/", json!({})).await;
    assert!(!accepted(&secret(&other), &requests[1]), "each subscription has its own");
}
