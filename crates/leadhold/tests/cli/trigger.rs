//! `leadhold trigger`: every recipe, against a server.

use leadhold_kernel::Error;
use leadhold_store::{Store, params};
use serde_json::Value;

use super::process::{Ended, Home, Server, bare};

leadhold_store::statements! {
    KINDS across tenants "a test looks at what happened" = "select seq, kind from events where seq > $1 order by seq";
    TOKENS across tenants "a test looks at what is left" =
        "select count(*) from tokens where name = 'leadhold trigger' and revoked_at is null";
}

/// A demo with a server, and what happened in it.
struct Demo {
    server: Server,
    home: Home,
    demo: Value,
    store: Store,
    seen: i64,
}

impl Demo {
    fn new() -> Self {
        let (home, demo) = Home::new().with_demo();
        let server = home.serve(&["--sandbox", "--rate-limit", "off"]);
        let store = Store::open(&home.backend()).unwrap();
        let mut this = Self { home, server, demo, store, seen: 0 };
        this.happened();
        this
    }

    /// The kinds of the events since the last call.
    fn happened(&mut self) -> Vec<String> {
        let after = self.seen;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let read = self.store.read(move |tx| {
            let rows =
                tx.query(KINDS, params![after], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))?;
            Ok::<_, Error>(rows)
        });
        let rows = runtime.block_on(read).unwrap();
        self.seen = rows.last().map_or(after, |(seq, _)| *seq);
        rows.into_iter().map(|(_, kind)| kind).collect()
    }

    fn working_tokens(&self) -> i64 {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let read = self.store.read(|tx| Ok::<i64, Error>(tx.query_one(TOKENS, &[], |row| row.get(0))?));
        runtime.block_on(read).unwrap()
    }

    fn own(&self, name: &str) -> String {
        self.demo[name].as_str().unwrap().to_owned()
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    fn trigger(&self, args: &[&str]) -> Ended {
        let mut command = self.home.command(&["trigger", "--url", &self.url()]);
        command.env("LEADHOLD_ADMIN_EMAIL", self.own("adminEmail"));
        command.env("LEADHOLD_ADMIN_PASSWORD", self.own("adminPassword"));
        Ended(command.args(args).output().unwrap())
    }
}

#[test]
fn every_recipe_makes_its_event_happen() {
    let mut demo = Demo::new();
    let listed = demo.home.run(&["trigger", "--list", "--json"]).expect(0).json();
    let events: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap().to_owned()).collect();
    assert!(events.len() >= 40, "{events:?}");
    for event in &events {
        let made = demo.trigger(&[event, "--json"]).expect(0).json();
        assert_eq!(made["event"], **event);
        // Some come of work that the requests began: what a campaign sends, for instance. One that never comes hangs here.
        while !demo.happened().contains(event) {}
    }
    assert_eq!(demo.working_tokens(), 0, "the tokens end with the command");
}

#[test]
fn fields_can_be_set_and_what_is_there_used() {
    let mut demo = Demo::new();
    let set = ["ContactCreate", "--set", "firstName=Grace", "--set", "tags=[\"vip\"]", "--json"];
    let made = demo.trigger(&set).expect(0).json();
    let contact = made["made"]["contact.id"].as_str().unwrap();
    let (status, read) = demo.server.get(&format!("/contacts/{contact}"), &demo.own("locationToken"));
    assert_eq!((status, &read["contact"]["firstName"]), (200, &"Grace".into()));
    assert_eq!(read["contact"]["tags"][0], "vip");
    demo.happened();
    let noted = demo.trigger(&["NoteCreate", "--use", &format!("contact.id={contact}")]).expect(0);
    assert_eq!(demo.happened(), ["NoteCreate"], "no other contact was made");
    assert!(noted.out().starts_with("note.id "), "{}", noted.out());
    assert!(noted.err().contains("NoteCreate happened"), "{}", noted.err());
}

#[test]
fn a_token_of_ones_own_needs_no_store() {
    let mut demo = Demo::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let run = |demo: &Demo, event: &str| {
        let (token, location) = (demo.own("locationToken"), demo.own("locationId"));
        let mut command = bare(elsewhere.path());
        command.args(["trigger", event, "--url", &demo.url(), "--token", &token, "--location", &location]);
        Ended(command.output().unwrap())
    };
    run(&demo, "ContactTagUpdate").expect(0);
    assert_eq!(demo.happened(), ["ContactCreate", "ContactTagUpdate"]);
    let refused = run(&demo, "UserCreate").expect(2);
    assert!(refused.err().contains("--agency-token"), "{}", refused.err());
}

#[test]
fn what_cannot_be_done_is_told_with_what_to_do() {
    let demo = Demo::new();
    let typo = demo.trigger(&["contact.created"]).expect(2);
    assert!(typo.err().contains("ContactCreate"), "{}", typo.err());
    let later = demo.trigger(&["InvoicePaid"]).expect(1);
    assert!(later.err().contains("yet"), "{}", later.err());
    let refused = demo.trigger(&["ContactCreate", "--set", "email=x"]).expect(1);
    assert!(
        refused.err().contains("POST /contacts/") && refused.err().contains("email"),
        "{}",
        refused.err()
    );
    let bodiless = demo.trigger(&["ContactDelete", "--set", "a=b"]).expect(2);
    assert!(bodiless.err().contains("no fields"), "{}", bodiless.err());
    let unsigned = demo.home.run(&["trigger", "INSTALL", "--url", &demo.url()]).expect(2);
    assert!(unsigned.err().contains("--password"), "{}", unsigned.err());
    let nobody = demo.home.run(&["trigger", "ContactCreate", "--url", "http://127.0.0.1:9"]).expect(1);
    assert!(nobody.err().contains("leadhold serve"), "{}", nobody.err());
    assert_eq!(demo.working_tokens(), 0, "also after a failure");
}
