//! What both searches show of an opportunity's contact besides: `getNotes`, `getTasks`, `additionalDetails`.

use serde_json::{Value, json};

use super::Board;
use crate::api::contacts;

/// Two deals with Ada, who has two notes and a task; one with Bob, who has a note; and one with Cleo, who has nothing.
async fn noted() -> Board {
    let board = Board::start().await;
    let mut people = vec![board.contact.clone(), board.contact.clone()];
    for name in ["Bob", "Cleo"] {
        people.push(contacts::make(&board.app, json!({ "firstName": name })).await);
    }
    for (contact, name) in people.iter().zip(["A", "B", "C", "D"]) {
        let status = if name == "B" { "won" } else { "open" };
        board.make(json!({"name": name, "contactId": contact, "status": status})).await;
        board.app.clock.advance(1000);
    }
    for (contact, body) in [(0, "likes tea"), (0, "called"), (2, "is away")] {
        let path = format!("/contacts/{}/notes", people[contact]);
        board.app.post(&path).json(&json!({ "body": body })).send().await.expect(201);
        board.app.clock.advance(1000);
    }
    let task = json!({"title": "Call", "dueDate": "2026-02-01T09:00:00Z", "completed": false});
    board.app.post(&format!("/contacts/{}/tasks", people[0])).json(&task).send().await.expect(201);
    board
}

/// What stands beside each deal: its name, the bodies of the notes, the titles of the tasks.
fn beside(found: &Value) -> Vec<(String, String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().expect("a text").to_owned();
    let texts = |list: &Value, key: &str| {
        list.as_array().expect("a list").iter().map(|one| text(one, key)).collect::<Vec<_>>().join(", ")
    };
    let row = |one: &Value| (text(one, "name"), texts(&one["notes"], "body"), texts(&one["tasks"], "title"));
    found["opportunities"].as_array().expect("a list").iter().map(row).collect()
}

async fn get(board: &Board, query: &str) -> Value {
    board.app.get(&format!("/opportunities/search?order=name_asc{query}")).send().await.expect(200).json()
}

