//! `leadhold webhooks list`, `show` and `replay`, against a running server.

use std::time::Duration;

use serde_json::{Value, json};

use super::process::{Ended, Home};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value:#}"))
}

/// Runs until the deliveries listed with `--json` are as wanted, a minute at most.
fn until(what: &str, run: impl Fn() -> Ended, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..600 {
        let out = run().expect(0).out();
        let listed: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        if wanted(&listed) {
            return listed;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what} did not come");
}

#[test]
fn deliveries_are_listed_shown_and_sent_again() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&["--sandbox"]);
    let (url, token) = (format!("http://{}", server.address), text(&demo, "locationToken"));
    let asked = ["--url", &url, "--token", token];
    let run = |args: &[&str]| home.run(&[&["webhooks"], args, &asked].concat());
    assert_eq!(run(&["list"]).expect(0).out(), "");

    let workflow = json!({
        "name": "Tell", "triggers": [{"id": "made", "type": "contact_created", "filters": []}],
        "steps": [{"id": "tell", "type": "webhook", "name": "Tell",
                   "attributes": {"method": "POST", "url": "http://127.0.0.1:9/nobody", "customData": {}}}],
    });
    let (status, made) = server.post("/leadhold/v1/workflows", token, &workflow);
    assert_eq!(status, 201, "{made:#}");
    let publish = format!("/leadhold/v1/workflows/{}/publish", text(&made["workflow"], "id"));
    assert_eq!(server.post(&publish, token, &json!({})).0, 200);
    assert_eq!(server.post("/contacts/", token, &json!({"firstName": "Ada"})).0, 201);

    let list = || run(&["list", "--event", "Workflow", "--state", "pending", "--from", "1h", "--json"]);
    let tried = |count: i64| move |listed: &[Value]| listed.iter().any(|one| one["attemptCount"] == count);
    let listed = until("the first attempt", list, tried(1));
    assert_eq!(
        (text(&listed[0], "url"), text(&listed[0], "lastError")),
        ("http://127.0.0.1:9/nobody", "connect")
    );
    let id = text(&listed[0], "id");
    let shown = run(&["list"]).expect(0).out();
    assert!(
        shown.contains("pending") && shown.contains("connect") && shown.trim_end().ends_with(id),
        "{shown}"
    );

    let whole = run(&["show", id, "--json"]).expect(0).json();
    assert_eq!((text(&whole, "id"), whole["attempts"][0]["number"].as_i64()), (id, Some(1)));
    let shown = run(&["show", id]).expect(0).out();
    assert!(shown.starts_with("POST http://127.0.0.1:9/nobody\nWorkflow  pending"), "{shown}");
    assert!(shown.contains("> x-ghl-signature: ") && shown.contains("\"first_name\":\"Ada\""), "{shown}");
    assert!(
        run(&["show", id, "--curl"]).expect(0).out().starts_with("curl -X POST 'http://127.0.0.1:9/nobody'")
    );

    assert!(run(&["replay", id]).expect(0).out().contains("Workflow to http://127.0.0.1:9/nobody"));
    until("the second attempt", list, |listed| listed.iter().any(|one| one["replays"] == 1));
    let many = run(&["replay", "--state", "pending"]).expect(0);
    assert_eq!(many.out(), "1 deliveries are sent again\n");
    until("the third attempt", list, |listed| listed.iter().any(|one| one["replays"] == 2));
}

#[test]
fn what_cannot_be_meant_is_said() {
    let (home, demo) = Home::new().with_demo();
    let token = text(&demo, "locationToken");
    let run = |args: &[&str]| home.run(&[&["webhooks"], args, &["--token", token]].concat());
    assert!(run(&["replay"]).expect(2).err().contains("name deliveries by their ids"));
    assert!(run(&["replay", "abc", "--state", "dead"]).expect(2).err().contains("not both"));
    assert!(run(&["show", "../x"]).expect(2).err().contains("is no delivery's id"));
    assert!(run(&["list", "--from", "soon"]).expect(2).err().contains("`soon` is no moment"));
    let unreached = run(&["list", "--url", "http://127.0.0.1:9"]).expect(1);
    assert!(unreached.err().contains("cannot reach http://127.0.0.1:9"), "{}", unreached.err());
    let server = home.serve(&[]);
    let url = format!("http://{}", server.address);
    let refused = run(&["list", "--state", "lost", "--url", &url]).expect(1).err();
    assert!(refused.contains("state must be one of"), "{refused}");
}
