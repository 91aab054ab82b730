//! `leadhold logs tail`, beside a running server.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{Home, Server};

fn tail(home: &Home, args: &[&str]) -> Vec<Value> {
    let args = [&["logs", "tail", "--no-follow", "--json"], args].concat();
    let out = home.run(&args).expect(0).out();
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Lines are written in batches: waits until the log has `count`.
fn written(home: &Home, count: usize) -> Vec<Value> {
    for _ in 0..600 {
        let lines = tail(home, &[]);
        if lines.len() >= count {
            return lines;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("waited for {count} lines: {:?}", tail(home, &[]));
}

fn served() -> (Home, Server, String) {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&["--sandbox"]);
    let token = demo["locationToken"].as_str().unwrap().to_owned();
    (home, server, token)
}

#[test]
fn it_shows_what_was_asked_and_filters() {
    let (home, server, token) = served();
    assert_eq!(server.get("/contacts/?limit=1&query=canary", &token).0, 200);
    assert_eq!(server.get("/contacts/nobody", &token).0, 400);
    assert_eq!(server.get("/contacts/x", "pit-unknown").0, 401);
    let lines = written(&home, 3);
    let shown: Vec<_> =
        lines.iter().map(|line| (line["path"].as_str().unwrap(), line["status"].clone())).collect();
    assert_eq!(
        shown,
        [("/contacts/", json!(200)), ("/contacts/nobody", json!(400)), ("/contacts/x", json!(401))]
    );
    assert_eq!(
        (&lines[0]["query"], &lines[0]["scope"]),
        (&json!("limit=1&query=***"), &json!("contacts.readonly"))
    );
    assert_eq!(tail(&home, &["--status", "4xx"]).len(), 2);
    assert_eq!(tail(&home, &["--status", "401", "--since", "1h"]).len(), 1);
    assert_eq!(tail(&home, &["--since", "2100-01-01T00:00:00Z"]).len(), 0);
    assert_eq!(tail(&home, &["--app", "65a0b1c2d3e4f5a6b7c8d9e0-lx4w7r9s"]).len(), 0);
    let text = home.run(&["logs", "tail", "--no-follow"]).expect(0).out();
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("200") && text.contains("GET    /contacts/?limit=1&query=***"), "{text}");
    assert!(!text.contains("canary") && !text.contains(&token), "{text}");
}

#[test]
fn it_follows_new_lines() {
    let (home, server, token) = served();
    assert_eq!(server.get("/contacts/before", &token).0, 400);
    written(&home, 1);
    let mut following = home.command(&["logs", "tail"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("/contacts/before"));
    assert_eq!(server.get("/contacts/after", &token).0, 400);
    assert!(lines.next().unwrap().unwrap().contains("/contacts/after"));
    drop(lines);
    assert_eq!(server.get("/contacts/unread", &token).0, 400);
    assert!(following.wait().unwrap().success(), "it ends when nobody reads");
}

#[test]
fn without_a_log_or_with_a_wrong_flag_it_says_what_to_do() {
    // On PostgreSQL the test's database has a log from the start, and the tail would wait for its first line.
    let (home, _) = Home::embedded().with_demo();
    assert!(home.run(&["logs", "tail"]).expect(1).err().contains("leadhold serve"));
    assert!(home.run(&["logs", "tail", "--status", "bad"]).expect(2).err().contains("4xx"));
    assert!(home.run(&["logs", "tail", "--since", "soon"]).expect(2).err().contains("1h"));
}

#[test]
fn bodies_are_refused_outside_the_sandbox() {
    let (home, _) = Home::new().with_demo();
    assert!(home.run(&["serve", "--log-bodies"]).expect(2).err().contains("--sandbox"));
    let server = home.serve(&["--sandbox", "--log-bodies"]);
    assert_eq!(server.get("/leadhold/v1/health", "").0, 200);
}
