//! `leadhold doctor`.

use std::fs;
use std::net::TcpListener;

use super::process::{Ended, Home};

/// `doctor` with a port that nobody else looks at.
fn doctor(home: &Home, listen: &str) -> Ended {
    home.run(&["doctor", "--listen", listen])
}

fn bad(ended: &Ended) -> Vec<String> {
    ended.out().lines().filter(|line| line.starts_with("BAD")).map(str::to_owned).collect()
}

#[test]
fn a_sound_installation_gets_exit_0_and_a_line_for_each_look() {
    let (home, _) = Home::new().with_demo();
    let ended = doctor(&home, "127.0.0.1:0").expect(0);
    for about in ["settings", "disk", "secret", "database", "clock", "port"] {
        assert!(
            ended.out().lines().any(|line| line.split_whitespace().nth(1) == Some(about)),
            "{about}: {}",
            ended.out()
        );
    }
    assert!(bad(&ended).is_empty());
}

#[test]
fn it_may_run_beside_its_server() {
    let (home, _) = Home::new().with_demo();
    let server = home.serve(&[]);
    let ended = doctor(&home, &server.address).expect(0);
    assert!(ended.out().contains("a Leadhold serves on"), "{}", ended.out());
}

#[test]
fn without_a_store_it_says_how_to_make_one_and_makes_none() {
    let home = Home::embedded();
    let ended = doctor(&home, "127.0.0.1:0").expect(1);
    assert!(bad(&ended).iter().any(|line| line.contains("leadhold init")), "{}", ended.out());
    assert!(!home.path("data").exists());
}

#[test]
fn each_thing_to_mend_is_named_with_what_to_do() {
    let (home, _) = Home::new().with_demo();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    fs::remove_file(home.path("data/secret.key")).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || drop(taken.accept())); // hangs up on the look
    let ended = doctor(&home, &address).expect(1);
    answering.join().unwrap();
    let [secret, port] = &bad(&ended)[..] else { panic!("{}", ended.out()) };
    assert!(secret.contains("LEADHOLD_SECRET_KEY") && port.contains("--listen"), "{}", ended.out());
}

#[test]
fn a_wrong_settings_file_and_a_dead_database_are_found() {
    let (home, _) = Home::new().with_demo();
    fs::write(home.path("wrong.toml"), "[log]\nlevel = 5\n").unwrap();
    let ended = home.run(&["doctor", "--config", "wrong.toml"]).expect(1);
    assert!(bad(&ended)[0].contains("level"), "{}", ended.out());
    let dead = "postgres://nobody@127.0.0.1:1/none";
    let ended = home.run(&["doctor", "--listen", "127.0.0.1:0", "--database-url", dead]).expect(1);
    assert!(
        bad(&ended).iter().any(|line| line.contains("cannot open the PostgreSQL database")),
        "{}",
        ended.out()
    );
}
