//! `leadhold contacts`, against a running server.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::process::{Ended, Home, Server};

const PEOPLE: &str = "First,Mail,Notes\nAda,ada@import.example,a\nBob,bob@import.example,b\nEve,nothing,c\n";
const MAPPED: &[&str] = &["--map", "First=firstName", "--map", "Mail=email", "--map", "Notes="];

struct Place {
    home: Home,
    server: Server,
    demo: Value,
}

impl Place {
    fn new() -> Self {
        let (home, demo) = Home::new().with_demo();
        std::fs::write(home.path("people.csv"), PEOPLE).unwrap();
        let server = home.serve(&["--sandbox", "--rate-limit", "off"]);
        Self { home, server, demo }
    }

    fn token(&self) -> &str {
        self.demo["locationToken"].as_str().unwrap()
    }

    /// `leadhold contacts ARGS` with the location's token in the environment.
    fn run(&self, args: &[&str]) -> Ended {
        let mut command = self.home.command(&[&["contacts"], args].concat());
        command
            .env("LEADHOLD_URL", format!("http://{}", self.server.address))
            .env("LEADHOLD_TOKEN", self.token());
        Ended(command.output().unwrap())
    }

    fn import(&self, more: &[&str]) -> Ended {
        self.run(&[&["import", "people.csv"], MAPPED, more].concat())
    }

    /// The first names of the imported contacts that there are.
    fn there(&self) -> Vec<String> {
        let exported = self.run(&["export", "--query", "import.example"]).expect(0).out();
        let lines = exported.lines().skip(1);
        let known = |line: &str| {
            ["Ada", "Bob", "Eve"].into_iter().find(|name| line.contains(name)).map(str::to_owned)
        };
        let mut names: Vec<_> = lines.map(|line| known(line).unwrap_or_else(|| line.to_owned())).collect();
        names.sort();
        names
    }
}

/// The lines of JSON on standard output, each as (row, outcome).
fn outcomes(ended: &Ended) -> Vec<(i64, String)> {
    let line = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        (row["row"].as_i64().unwrap(), row["outcome"].as_str().unwrap().to_owned())
    };
    ended.out().lines().map(line).collect()
}

fn all(outcomes: &[&str]) -> Vec<(i64, String)> {
    (1..).zip(outcomes.iter().map(|outcome| (*outcome).to_owned())).collect()
}

/// The id that an import's first line of talk names.
fn id(ended: &Ended) -> String {
    let said = ended.err();
    said.split("import ")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .unwrap_or_else(|| panic!("{said}"))
        .to_owned()
}

#[test]
fn a_file_is_rehearsed_imported_and_taken_back() {
    let place = Place::new();
    let rehearsed = place.import(&["--dry-run"]).expect(1);
    assert_eq!(outcomes(&rehearsed), all(&["created", "created", "failed"]));
    assert!(rehearsed.err().contains("would be: created 2"), "{}", rehearsed.err());
    assert_eq!(place.there(), Vec::<String>::new());

    let imported = place.import(&["--tag", "fair"]).expect(1);
    assert_eq!(outcomes(&imported), all(&["created", "created", "failed"]));
    let said = imported.err();
    for words in
        ["3 of 3 rows", "created 2, updated 0, unchanged 0, skipped 0, failed 1", "1 of 3 rows are at fault"]
    {
        assert!(said.contains(words), "{words} in {said}");
    }
    let last: Value = serde_json::from_str(imported.out().lines().last().unwrap()).unwrap();
    assert_eq!((&last["line"], &last["faults"]), (&json!(4), &json!(["email must be an email"])));
    assert_eq!(place.there(), ["Ada", "Bob"]);

    // The same command again goes on with the same import; `--again` begins another.
    let same = place.import(&["--tag", "fair"]).expect(1);
    assert_eq!((id(&same), outcomes(&same)), (id(&imported), outcomes(&imported)));
    let other = place.import(&["--tag", "fair", "--again"]).expect(1);
    assert_ne!(id(&other), id(&imported));
    assert_eq!(outcomes(&other), all(&["unchanged", "unchanged", "failed"]));
    let rest = place.run(&["import", "--resume", &id(&imported), "--after", "1"]).expect(1);
    assert_eq!(outcomes(&rest), all(&["created", "created", "failed"])[1..]);

    let undone = place.run(&["import", "--undo", &id(&imported)]).expect(0);
    assert_eq!(outcomes(&undone), all(&["created", "created"]));
    assert!(undone.err().contains("undone 2, kept 0"), "{}", undone.err());
    assert_eq!(place.there(), Vec::<String>::new());
    assert_eq!(place.run(&["import", "--undo", &id(&imported)]).expect(0).out(), undone.out());
}

#[test]
fn a_file_comes_through_a_pipe_and_contacts_go_out_through_one() {
    let place = Place::new();
    let mut command = place.home.command(&["contacts", "import", "-", "--token", place.token()]);
    command.args(["--url", &format!("http://{}/", place.server.address)]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"firstName,email\nAda,ada@import.example\n").unwrap();
    let ended = Ended(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(outcomes(&ended), all(&["created"]));
    let exported = place.run(&["export", "--bom"]).expect(0);
    assert!(exported.out().starts_with('\u{feff}') && exported.out().contains("ada@import.example"));
    assert_eq!(exported.err(), "", "nothing to say");
}

#[test]
fn what_is_wrong_is_named_and_nothing_comes_of_it() {
    let place = Place::new();
    for (args, code, word) in [
        (&["import"][..], 2, "FILE"),
        (&["import", "nowhere.csv"], 1, "nowhere.csv"),
        (&["import", "people.csv", "--map", "Mail"], 2, "COLUMN=FIELD"),
        (&["import", "people.csv", "--map", "Mail=shoe"], 1, "mapping.Mail"),
        (&["import", "people.csv", "--duplicates", "maybe"], 2, "maybe"),
        (&["import", "people.csv", "--undo", "x"], 2, "--undo"),
        (&["import", "--resume", "unknown"], 1, "refused"),
        (&["import", "--undo", "unknown"], 1, "refused"),
        (&["import", "people.csv", "--token", "pit-unknown"], 1, "refused"),
        (&["import", "people.csv", "--token", "a\nb"], 2, "token"),
        (&["import", "people.csv", "--location", "unknown"], 1, "refused"),
        (&["export", "--token", "pit-unknown"], 1, "refused"),
        (&["export", "--url", "http://127.0.0.1:1"], 1, "cannot reach"),
        (&["export", "--url", "nowhere"], 1, "cannot reach"),
    ] {
        let refused = place.run(args).expect(code);
        assert!(refused.out().is_empty() && refused.err().contains(word), "{args:?}: {}", refused.err());
        assert!(!refused.err().contains(place.token()), "no token is told");
    }
    assert_eq!(place.there(), Vec::<String>::new());
    let without = place.home.run(&["contacts", "export"]).expect(2);
    assert!(without.err().contains("--token"), "{}", without.err());
}
