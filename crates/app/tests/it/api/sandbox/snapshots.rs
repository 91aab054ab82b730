//! `/leadhold/v1/sandbox/snapshots` and `POST /leadhold/v1/sandbox/reset`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leadhold_app::Config;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::advance;
use crate::api::contacts::unlimited;
use crate::api::files;
use crate::api::webhooks::{create_contact, listen};

const SNAPSHOTS: &str = "/leadhold/v1/sandbox/snapshots";
const RESET: &str = "/leadhold/v1/sandbox/reset";

async fn take(app: &TestApp, name: &str) -> Value {
    let call = app.post(SNAPSHOTS).token("").json(&json!({ "name": name }));
    call.send().await.expect(201).json()["snapshot"].clone()
}

async fn restore(app: &TestApp, name: &str) -> Value {
    app.post(&format!("{SNAPSHOTS}/{name}/restore")).token("").send().await.expect(200).json()
}

/// Makes a contact and answers its id.
async fn contact(app: &TestApp, name: &str) -> String {
    let body = json!({
        "locationId": app.agency.location.location_id(), "firstName": name, "email": format!("{name}@example.com"),
        "tags": [name],
    });
    let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
    made["contact"]["id"].as_str().expect("an id").to_owned()
}

/// Everything in the database but the clock's offset, which a restore sets.
async fn state(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut tables = app.database.content().await;
    tables
        .entry("installation".into())
        .or_default()
        .retain(|row| !row.starts_with("sandbox_clock_offset_ms"));
    tables
}

/// Something of everything: a contact with a tag, a note and a task, a delivery that failed and is tried again, a run that
/// waits, a file.
async fn much(app: &TestApp, name: &str) -> String {
    let id = contact(app, name).await;
    app.post(&format!("/contacts/{id}/notes")).json(&json!({ "body": name })).send().await.expect(201);
    let task = json!({ "title": name, "dueDate": "2026-03-01T00:00:00Z", "completed": false });
    app.post(&format!("/contacts/{id}/tasks")).json(&task).send().await.expect(201);
    files::upload(app, &[], &[("file", "a.png", files::PNG)]).send().await.expect(200);
    app.run_until_idle().await;
    id
}

