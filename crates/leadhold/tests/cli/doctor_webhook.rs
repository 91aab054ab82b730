//! `leadhold doctor webhook`: careful and careless receivers.

use std::sync::Mutex;

use leadhold_outbound::verify;
use serde_json::Value;

use super::process::{Ended, Home};
use super::receiver::{Came, Receiver};

fn demo() -> (Home, String) {
    let (home, demo) = Home::new().with_demo();
    (home, demo["webhookPublicKey"].as_str().unwrap().to_owned())
}

/// 200 when `x-ghl-signature` verifies, as the official SDK does.
fn by_ghl(key: &str, came: &Came) -> u16 {
    if verify(key, &came.body, came.header("x-ghl-signature")) { 200 } else { 401 }
}

fn verdicts(ended: &Ended) -> Vec<String> {
    let found: Value = ended.json();
    let of = |one: &Value| {
        let accepted = if one["accepted"] == true { "accepted" } else { "refused" };
        format!("{} {accepted} {}", one["case"].as_str().unwrap(), one["verdict"].as_str().unwrap())
    };
    found.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_receiver_that_verifies_is_in_order() {
    let (home, key) = demo();
    let receiver = Receiver::start(move |came| by_ghl(&key, came));
    let ended = home.run(&["doctor", "webhook", &receiver.url, "--json"]).expect(0);
    assert_eq!(
        verdicts(&ended),
        [
            "good accepted ok",
            "tampered refused ok",
            "unsigned refused ok",
            "signature N/A refused ok",
            "foreign key refused ok",
            "sent again accepted note",
            "a day old accepted note",
        ]
    );
    home.run(&["doctor", "webhook", &receiver.url, "--strict"]).expect(1);
}

#[test]
fn one_that_also_looks_at_the_time_is_in_order_strictly() {
    let (home, key) = demo();
    let newest = Mutex::new(0);
    let receiver = Receiver::start(move |came| {
        let sent: i64 = came.header("webhook-timestamp").parse().unwrap();
        let mut newest = newest.lock().unwrap();
        *newest = sent.max(*newest);
        if *newest - sent > 300 { 401 } else { by_ghl(&key, came) }
    });
    let ended = home.run(&["doctor", "webhook", &receiver.url, "--strict"]).expect(0);
    assert!(
        ended.out().lines().any(|line| line.starts_with("ok") && line.contains("a day old")),
        "{}",
        ended.out()
    );
}

#[test]
fn one_that_takes_everything_is_told_so() {
    let (home, _) = demo();
    let receiver = Receiver::start(|_| 200);
    let ended = home.run(&["doctor", "webhook", &receiver.url]).expect(1);
    let bad: Vec<_> = ended.out().lines().filter(|line| line.starts_with("BAD")).map(str::to_owned).collect();
    assert_eq!(bad.len(), 4, "{}", ended.out());
    assert!(bad[1].contains("it takes what anybody sends"), "{bad:?}");
    assert!(ended.err().contains("4 thing(s)"), "{}", ended.err());
}

#[test]
fn one_that_refuses_everything_is_told_so() {
    let (home, _) = demo();
    let receiver = Receiver::start(|_| 500);
    let ended = home.run(&["doctor", "webhook", &receiver.url]).expect(1);
    assert!(ended.out().starts_with("BAD   good "), "{}", ended.out());
    let deliveries = receiver.came();
    assert_eq!(deliveries[0].json()["type"], "ContactCreate");
}

#[test]
fn with_rsa_the_older_header_is_tried_alone() {
    let (home, key) = demo();
    let receiver = Receiver::start(move |came| by_ghl(&key, came));
    let mut command = home.command(&["doctor", "webhook", &receiver.url, "--json"]);
    std::fs::write(home.path("data/leadhold.toml"), "[webhooks]\nrsa_signature = true\n").unwrap();
    let ended = Ended(command.output().unwrap()).expect(0);
    let last: Vec<_> = verdicts(&ended).split_off(7);
    assert_eq!(last, ["older header refused note", "older, tampered refused ok"]);
    let old_only = &receiver.came()[7];
    assert_eq!((old_only.header("x-ghl-signature"), old_only.header("x-wh-signature").len()), ("", 684));
}

#[test]
fn one_that_is_not_there_is_no_finding() {
    let (home, _) = demo();
    let ended = home.run(&["doctor", "webhook", "http://127.0.0.1:9/hook"]).expect(1);
    assert!(ended.err().contains("cannot reach http://127.0.0.1:9/hook"), "{}", ended.err());
    assert_eq!(ended.out(), "");
}
