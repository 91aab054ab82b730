//! `leadhold sandbox`, against a running server.

use serde_json::{Value, json};

use super::process::Home;

#[test]
fn a_day_at_the_sandbox() {
    let (home, demo) = Home::new().with_demo();
    let token = demo["locationToken"].as_str().unwrap();
    let server = home.serve(&["--sandbox"]);
    let url = format!("http://{}", server.address);
    let run = |args: &[&str]| home.run(&[&["sandbox"], args, &["--url", &url]].concat());
    let contacts = || server.get("/contacts/?limit=100", token).1["contacts"].as_array().map(Vec::len);
    let at_first = contacts();

    // A workflow that waits a day and then two, and a week of the sandbox.
    let wait = |id: &str, days: u32, next: Value| json!({"id": id, "type": "wait", "next": next, "attributes": {"for": {"value": days, "unit": "days"}}});
    let workflow = json!({
        "name": "Patience", "status": "published", "settings": {},
        "triggers": [{"id": "hook", "type": "inbound_webhook"}],
        "steps": [wait("one", 1, json!("two")), wait("two", 2, Value::Null)],
    });
    let (status, made) = server.post("/leadhold/v1/workflows", token, &workflow);
    assert_eq!(status, 201, "{made:#}");
    let hook = made["workflow"]["inboundHookPath"].as_str().unwrap();
    assert_eq!(server.post(hook, "", &json!({})).0, 200);
    let advanced = run(&["advance", "7d"]).expect(0);
    assert!(advanced.err().contains("stopped at"), "{}", advanced.err());
    let runs = format!("/leadhold/v1/workflows/{}/runs", made["workflow"]["id"].as_str().unwrap());
    assert_eq!(server.get(&runs, token).1["runs"][0]["status"], "finished");
    assert!(run(&["clock"]).expect(0).out() >= advanced.out());

    let taken = run(&["snapshot", "weekly"]).expect(0).out();
    assert!(taken.starts_with("weekly  "), "{taken}");
    assert!(run(&["snapshot", "weekly"]).expect(1).err().contains("There is a snapshot weekly already."));
    assert_eq!(server.post("/contacts/", token, &json!({"firstName": "Ada"})).0, 201);
    let listed = run(&["snapshots"]).expect(0).out();
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["first-start", "weekly"]);
    run(&["restore", "weekly"]).expect(0);
    assert_eq!(contacts(), at_first);

    let add = [
        "faults",
        "add",
        "--route",
        "GET /contacts/",
        "--fault",
        "status",
        "--status",
        "503",
        "--times",
        "1",
    ];
    let added = run(&add).expect(0).out();
    assert!(added.contains("  GET /contacts/  status  0 of 1"), "{added}");
    assert_eq!(server.get("/contacts/", token).0, 503);
    assert_eq!(server.get("/contacts/", token).0, 200);
    assert!(run(&["faults"]).expect(0).out().contains("  status  1 of 1"));
    run(&["faults", "clear"]).expect(0);
    assert_eq!(run(&["faults"]).expect(0).out(), "");

    run(&["reset"]).expect(0);
    assert_eq!(server.get(&runs, token).1["runs"].as_array().map_or(0, Vec::len), 0);
    assert_eq!(contacts(), at_first, "and the credentials work");
    run(&["forget", "weekly"]).expect(0);
    assert_eq!(run(&["forget", "first-start"]).expect(1).out(), "");
}

#[test]
fn without_the_sandbox_it_says_so() {
    let (home, _) = Home::new().with_demo();
    let server = home.serve(&[]);
    let url = format!("http://{}", server.address);
    for args in [&["clock"][..], &["reset"], &["advance", "1d"], &["snapshots"], &["faults"]] {
        let refused = home.run(&[&["sandbox"], args, &["--url", &url]].concat()).expect(1);
        assert!(refused.err().contains("only when the server runs with --sandbox"), "{}", refused.err());
    }
    assert!(!home.path("data/snapshots").exists());
}
