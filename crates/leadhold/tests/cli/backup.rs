//! `leadhold backup` and `leadhold restore`, on the embedded store.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::process::{Ended, Home};

fn pipelines_of(home: &Home, data: &str, token: &Value) -> (u16, Value) {
    let mut serve = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    let server = super::process::Server::start(serve.env("LEADHOLD_DATA", data));
    server.get("/opportunities/pipelines", token.as_str().unwrap())
}

fn restore(home: &Home, args: &[&str], data: &str) -> Ended {
    Ended(home.command(&["restore"]).args(args).env("LEADHOLD_DATA", data).output().unwrap())
}

#[test]
fn a_backup_made_beside_a_running_server_restores_to_the_same() {
    let (home, demo) = Home::embedded().with_demo();
    let server = home.serve(&[]);
    let saved = home.run(&["backup", "copy.db"]).expect(0);
    assert!(
        saved.out().lines().any(|line| line.split_whitespace().eq(["pipelines", "1"])),
        "{}",
        saved.out()
    );
    assert_eq!(server.get("/leadhold/v1/health", "").0, 200);
    drop(server);
    let restored = restore(&home, &["copy.db"], "restored").expect(0);
    assert_eq!(restored.out(), saved.out(), "as many rows of everything");
    let token = &demo["locationToken"];
    assert_eq!(pipelines_of(&home, "restored", token), pipelines_of(&home, "data", token));
}

#[test]
fn only_the_owner_reads_a_backup() {
    let (home, _) = Home::embedded().with_demo();
    home.run(&["backup", "copy.db"]).expect(0);
    let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("copy.db"), mode("copy.db.key")), (0o600, 0o600));
}

#[test]
fn neither_overwrites() {
    let (home, _) = Home::embedded().with_demo();
    fs::write(home.path("mine"), "precious").unwrap();
    assert!(home.run(&["backup", "mine"]).expect(1).err().contains("exists already"));
    assert_eq!(fs::read_to_string(home.path("mine")).unwrap(), "precious");
    home.run(&["backup", "copy.db"]).expect(0);
    let before = fs::read(home.path("data/leadhold.db")).unwrap();
    assert!(restore(&home, &["copy.db"], "data").expect(1).err().contains("never overwritten"));
    assert_eq!(fs::read(home.path("data/leadhold.db")).unwrap(), before);
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let (home, _) = Home::embedded().with_demo();
    home.run(&["backup", "copy.db"]).expect(0);
    let whole = fs::read(home.path("copy.db")).unwrap();
    let mut scribbled = whole.clone();
    scribbled[5000..60_000].fill(0x55);
    for (name, bytes) in
        [("short", &whole[..20_000]), ("scribbled", &scribbled[..]), ("text", b"not a database")]
    {
        fs::write(home.path(name), bytes).unwrap();
        fs::copy(home.path("copy.db.key"), home.path(&format!("{name}.key"))).unwrap();
        assert!(
            restore(&home, &[name], "restored").expect(1).err().contains("is not a sound copy"),
            "{name}"
        );
        assert!(!home.path("restored").exists(), "{name}");
    }
    assert!(restore(&home, &["absent.db"], "restored").expect(1).err().contains("absent.db"));
}

#[test]
fn without_its_key_a_backup_needs_new_ones() {
    let (home, demo) = Home::embedded().with_demo();
    home.run(&["backup", "copy.db"]).expect(0);
    fs::remove_file(home.path("copy.db.key")).unwrap();
    assert!(restore(&home, &["copy.db"], "restored").expect(1).err().contains("--new-keys"));
    assert!(!home.path("restored").exists());
    restore(&home, &["copy.db", "--new-keys"], "restored").expect(0);
    assert_eq!(pipelines_of(&home, "restored", &demo["locationToken"]).0, 200);
}

#[test]
fn a_postgresql_database_is_left_to_its_own_tools() {
    let home = Home::embedded();
    for line in [["backup", "x"], ["restore", "x"]] {
        let mut command = home.command(&line);
        let refused = Ended(command.env("LEADHOLD_DATABASE_URL", "postgres://x").output().unwrap()).expect(2);
        assert!(refused.err().contains("pg_"), "{}", refused.err());
    }
}
