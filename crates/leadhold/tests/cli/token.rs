//! `leadhold token`, beside a running server.

use serde_json::Value;

use super::process::{Home, Server};

const PIPELINES: &str = "/opportunities/pipelines";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value:#}"))
}

fn status(server: &Server, token: &str) -> u16 {
    server.get(PIPELINES, token).0
}

#[test]
fn a_token_works_at_once_and_a_revoked_one_no_more() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let location = text(&demo, "locationId");
    let made = home.run(&["token", "create", "--location", location, "--json"]).expect(0).json();
    assert_eq!(status(&server, text(&made, "token")), 200);
    home.run(&["token", "revoke", text(&made, "id")]).expect(0);
    let (code, body) = server.get(PIPELINES, text(&made, "token"));
    assert_eq!((code, body["message"].as_str()), (401, Some("Invalid Private Integration token")));
    assert_eq!(status(&server, text(&demo, "locationToken")), 200, "and the others still do");
    home.run(&["token", "revoke", text(&made, "id")]).expect(1);
}

#[test]
fn only_the_secret_goes_to_standard_output() {
    let (home, demo) = Home::new().with_demo();
    let made = home
        .run(&["token", "create", "--company", text(&demo, "companyId"), "--kind", "agency-key"])
        .expect(0);
    assert_eq!(made.out().lines().count(), 1);
    assert!(made.out().len() > 36 && made.err().contains("shown this once"), "{}", made.err());
}

#[test]
fn a_token_can_do_what_its_scopes_say() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let create = |scopes: &str| {
        let line = ["token", "create", "--location", text(&demo, "locationId"), "--scopes", scopes];
        home.run(&line).expect(0).out().trim().to_owned()
    };
    assert_eq!(status(&server, &create("opportunities.readonly,contacts.write")), 200);
    let (code, body) = server.get(PIPELINES, &create("contacts.readonly"));
    assert_eq!((code, body["message"].as_str()), (401, Some("The token is not authorized for this scope.")));
    let line =
        ["token", "create", "--location", text(&demo, "locationId"), "--scopes", "contacts.everything"];
    assert!(home.run(&line).expect(2).err().contains("contacts.everything"));
}

#[test]
fn a_rotated_token_overlaps_with_its_successor_unless_it_is_ended() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&["--sandbox"]);
    let line = ["token", "create", "--location", text(&demo, "locationId"), "--json"];
    let first = home.run(&line).expect(0).json();
    let second = home.run(&["token", "rotate", text(&first, "id"), "--json"]).expect(0).json();
    assert_eq!((status(&server, text(&first, "token")), status(&server, text(&second, "token"))), (200, 200));
    let line = ["token", "rotate", text(&second, "id"), "--expire-now", "--json"];
    let third = home.run(&line).expect(0).json();
    assert_eq!((status(&server, text(&second, "token")), status(&server, text(&third, "token"))), (401, 200));
    assert_eq!(server.post("/leadhold/v1/sandbox/clock", "", &serde_json::json!({"advance": "8d"})).0, 200);
    assert_eq!((status(&server, text(&first, "token")), status(&server, text(&third, "token"))), (401, 200));
}

#[test]
fn the_list_shows_every_token_and_no_secret() {
    let (home, demo) = Home::new().with_demo();
    let listed = home.run(&["token", "list", "--json"]).expect(0);
    let tokens = listed.json();
    assert_eq!(tokens.as_array().unwrap().len(), 7);
    let mine = text(&demo, "locationToken");
    assert!(listed.out().contains(&mine[..8]) && !listed.out().contains(mine));
    let shown = home.run(&["token", "list"]).expect(0).out();
    assert_eq!(shown.lines().count(), 7);
    assert!(tokens.as_array().unwrap().iter().all(|token| shown.contains(text(token, "id"))));
}

#[test]
fn an_unknown_owner_or_token_is_named() {
    let (home, _) = Home::new().with_demo();
    for line in [
        &["token", "create", "--location", "nowhere"][..],
        &["token", "create", "--company", "nobody"],
        &["token", "rotate", "nothing"],
        &["token", "revoke", "nothing"],
    ] {
        let refused = home.run(line).expect(1);
        assert!(
            refused.out().is_empty() && refused.err().contains(line.last().unwrap()),
            "{}",
            refused.err()
        );
    }
}

#[test]
fn the_list_tells_when_a_token_was_used_last() {
    let (home, demo) = Home::new().with_demo();
    let mine = text(&demo, "locationToken");
    let last = || {
        let all = home.run(&["token", "list", "--json"]).expect(0).json();
        let found = all.as_array().unwrap().iter().find(|token| token["hint"] == mine[..8]).cloned();
        found.expect("the token")["lastUsedAt"].clone()
    };
    let server = home.serve(&[]);
    assert_eq!(last(), Value::Null);
    assert_eq!(status(&server, mine), 200);
    server.stop("-TERM"); // what has gathered is written before the end
    assert!(last().is_string(), "{}", last());
    assert!(home.run(&["token", "list"]).expect(0).out().contains("used 2"));
}