#[tokio::test]
async fn notes_and_tasks_of_the_contact_are_shown_when_they_are_asked_for() {
    let board = noted().await;
    let both = get(&board, "&getNotes=true&getTasks=true&getCalendarEvents=true").await;
    insta::assert_json_snapshot!(beside(&both), @r#"
    [
      [
        "A",
        "called, likes tea",
        "Call"
      ],
      [
        "B",
        "called, likes tea",
        "Call"
      ],
      [
        "C",
        "is away",
        ""
      ],
      [
        "D",
        "",
        ""
      ]
    ]
    "#);
    insta::assert_json_snapshot!(
        json!([both["opportunities"][0]["notes"][0], both["opportunities"][0]["tasks"], both["opportunities"][0]["calendarEvents"]]),
        { ".**.id" => "[id]", ".**.contactId" => "[contact]", ".**.userId" => "[user]" }, @r#"
    [
      {
        "id": "[id]",
        "contactId": "[contact]",
        "body": "called",
        "pinned": false,
        "dateAdded": "2026-01-15T10:00:05.000Z"
      },
      [
        {
          "id": "[id]",
          "contactId": "[contact]",
          "title": "Call",
          "dueDate": "2026-02-01T09:00:00.000Z",
          "completed": false,
          "dateAdded": "2026-01-15T10:00:07.000Z"
        }
      ],
      []
    ]
    "#);
    let (notes, tasks) = (get(&board, "&getNotes=true").await, get(&board, "&getTasks=true").await);
    assert_eq!(beside(&notes)[0], ("A".to_owned(), "called, likes tea".to_owned(), String::new()));
    assert_eq!(beside(&tasks)[0], ("A".to_owned(), String::new(), "Call".to_owned()));
    for unasked in ["", "&getNotes=false&getTasks=false"] {
        assert!(
            beside(&get(&board, unasked).await)
                .iter()
                .all(|(_, notes, tasks)| notes.is_empty() && tasks.is_empty())
        );
    }
}

#[tokio::test]
async fn the_contacts_appointments_are_shown_when_they_are_asked_for() {
    let board = noted().await;
    let app = &board.app;
    let calendar = json!({"name": "Talks", "calendarType": "event"});
    let calendar =
        app.post("/calendars/").json(&calendar).send().await.expect(200).json()["calendar"]["id"].clone();
    for at in 0..21 {
        let day = format!("2026-02-{:02}T10:00:00+00:00", at + 1);
        let body = json!({
            "calendarId": calendar, "contactId": board.contact, "title": format!("talk {at}"), "startTime": day,
            "ignoreFreeSlotValidation": true, "ignoreDateRange": true,
        });
        app.post("/calendars/events/appointments").version("2021-04-15").json(&body).send().await.expect(200);
    }
    let shown = |found: &Value| {
        let list = found["opportunities"].as_array().expect("a list").iter();
        list.map(|one| one["calendarEvents"].as_array().expect("a list").clone()).collect::<Vec<_>>()
    };
    let by_query = shown(&get(&board, "&getCalendarEvents=true").await);
    let body = json!({"locationId": app.agency.location.location_id(), "additionalDetails": {"calendarEvents": true},
        "sort": [{"field": "name", "direction": "asc"}]});
    let by_body = app.post("/opportunities/search").json(&body).send().await.expect(200).json();
    assert_eq!(shown(&by_body), by_query);
    let titles = |at: usize| {
        by_query[at].iter().map(|one| one["title"].as_str().expect("a title")).collect::<Vec<_>>()
    };
    let newest: Vec<String> = (1..21).rev().map(|at| format!("talk {at}")).collect();
    assert_eq!(
        (titles(0), titles(1), titles(2)),
        (newest.iter().map(String::as_str).collect(), titles(0), vec![])
    );
    let read = format!("/calendars/events/appointments/{}", by_query[0][0]["id"].as_str().expect("an id"));
    let read = app.get(&read).version("2021-04-15").send().await.expect(200).json();
    assert_eq!(by_query[0][0], read["event"]);
    assert!(shown(&get(&board, "&getTasks=true").await).iter().all(Vec::is_empty));
}

#[tokio::test]
async fn a_search_in_a_body_asks_by_its_own_names() {
    let board = noted().await;
    let details = |notes: bool, tasks: bool| json!({"notes": notes, "tasks": tasks, "calendarEvents": true, "unReadConversations": true});
    for version in ["2021-07-28", "v3"] {
        for (asked, expected) in [
            (details(true, true), ("called, likes tea", "Call")),
            (details(true, false), ("called, likes tea", "")),
            (details(false, true), ("", "Call")),
            (json!({}), ("", "")),
        ] {
            let body = json!({
                "locationId": board.app.agency.location.location_id(), "additionalDetails": asked,
                "sort": [{"field": "name", "direction": "asc"}],
            });
            let found =
                board.app.post("/opportunities/search").version(version).json(&body).send().await.expect(200);
            let (_, notes, tasks) = &beside(&found.json())[1];
            assert_eq!((notes.as_str(), tasks.as_str()), expected, "{version} {asked}");
        }
    }
}

#[tokio::test]
async fn of_many_notes_the_newest_are_shown_and_none_of_another_location() {
    let board = noted().await;
    for at in 0..25 {
        let path = format!("/contacts/{}/notes", board.contact);
        board.app.post(&path).json(&json!({ "body": format!("{at}") })).send().await.expect(201);
        board.app.clock.advance(1000);
    }
    let found = get(&board, "&getNotes=true&limit=1").await;
    let shown = &beside(&found)[0].1;
    assert_eq!((shown.split(", ").count(), shown.starts_with("24, 23, ")), (20, true), "{shown}");
    let other = board
        .app
        .get("/opportunities/search?getNotes=true&getTasks=true")
        .token(&board.app.other.location_token);
    assert_eq!(other.send().await.expect(200).json()["opportunities"], json!([]));
}