#[tokio::test]
async fn what_was_is_again_and_goes_on_as_it_would_have() {
    let (app, receiver) = (unlimited().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.answer_next(503);
    let ada = much(&app, "ada").await;
    advance(&app, "2h").await;
    let before = state(&app).await;

    let taken = take(&app, "one").await;
    insta::assert_json_snapshot!(taken, { ".bytes" => "[bytes]" }, @r#"
    {
      "name": "one",
      "takenAt": "2026-01-15T12:00:00.000Z",
      "bytes": "[bytes]",
      "files": 1
    }
    "#);
    assert_eq!(state(&app).await, before, "taking one changes nothing");

    advance(&app, "3d").await;
    app.delete(&format!("/contacts/{ada}")).send().await.expect(200);
    let ben = much(&app, "ben").await;
    app.clock.advance(60_000); // the machine's time goes on meanwhile
    assert_ne!(state(&app).await, before);

    let restored = restore(&app, "one").await;
    insta::assert_json_snapshot!(restored, @r#"
    {
      "restored": "one",
      "now": "2026-01-15T12:00:00.000Z",
      "millis": 1768478400000
    }
    "#);
    assert_eq!(state(&app).await, before);
    app.get(&format!("/contacts/{ben}")).send().await.expect(400);
    assert_eq!(
        app.get(&format!("/contacts/{ada}")).send().await.expect(200).json()["contact"]["firstName"],
        "ada"
    );

    // And time goes on from there, with what waited then.
    receiver.forget_answers();
    let delivered = receiver.requests().len();
    contact(&app, "cyd").await;
    advance(&app, "1d").await;
    assert!(receiver.requests().len() > delivered);
    let after = state(&app).await;
    restore(&app, "one").await;
    assert_eq!(state(&app).await, before, "as often as one likes");
    assert_ne!(after, before);
}

#[tokio::test]
async fn the_bytes_of_files_come_back() {
    let app = TestApp::start().await;
    let made = files::upload(&app, &[], &[("file", "a.png", files::PNG)]).send().await.expect(200).json();
    let (id, path) = (made["fileId"].as_str().unwrap(), files::path(&made["url"]));
    assert_eq!(take(&app, "with-file").await["files"], 1);
    let owner = format!("altType=location&altId={}", app.agency.location.location_id());
    app.delete(&format!("/medias/{id}?{owner}")).send().await.expect(200);
    app.run_until_idle().await; // the job that removes the bytes
    app.get(&path).token("").send().await.expect(404);
    restore(&app, "with-file").await;
    assert_eq!(app.get(&path).token("").send().await.expect(200).body.as_ref(), files::PNG);

    app.delete(&format!("{SNAPSHOTS}/with-file")).token("").send().await.expect(200);
    app.get(&path).token("").send().await.expect(200);
    app.post(&format!("{SNAPSHOTS}/with-file/restore")).token("").send().await.expect(404);
}

#[tokio::test]
async fn names_are_plain_and_taken_once() {
    let app = TestApp::start().await;
    for bad in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "../up" }),
        json!({ "name": "A" }),
        json!({ "nam": "a" }),
    ] {
        app.post(SNAPSHOTS).token("").json(&bad).send().await.expect(422);
    }
    take(&app, "b").await;
    let again = app.post(SNAPSHOTS).token("").json(&json!({ "name": "b" })).send().await.expect(409).json();
    assert_eq!(again["message"], "There is a snapshot b already.");
    app.post(SNAPSHOTS).token("").json(&json!({ "name": "b", "replace": true })).send().await.expect(201);
    take(&app, "a").await;
    let list = app.get(SNAPSHOTS).token("").send().await.expect(200).json();
    let names: Vec<&str> =
        list["snapshots"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a", "b"]);
    for missing in ["c", "..", "A"] {
        app.post(&format!("{SNAPSHOTS}/{missing}/restore")).token("").send().await.expect(404);
        app.delete(&format!("{SNAPSHOTS}/{missing}")).token("").send().await.expect(404);
    }
}

#[tokio::test]
async fn reset_goes_back_to_the_first_start() {
    let app = unlimited().await;
    app.post(RESET).token("").send().await.expect(409);
    let sandbox = app.app.sandbox.clone().expect("a sandbox");
    sandbox.keep_first_start(&app.app).await.expect("it is kept");
    let before = state(&app).await;
    contact(&app, "ada").await;
    advance(&app, "7d").await;
    sandbox.keep_first_start(&app.app).await.expect("a later start keeps the first");
    app.clock.advance(1000);

    let reset = app.post(RESET).token("").send().await.expect(200).json();
    insta::assert_json_snapshot!(reset, @r#"
    {
      "restored": "first-start",
      "now": "2026-01-15T10:00:01.000Z",
      "millis": 1768471201000
    }
    "#);
    assert_eq!(state(&app).await, before);
    contact(&app, "ada").await; // the credentials work, and nobody has this address
    let refused = app.delete(&format!("{SNAPSHOTS}/first-start")).token("").send().await.expect(409);
    assert_eq!(refused.json()["message"], "first-start is what reset goes back to.");
}

#[tokio::test]
async fn snapshots_and_the_clock_survive_a_restart() {
    let app = unlimited().await;
    contact(&app, "ada").await;
    advance(&app, "1d").await;
    take(&app, "one").await;
    let before = state(&app).await;
    advance(&app, "5d").await;
    contact(&app, "ben").await;
    let app = app.restart().await;
    restore(&app, "one").await;
    assert_eq!(state(&app).await, before);
    let app = app.restart().await;
    let clock = app.get("/leadhold/v1/sandbox/clock").token("").send().await.expect(200).json();
    assert_eq!(clock["now"], "2026-01-16T10:00:00.000Z");
    assert_eq!(state(&app).await, before);
}

/// A contact's name and tag are read with several statements: whoever reads while one state takes the other's place sees one
/// of them, and whoever writes gets an answer that holds in the state after it.
#[tokio::test(flavor = "multi_thread")]
async fn no_request_sees_half_of_it() {
    let app = unlimited().await;
    let id = contact(&app, "ada").await;
    take(&app, "ada").await;
    let path = format!("/contacts/{id}");
    let ben = json!({ "firstName": "ben", "tags": ["ben"] });
    app.put(&path).json(&ben).send().await.expect(200);
    take(&app, "ben").await;
    let done = AtomicBool::new(false);
    let look = async || {
        let mut looks = 0;
        while !done.load(Ordering::SeqCst) {
            let seen = app.get(&path).send().await.expect(200).json()["contact"].clone();
            assert_eq!(seen["tags"], json!([seen["firstName"]]), "{seen}");
            looks += 1;
        }
        looks
    };
    let write = async || {
        let mut kept = 0;
        while !done.load(Ordering::SeqCst) {
            let name = format!("n{kept}");
            let body =
                json!({ "locationId": app.agency.location.location_id(), "firstName": name, "tags": [name] });
            app.post("/contacts/").json(&body).send().await.expect(201);
            kept += 1;
        }
        kept
    };
    let exchange = async || {
        for _ in 0..5 {
            restore(&app, "ada").await;
            restore(&app, "ben").await;
        }
        done.store(true, Ordering::SeqCst);
    };
    let (looks, more, written, ()) = tokio::join!(look(), look(), write(), exchange());
    assert!(looks > 5 && more > 5 && written > 5, "{looks} {more} {written}");
    restore(&app, "ada").await;
    let list = app.get(&format!("/contacts/?locationId={}", app.agency.location.location_id()));
    assert_eq!(list.send().await.expect(200).json()["contacts"].as_array().map(Vec::len), Some(1));
}

/// A delivery under way ends before the data are exchanged, and then has not been.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_run_are_waited_for() {
    let app = TestApp::start().await;
    let slow = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    take(&app, "before").await;
    let before = state(&app).await;
    listen(&app, &format!("http://{}", slow.local_addr().unwrap())).await;
    let deliver = create_contact(&app);
    let answer = async {
        let (mut stream, _) = slow.accept().await.expect("a delivery");
        tokio::time::sleep(Duration::from_millis(300)).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("an answer");
        stream
    };
    let exchange = async {
        while app.jobs().await.iter().all(|job| job.attempts == 0) {
            tokio::task::yield_now().await;
        }
        restore(&app, "before").await;
    };
    let (_, _stream, ()) = tokio::join!(deliver, answer, exchange);
    assert_eq!(state(&app).await, before);
}

#[tokio::test]
async fn what_is_remembered_in_memory_is_forgotten() {
    let app = TestApp::start().await;
    let list = format!("/contacts/?locationId={}", app.agency.location.location_id());
    take(&app, "fresh").await;
    for _ in 0..100 {
        app.get(&list).send().await.expect(200);
    }
    app.get(&list).send().await.expect(429);
    app.write_log().await;
    advance(&app, "1d").await;
    app.get(&list).send().await.expect(200);
    app.write_log().await;
    restore(&app, "fresh").await;
    app.get(&list).send().await.expect(200);
    app.app.token_uses.write(&app.app.world.store).await.expect("uses are written");
    let logged = app.database.log_content().await.join("\n");
    assert!(logged.contains("1768471200000") && !logged.contains("1768557600000"), "{logged}");
}

#[tokio::test]
async fn outside_the_sandbox_all_of_it_is_refused() {
    let app = TestApp::with(Config::default()).await;
    let sentence = "This route exists only when the server runs with --sandbox.";
    let calls = [
        app.get(SNAPSHOTS),
        app.post(SNAPSHOTS).json(&json!({ "name": "a" })),
        app.post(&format!("{SNAPSHOTS}/a/restore")),
        app.delete(&format!("{SNAPSHOTS}/a")),
        app.post(RESET),
    ];
    for call in calls {
        assert_eq!(call.token("").send().await.expect(403).json()["message"], sentence);
    }
}
