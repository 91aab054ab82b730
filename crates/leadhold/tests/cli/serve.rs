//! `leadhold serve`, `leadhold migrate` and `leadhold openapi`.

use std::net::TcpListener;

use serde_json::json;

use super::process::{Ended, Home, Server};

#[test]
fn it_says_where_it_listens_and_answers_there() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let (status, health) = server.get("/leadhold/v1/health", "");
    assert_eq!((status, &health["status"], &health["sandbox"]), (200, &json!("ok"), &json!(false)));
    let (status, pipelines) = server.get("/opportunities/pipelines", demo["locationToken"].as_str().unwrap());
    assert_eq!((status, &pipelines["pipelines"][0]["id"]), (200, &demo["pipelineId"]));
    let stages = pipelines["pipelines"][0]["stages"].as_array().unwrap();
    let ids: Vec<_> = stages.iter().map(|stage| stage["id"].clone()).collect();
    assert_eq!(json!(ids), demo["pipelineStageIds"]);
}

#[test]
fn each_token_opens_its_own_location_only() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let path = format!("/opportunities/pipelines?locationId={}", demo["locationId"].as_str().unwrap());
    let status = |token: &serde_json::Value| server.get(&path, token.as_str().unwrap()).0;
    assert_eq!(status(&demo["locationToken"]), 200);
    assert_eq!(status(&demo["secondLocationToken"]), 403);
    assert_eq!(status(&demo["otherAgency"]["locationToken"]), 403);
    assert_eq!(status(&demo["agencyToken"]), 401);
    assert_eq!(status(&json!("pit-unknown")), 401);
}

#[test]
fn sigterm_and_sigint_drain_and_exit_0() {
    let (home, _) = Home::new().with_demo();
    for signal in ["-TERM", "-INT"] {
        let server = home.serve(&[]);
        assert_eq!(server.get("/leadhold/v1/health", "").0, 200);
        let (code, words) = server.stop(signal);
        assert_eq!(code, Some(0), "{signal}: {words}");
        assert!(words.contains("stopped"), "{words}");
    }
}

#[test]
fn after_a_sigkill_it_starts_again_with_all_its_data() {
    let (home, demo) = Home::new().with_demo();
    let (code, _) = home.serve(&[]).stop("-KILL");
    assert_eq!(code, None);
    let server = home.serve(&[]);
    let (_, pipelines) = server.get("/opportunities/pipelines", demo["locationToken"].as_str().unwrap());
    assert_eq!(pipelines["pipelines"][0]["id"], demo["pipelineId"]);
}

#[test]
fn flags_win_over_the_environment_and_it_over_the_file() {
    let (home, _) = Home::new().with_demo();
    let sandbox = |server: Server| server.get("/leadhold/v1/health", "").1["sandbox"].clone();
    std::fs::write(home.path("data/other.toml"), "[server]\nsandbox = true\nlisten = '127.0.0.1:0'\n")
        .unwrap();
    let mut serve = home.command(&["serve", "--config", "data/other.toml"]);
    assert_eq!(sandbox(Server::start(&mut serve)), true);
    assert_eq!(sandbox(Server::start(serve.env("LEADHOLD_SANDBOX", "false"))), false);
    assert_eq!(sandbox(Server::start(serve.arg("--sandbox"))), true);
}

#[test]
fn the_sandbox_clock_turns_and_stays_turned() {
    let (home, _) = Home::new().with_demo();
    let clock = "/leadhold/v1/sandbox/clock";
    let server = home.serve(&["--sandbox"]);
    let before = server.get(clock, "").1["millis"].as_i64().unwrap();
    assert_eq!(server.post(clock, "", &json!({"advance": "30d"})).0, 200);
    server.stop("-TERM");
    let month = 30 * 86_400_000;
    assert!(home.serve(&["--sandbox"]).get(clock, "").1["millis"].as_i64().unwrap() >= before + month);
    assert_eq!(home.serve(&[]).get(clock, "").0, 403, "outside the sandbox there is no such clock");
}

#[test]
fn without_a_store_it_says_how_to_make_one() {
    let home = Home::embedded();
    let refused = home.run(&["serve"]).expect(1);
    assert!(
        refused.out().is_empty() && refused.err().contains("leadhold init --data data"),
        "{}",
        refused.err()
    );
    assert!(!home.path("data").exists(), "and makes none by itself");
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let (home, _) = Home::new().with_demo();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = home.run(&["serve", "--listen", &address]).expect(1);
    assert!(refused.err().contains(&address) && refused.err().contains("--listen"), "{}", refused.err());
}

#[test]
fn a_lost_secret_is_told_before_anything_is_signed() {
    let (home, _) = Home::new().with_demo();
    let other = "00".repeat(32);
    std::fs::write(home.path("data/secret.key"), other).unwrap();
    assert!(
        home.run(&["serve", "--listen", "127.0.0.1:0"])
            .expect(1)
            .err()
            .contains("sealed with another secret")
    );
    std::fs::remove_file(home.path("data/secret.key")).unwrap();
    assert!(home.run(&["serve", "--listen", "127.0.0.1:0"]).expect(1).err().contains("LEADHOLD_SECRET_KEY"));
}

#[test]
fn the_secret_may_come_from_the_environment() {
    let (home, _) = Home::new().with_demo();
    let secret = std::fs::read_to_string(home.path("data/secret.key")).unwrap();
    std::fs::remove_file(home.path("data/secret.key")).unwrap();
    let mut serve = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    Server::start(serve.env("LEADHOLD_SECRET_KEY", secret.trim()));
}

#[test]
fn migrating_twice_changes_nothing() {
    let (home, _) = Home::new().with_demo();
    let ended = home.run(&["migrate"]).expect(0);
    assert!(ended.out().is_empty() && ended.err().starts_with("0 applied now, "), "{}", ended.err());
}

#[test]
fn the_description_is_the_same_from_the_command_and_from_the_server() {
    let (home, _) = Home::new().with_demo();
    let printed = home.run(&["openapi"]).expect(0).json();
    assert_eq!(printed["openapi"], "3.1.0");
    assert!(printed["paths"].as_object().is_some_and(|paths| paths.contains_key("/opportunities/pipelines")));
    assert_eq!(home.serve(&[]).get("/openapi.json", ""), (200, printed));
}

#[test]
fn a_database_that_cannot_be_reached_or_read_is_told() {
    let home = Home::embedded();
    let serve = |url: &str| {
        let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
        Ended(command.env("LEADHOLD_DATABASE_URL", url).output().unwrap()).expect(1).err()
    };
    assert!(serve("postgres://nobody@127.0.0.1:1/none").contains("cannot open the PostgreSQL database"));
    assert!(serve("mysql://x").contains("expected postgres://"), "{}", serve("mysql://x"));
}

#[test]
fn a_public_url_is_a_host_without_a_path() {
    let (home, _) = Home::new().with_demo();
    for url in ["https://example.com/crm", "https://example.com/?a=1", "https://", "https://exa mple.com"] {
        let refused = home.run(&["serve", "--listen", "127.0.0.1:0", "--public-url", url]).expect(1).err();
        assert!(refused.contains(&format!("server.public_url is `{url}`")), "{refused}");
    }
    home.serve(&["--public-url", "https://example.com:8443/"]);
}
