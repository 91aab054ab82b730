//! `leadhold init`, and the command line itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::process::{Ended, Home, bare};

#[test]
fn the_demo_prints_everything_that_somebody_needs() {
    let (_home, demo) = Home::new().with_demo();
    let shape = |name: &str| {
        let text = demo
            .pointer(name)
            .and_then(|value| value.as_str())
            .unwrap_or_else(|| panic!("{name} in {demo:#}"));
        let class = |c: char| if c.is_ascii_alphanumeric() { 'x' } else { c };
        (text.to_owned(), text.chars().map(class).collect::<String>())
    };
    let id = "x".repeat(20);
    for name in ["/companyId", "/locationId", "/secondLocationId", "/userId", "/pipelineId"] {
        assert_eq!(shape(name).1, id, "{name}");
    }
    let pit = "xxx-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for name in ["/agencyToken", "/locationToken", "/secondLocationToken", "/otherAgency/locationToken"] {
        assert_eq!(shape(name).1, pit, "{name}");
        assert!(shape(name).0.starts_with("pit-"), "{name}");
    }
    for name in ["/otherAgency/companyId", "/otherAgency/locationId"] {
        assert_eq!(shape(name).1, id, "{name}");
    }
    assert!(shape("/adminEmail").0.contains('@') && shape("/adminPassword").0.len() >= 16);
    assert!(shape("/agencyKey").0.len() >= 36 && shape("/otherAgency/agencyKey").0.len() >= 36);
    assert!(demo["pipelineStageIds"].as_array().is_some_and(|stages| stages.len() >= 2), "{demo:#}");
    assert!(shape("/webhookPublicKey").0.starts_with("-----BEGIN PUBLIC KEY-----\n"));
}

#[test]
fn a_store_is_never_overwritten() {
    let (home, demo) = Home::new().with_demo();
    let again = home.run(&["init", "--demo", "--json"]).expect(1);
    assert!(again.out().is_empty() && again.err().contains("never overwrites"), "{}", again.err());
    let server = home.serve(&[]);
    let location = demo["locationToken"].as_str().unwrap();
    assert_eq!(server.get("/opportunities/pipelines", location).0, 200, "and what was there still works");
}

#[test]
fn a_database_that_was_filled_is_refused_from_another_directory_too() {
    let home = Home::new();
    home.run(&["init"]).expect(0);
    let mut again = home.command(&["init", "--demo"]);
    let again = Ended(again.env("LEADHOLD_DATA", "elsewhere").output().unwrap());
    if again.0.status.success() {
        assert!(home.path("data/leadhold.db").exists(), "only an embedded store is another store elsewhere");
    } else {
        assert!(again.err().contains("holds a Leadhold already"), "{}", again.err());
        assert!(!home.path("elsewhere").exists(), "and nothing is left behind");
    }
}

#[test]
fn without_a_demo_there_is_a_store_and_no_agency() {
    let home = Home::new();
    let made = home.run(&["init", "--json"]).expect(0).json();
    assert_eq!(made.as_object().unwrap().keys().collect::<Vec<_>>(), ["webhookPublicKey"]);
    assert!(home.run(&["token", "list"]).expect(0).out().is_empty());
    home.run(&["migrate"]).expect(0);
}

#[test]
fn a_real_installation_begins_with_one_agency_that_can_be_used() {
    let home = Home::new();
    let line = ["init", "--agency", "Bright Path", "--email", "me@example.com", "--json"];
    let made = home.run(&line).expect(0).json();
    assert_eq!(made["adminEmail"], "me@example.com");
    let server = home.serve(&[]);
    let path = format!("/opportunities/pipelines?locationId={}", made["locationId"].as_str().unwrap());
    assert_eq!(server.get(&path, made["locationToken"].as_str().unwrap()).0, 200);
    assert_eq!(home.run(&["token", "list"]).expect(0).out().lines().count(), 3);
}

#[test]
fn an_init_that_fails_leaves_nothing_and_can_be_repeated() {
    let home = Home::new();
    let failed = home.run(&["init", "--demo", "--webhook-url", "not a url"]).expect(1);
    assert!(failed.out().is_empty() && failed.err().contains("webhookUrl is refused"), "{}", failed.err());
    let faulty =
        ["init", "--agency", "x", "--email", "nobody", "--country", "Mars", "--timezone", "Mars/Base"];
    let failed = home.run(&faulty).expect(1).err();
    assert!(
        ["nobody", "`Mars`", "Mars/Base"].iter().all(|fault| failed.contains(fault)),
        "all at once: {failed}"
    );
    assert!(!home.path("data").exists());
    home.run(&["init", "--demo", "--webhook-url", "https://example.com/hook"]).expect(0);
    home.serve(&[]);
}

#[test]
fn only_the_owner_reads_the_data_directory() {
    let (home, _) = Home::new().with_demo();
    let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/secret.key"), mode("data/leadhold.toml")), (0o700, 0o600, 0o600));
}

#[test]
fn the_settings_file_it_writes_is_one_that_it_reads() {
    let (home, _) = Home::new().with_demo();
    let file = home.path("data/leadhold.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("# listen = \"127.0.0.1:8080\""), "{text}");
    fs::write(&file, text.replace("# sandbox = false", "sandbox = true")).unwrap();
    let server = home.serve(&[]);
    assert_eq!(server.get("/leadhold/v1/health", "").1["sandbox"], true);
    drop(server);
    fs::write(&file, "[server]\nsandbocks = true\n").unwrap();
    let refused = home.run(&["serve"]).expect(1);
    assert!(
        refused.err().contains("sandbocks") && refused.err().contains("leadhold.toml"),
        "{}",
        refused.err()
    );
}

#[test]
fn what_is_not_understood_exits_2_and_says_nothing_on_standard_output() {
    let home = Home::embedded();
    let lines: [&[&str]; 7] = [
        &[],
        &["sreve"],
        &["serve", "--rate-limit", "off"],
        &["serve", "--listen", "nowhere"],
        &["init", "--webhook-url", "http://127.0.0.1/"],
        &["token", "create"],
        &["backup"],
    ];
    for line in lines {
        let ended = Ended(bare(home.folder.path()).args(line).output().unwrap()).expect(2);
        assert!(ended.out().is_empty() && !ended.err().is_empty(), "{line:?}: {}", ended.out());
    }
    assert_eq!(fs::read_dir(home.folder.path()).unwrap().count(), 0, "and nothing was made");
}

#[test]
fn help_goes_to_standard_output_with_examples() {
    let home = Home::embedded();
    for line in [
        &["--help"][..],
        &["serve", "--help"],
        &["init", "--help"],
        &["token", "--help"],
        &["restore", "--help"],
    ] {
        let ended = Ended(bare(home.folder.path()).args(line).output().unwrap()).expect(0);
        assert!(ended.out().contains("Example"), "{line:?}: {}", ended.out());
    }
}
