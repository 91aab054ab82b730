//! `leadhold apps create` and `list`, beside a running server.

use serde_json::{Value, json};

use super::process::Home;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value:#}"))
}

const DIALER: &[&str] = &[
    "apps",
    "create",
    "--name",
    "Dialer",
    "--redirect-uri",
    "https://dialer.example/callback",
    "--redirect-uri",
    "http://localhost:3000/cb",
    "--scopes",
    "contacts.readonly,contacts.write",
];

#[test]
fn an_app_is_registered_beside_a_running_server() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let more = [
        "--distribution",
        "location",
        "--webhook-url",
        "https://dialer.example/hooks",
        "--events",
        "ContactCreate,NoteCreate",
        "--json",
    ];
    let made = home.run(&[DIALER, &more, &["--company", text(&demo, "companyId")]].concat()).expect(0).json();
    assert_eq!(text(&made, "clientId").split_once('-').map(|(id, _)| id), made["id"].as_str());
    assert_eq!(text(&made, "clientSecret").len(), 36);
    let path = format!("/leadhold/v1/apps/{}", text(&made, "id"));
    let (status, read) = server.get(&path, text(&demo, "agencyToken"));
    assert_eq!(status, 200, "{read:#}");
    let app = &read["app"];
    assert_eq!((text(app, "name"), text(app, "distribution")), ("Dialer", "location"));
    assert_eq!(app["redirectUris"], json!(["https://dialer.example/callback", "http://localhost:3000/cb"]));
    assert_eq!(app["scopes"], json!(["contacts.readonly", "contacts.write"]));
    assert_eq!(app["events"], json!(["ContactCreate", "NoteCreate"]));

    let listed = home.run(&["apps", "list", "--json"]).expect(0);
    let found = listed.json();
    let dialer = found.as_array().unwrap().iter().find(|app| app["id"] == made["id"]).expect("the app");
    assert_eq!(dialer["clientId"], made["clientId"]);
    assert!(!listed.out().contains(text(&made, "clientSecret")));
    let shown = home.run(&["apps", "list"]).expect(0).out();
    assert_eq!(shown.lines().count(), found.as_array().unwrap().len());
    assert!(shown.contains(text(&made, "clientId")) && shown.contains("Dialer"));
}

#[test]
fn only_what_is_shown_once_goes_to_standard_output() {
    let home = Home::new();
    home.run(&["init", "--agency", "Only", "--email", "only@example.com"]).expect(0);
    let made = home.run(DIALER).expect(0);
    assert_eq!(made.out().lines().count(), 2);
    assert!(made.out().contains("client secret  ") && made.err().contains("shown this once"));
    let public = home.run(&[DIALER, &["--public"]].concat()).expect(0);
    assert_eq!(public.out().lines().count(), 1);
    assert!(public.err().contains("PKCE"));
}

#[test]
fn what_is_wrong_is_named_and_nothing_comes_of_it() {
    let home = Home::new();
    home.run(&["init", "--agency", "Only", "--email", "only@example.com"]).expect(0);
    let before = home.run(&["apps", "list"]).expect(0).out();
    for (more, code, word) in [
        (&["--scopes", "contacts.everything"][..], 2, "contacts.everything"),
        (&["--scopes", "apps.write"], 1, "apps.write"),
        (&["--scopes", "contacts.readonly", "--events", "Nonsense"], 2, "Nonsense"),
        (&["--scopes", "contacts.readonly", "--events", "all"], 1, "webhookUrl"),
        (&["--scopes", "contacts.readonly", "--company", "nobody"], 1, "nobody"),
        (&["--scopes", "contacts.readonly", "--redirect-uri", "http://a.example/"], 1, "https"),
        (&["--scopes", "contacts.readonly", "--distribution", "moon"], 2, "moon"),
    ] {
        let refused = home.run(&[&["apps", "create", "--name", "Bad"], more].concat()).expect(code);
        assert!(refused.out().is_empty() && refused.err().contains(word), "{more:?}: {}", refused.err());
    }
    assert_eq!(home.run(&["apps", "list"]).expect(0).out(), before);
}

#[test]
fn with_several_agencies_the_owner_is_named() {
    let (home, demo) = Home::new().with_demo();
    let refused = home.run(DIALER).expect(1);
    let named = ["--company", "Bright Path Marketing", text(&demo, "companyId")];
    assert!(named.iter().all(|word| refused.err().contains(word)), "{}", refused.err());
    home.run(&[DIALER, &["--company", text(&demo, "companyId")]].concat()).expect(0);
}

/// Whoever may register an app chooses its name; the operator's terminal must not obey it.
#[test]
fn a_name_in_a_list_is_text_and_no_command_to_the_terminal() {
    let home = Home::new();
    home.run(&["init", "--agency", "Only", "--email", "only@example.com"]).expect(0);
    let name = "\u{1b}]0;owned\u{7}\u{9b}2JDialer";
    let dressed = |name| ["apps", "create", "--name", name, "--scopes", "contacts.readonly"];
    home.run(&dressed(name)).expect(0);
    let shown = home.run(&["apps", "list"]).expect(0).out();
    assert!(shown.contains("Dialer") && !shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    let listed = home.run(&["apps", "list", "--json"]).expect(0).json();
    assert_eq!(listed[0]["name"], name, "JSON is for programs");
}
