//! `leadhold workflows`: files to a server and back, and what ran there.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{Ended, Home};

const LEADS: &str = "\
$schema: http://127.0.0.1:8080/leadhold/v1/workflows/schema
name: New leads
status: published
triggers:
  - id: new
    type: contact_created
steps:
  - id: tag
    type: add_contact_tag
    attributes:
      tags:
        - lead
    next: rest
  - id: rest
    type: wait
    attributes:
      for: { value: 2, unit: days }
";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value:#}"))
}

fn write(folder: &Path, name: &str, content: &str) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), content).unwrap();
}

#[test]
fn files_become_workflows_and_workflows_files() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&["--sandbox"]);
    let (url, token) = (format!("http://{}", server.address), text(&demo, "locationToken"));
    let asked = ["--url", &url, "--token", token];
    let run = |args: &[&str]| home.run(&[&["workflows"], args, &asked].concat());
    let names = || {
        let listed = run(&["list", "--json"]).expect(0).json();
        let names = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(one, "name").to_owned(), text(one, "status").to_owned()));
        names.collect::<Vec<_>>()
    };
    let before = names();
    let folder = home.path("flows");
    let dir = folder.to_str().unwrap();
    // What the demo has is described, too.
    run(&["export", dir]).expect(0);

    // One bad file, and none is applied.
    write(&folder, "leads.yaml", LEADS);
    write(
        &folder,
        "broken.yaml",
        &LEADS.replace("New leads", "Broken").replace("    next: rest\n", "    nxt: rest\n"),
    );
    write(&folder, "torn.json", "{\"name\": \"Torn\",\n \"steps\": [}");
    let refused = run(&["apply", dir]).expect(1).err();
    assert!(refused.contains("torn.json:2: "), "{refused}");
    std::fs::remove_file(folder.join("torn.json")).unwrap();
    let refused = run(&["apply", dir]).expect(1).err();
    assert!(refused.contains("broken.yaml:13: steps[0].nxt: unknown key `nxt`"), "{refused}");
    assert_eq!(names(), before, "nothing was changed");
    write(&folder, "broken.yaml", LEADS);
    let refused = run(&["apply", dir]).expect(1).err();
    assert!(refused.contains("leads.yaml:2: name: `New leads` is also that of "), "{refused}");
    std::fs::remove_file(folder.join("broken.yaml")).unwrap();

    // A draft may be unfinished; one that is to be published may not.
    write(&folder, "later.json", "{\n  \"name\": \"Later\",\n  \"status\": \"published\"\n}\n");
    let refused = run(&["apply", dir]).expect(1).err();
    assert!(refused.contains("later.json:1: steps: this workflow does nothing"), "{refused}");
    write(&folder, "later.json", "{\n  \"name\": \"Later\"\n}\n");

    let told = run(&["apply", dir, "--dry-run"]).expect(0).out();
    assert!(told.contains("create      Later (") && told.contains("publish     New leads ("), "{told}");
    assert_eq!(names(), before);
    assert_eq!(run(&["diff", dir]).expect(1).err().trim().rsplit(": ").next(), Some("2 workflows differ"));
    assert_eq!(run(&["apply", dir]).expect(0).out(), told);
    let made = [("Later".to_owned(), "draft".to_owned()), ("New leads".to_owned(), "published".to_owned())];
    assert!(made.iter().all(|one| names().contains(one)), "{:?}", names());
    assert_eq!(run(&["diff", dir]).expect(0).out(), "");
    let again = run(&["apply", dir]).expect(0);
    assert_eq!(again.out(), "", "the second time there is nothing to do: {}", again.err());

    // A change is shown and published.
    write(&folder, "leads.yaml", &LEADS.replace("value: 2,", "value: 3,"));
    let shown = run(&["diff", dir]).expect(1).out();
    assert!(shown.contains("-        value: 2\n+        value: 3\n"), "{shown}");
    assert!(run(&["apply", dir]).expect(0).out().starts_with("publish     New leads"));
    run(&["diff", dir]).expect(0);

    // What is written is what is there, by whatever name the file has.
    let copy = home.path("copy");
    let dir = copy.to_str().unwrap();
    run(&["export", dir]).expect(0);
    let written = std::fs::read_to_string(copy.join("new-leads.yaml")).unwrap();
    assert!(written.starts_with("id: ") && written.contains("\nstatus: published\n"), "{written}");
    run(&["diff", dir]).expect(0);
    std::fs::rename(copy.join("new-leads.yaml"), copy.join("mine.yaml")).unwrap();
    run(&["export", dir]).expect(0);
    assert!(!copy.join("new-leads.yaml").exists());
    let json = home.path("json");
    run(&["export", json.to_str().unwrap(), "--format", "json"]).expect(0);
    run(&["diff", json.to_str().unwrap()]).expect(0);

    // Without its file a workflow stays, unless it is said.
    std::fs::remove_file(copy.join("mine.yaml")).unwrap();
    assert!(run(&["diff", dir]).expect(1).out().contains("only on the server: New leads ("));
    assert_eq!(run(&["apply", dir]).expect(0).out(), "");
    assert!(run(&["apply", dir, "--prune"]).expect(0).out().starts_with("unpublish   New leads ("));
    assert!(names().contains(&("New leads".to_owned(), "draft".to_owned())));
}

#[test]
fn runs_are_listed_and_shown() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&["--sandbox"]);
    let (url, token) = (format!("http://{}", server.address), text(&demo, "locationToken"));
    let asked = ["--url", &url, "--token", token];
    let run = |args: &[&str]| -> Ended { home.run(&[&["workflows"], args, &asked].concat()) };
    let folder = home.path("flows");
    write(&folder, "leads.yaml", LEADS);
    run(&["apply", folder.to_str().unwrap()]).expect(0);
    assert_eq!(server.post("/contacts/", token, &json!({"firstName": "Ada"})).0, 201);
    let sleeping = ["runs", "New leads", "--status", "sleeping", "--step", "rest", "--from", "1h", "--json"];
    let mut listed = String::new();
    for _ in 0..600 {
        listed = run(&sleeping).expect(0).out();
        if !listed.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let one: Value = serde_json::from_str(listed.lines().next().expect("a run that sleeps")).unwrap();
    let id = text(&one, "id");
    assert!(run(&["runs", "New leads"]).expect(0).out().contains("  sleeping   v1    "), "a line for people");
    let shown = run(&["run", id]).expect(0).out();
    assert!(shown.contains("#1 ") && shown.contains("tag (add_contact_tag)  done"), "{shown}");
    assert!(shown.contains("\nrests at rest until "), "{shown}");
    assert_eq!(run(&["run", id, "--json"]).expect(0).json()["steps"][0]["stepId"], "tag");

    assert!(run(&["runs", "Nobody"]).expect(1).err().contains("there is no workflow `Nobody`"));
    run(&["run", "../x"]).expect(2);
    run(&["apply", home.path("nowhere").to_str().unwrap()]).expect(1);
    run(&["runs", "New leads", "--from", "soon"]).expect(2);
}
