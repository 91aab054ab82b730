//! What belongs to contacts: server and model agree on notes, tasks, followers and tags, and on the events that each step
//! causes, after any sequence of operations. `LEADHOLD_MODEL_CASES` sets how many.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use serde_json::{Value, json};

use crate::api::contacts::{make, unlimited};

/// Contacts, users, tags, and the notes and tasks that operations speak of; some of them are not there.
const CONTACTS: usize = 2;
const USERS: usize = 2;
const THINGS: usize = 3;
const TAGS: [&str; 2] = ["vip", "lead"];

/// One step. A number is which contact, note, task or user.
#[derive(Clone, Debug)]
enum Operation {
    Write { contact: usize, body: u8 },
    Rewrite { contact: usize, note: usize, body: u8 },
    Erase { contact: usize, note: usize },
    Plan { contact: usize, done: bool },
    Complete { contact: usize, task: usize, done: bool },
    Drop { contact: usize, task: usize },
    Follow { contact: usize, user: usize },
    Unfollow { contact: usize, user: usize },
    TagAll { tag: usize },
    UntagAll,
    Delete { contact: usize },
}

/// A contact's neighbours. Notes and tasks stand in the order in which they were made, with their ids.
#[derive(Clone, Debug, Default)]
struct Card {
    notes: Vec<(String, u8)>,
    tasks: Vec<(String, bool)>,
    followers: Vec<usize>,
    tags: Vec<usize>,
}

/// The address book, and who there is to follow it.
struct Book {
    ids: Vec<String>,
    users: Vec<String>,
    cards: Vec<Option<Card>>,
}

/// What a step must cause: its status, and the kinds of its events.
type Expected = (u16, Vec<&'static str>);

const REFUSED: u16 = 400;

fn any() -> impl Strategy<Value = Operation> {
    let (contact, thing, user) = (0..CONTACTS, 0..THINGS, 0..USERS);
    prop_oneof![
        3 => (contact.clone(), 0..3_u8).prop_map(|(contact, body)| Operation::Write { contact, body }),
        2 => (contact.clone(), thing.clone(), 0..3_u8)
            .prop_map(|(contact, note, body)| Operation::Rewrite { contact, note, body }),
        1 => (contact.clone(), thing.clone()).prop_map(|(contact, note)| Operation::Erase { contact, note }),
        3 => (contact.clone(), any_flag()).prop_map(|(contact, done)| Operation::Plan { contact, done }),
        2 => (contact.clone(), thing.clone(), any_flag())
            .prop_map(|(contact, task, done)| Operation::Complete { contact, task, done }),
        1 => (contact.clone(), thing).prop_map(|(contact, task)| Operation::Drop { contact, task }),
        2 => (contact.clone(), user.clone()).prop_map(|(contact, user)| Operation::Follow { contact, user }),
        1 => (contact.clone(), user).prop_map(|(contact, user)| Operation::Unfollow { contact, user }),
        2 => (0..TAGS.len()).prop_map(|tag| Operation::TagAll { tag }),
        1 => Just(Operation::UntagAll),
        1 => contact.prop_map(|contact| Operation::Delete { contact }),
    ]
}

fn any_flag() -> impl Strategy<Value = bool> + Clone {
    proptest::bool::ANY
}

impl Operation {
    /// Changes the model, and says what the server must do. What was made is put in without its id.
    fn expect(&self, cards: &mut [Option<Card>]) -> Expected {
        if let Operation::TagAll { .. } | Operation::UntagAll = self {
            return (201, self.retag(cards));
        }
        let slot = &mut cards[self.contact()];
        let Some(card) = slot else { return (REFUSED, vec![]) };
        match *self {
            Operation::Write { body, .. } => {
                card.notes.push((String::new(), body));
                (201, vec!["NoteCreate"])
            }
            Operation::Rewrite { note, body, .. } => match card.notes.get_mut(note) {
                None => (REFUSED, vec![]),
                Some((_, before)) if *before == body => (200, vec![]),
                Some((_, before)) => {
                    *before = body;
                    (200, vec!["NoteUpdate"])
                }
            },
            Operation::Erase { note, .. } if note < card.notes.len() => {
                card.notes.remove(note);
                (200, vec!["NoteDelete"])
            }
            Operation::Plan { done, .. } => {
                card.tasks.push((String::new(), done));
                (201, vec!["TaskCreate"])
            }
            Operation::Complete { task, done, .. } => match card.tasks.get_mut(task) {
                None => (REFUSED, vec![]),
                Some((_, before)) => {
                    let events = match (std::mem::replace(before, done), done) {
                        (false, true) => vec!["TaskComplete"],
                        (true, false) => vec!["TaskChange"],
                        _ => vec![],
                    };
                    (200, events)
                }
            },
            Operation::Drop { task, .. } if task < card.tasks.len() => {
                card.tasks.remove(task);
                (200, vec!["TaskDelete"])
            }
            Operation::Erase { .. } | Operation::Drop { .. } => (REFUSED, vec![]),
            Operation::Follow { user, .. } if card.followers.contains(&user) => (201, vec![]),
            Operation::Follow { user, .. } => {
                card.followers.push(user);
                (201, vec!["ContactUpdate"])
            }
            Operation::Unfollow { user, .. } => {
                let before = card.followers.len();
                card.followers.retain(|known| *known != user);
                (200, if card.followers.len() < before { vec!["ContactUpdate"] } else { vec![] })
            }
            Operation::Delete { .. } => {
                *slot = None;
                (200, vec!["ContactDelete"])
            }
            Operation::TagAll { .. } | Operation::UntagAll => unreachable!("they speak of all contacts"),
        }
    }

    fn retag(&self, cards: &mut [Option<Card>]) -> Vec<&'static str> {
        let mut events = Vec::new();
        for card in cards.iter_mut().flatten() {
            let before = card.tags.len();
            match *self {
                Operation::TagAll { tag } if !card.tags.contains(&tag) => card.tags.push(tag),
                Operation::UntagAll => card.tags.clear(),
                _ => {}
            }
            if card.tags.len() != before {
                events.push("ContactTagUpdate");
            }
        }
        events
    }

    fn contact(&self) -> usize {
        match *self {
            Operation::Write { contact, .. }
            | Operation::Rewrite { contact, .. }
            | Operation::Erase { contact, .. }
            | Operation::Plan { contact, .. }
            | Operation::Complete { contact, .. }
            | Operation::Drop { contact, .. }
            | Operation::Follow { contact, .. }
            | Operation::Unfollow { contact, .. }
            | Operation::Delete { contact } => contact,
            Operation::TagAll { .. } | Operation::UntagAll => 0,
        }
    }

    /// Sends it; answers the status, and the id of what was made.
    async fn send(&self, app: &TestApp, book: &Book) -> (u16, String) {
        let contact = format!("/contacts/{}", book.ids[self.contact()]);
        let card = book.cards[self.contact()].clone().unwrap_or_default();
        let note = |at: usize| format!("{contact}/notes/{}", named(&card.notes, at));
        let task = |at: usize| format!("{contact}/tasks/{}", named(&card.tasks, at));
        let text = |body: u8| json!({"body": format!("note {body}")});
        let followers = |user: usize| json!({"followers": [book.users[user]]});
        let here = app.agency.location.location_id();
        let call = match *self {
            Operation::Write { body, .. } => app.post(&format!("{contact}/notes")).json(&text(body)),
            Operation::Rewrite { note: at, body, .. } => app.put(&note(at)).json(&text(body)),
            Operation::Erase { note: at, .. } => app.delete(&note(at)),
            Operation::Plan { done, .. } => app
                .post(&format!("{contact}/tasks"))
                .json(&json!({"title": "t", "dueDate": "2026-02-01", "completed": done})),
            Operation::Complete { task: at, done, .. } => {
                app.put(&format!("{}/completed", task(at))).json(&json!({"completed": done}))
            }
            Operation::Drop { task: at, .. } => app.delete(&task(at)),
            Operation::Follow { user, .. } => {
                app.post(&format!("{contact}/followers")).json(&followers(user))
            }
            Operation::Unfollow { user, .. } => {
                app.delete(&format!("{contact}/followers")).json(&followers(user))
            }
            Operation::TagAll { tag } => app
                .post("/contacts/bulk/tags/update/add")
                .json(&json!({"locationId": here, "contacts": book.ids, "tags": [TAGS[tag]]})),
            Operation::UntagAll => app
                .post("/contacts/bulk/tags/update/remove")
                .json(&json!({"locationId": here, "contacts": book.ids, "tags": [], "removeAllTags": true})),
            Operation::Delete { .. } => app.delete(&contact),
        };
        let answer = call.send().await;
        let body = answer.json();
        let made = body["note"]["id"].as_str().or(body["task"]["id"].as_str()).unwrap_or_default();
        (answer.status.as_u16(), made.to_owned())
    }
}

/// The id of a note or a task; of one that is not there, an id that nobody has.
fn named<T>(things: &[(String, T)], at: usize) -> &str {
    things.get(at).map_or("ocQHyuzHvysMo5N5VsXc", |(id, _)| id)
}

#[tokio::test(flavor = "multi_thread")]
async fn server_and_model_agree_on_what_belongs_to_contacts() {
    let cases = u32::try_from(crate::how_many("LEADHOLD_MODEL_CASES", 12)).expect("a number of cases");
    let handle = tokio::runtime::Handle::current();
    let tried = tokio::task::spawn_blocking(move || {
        let mut runner = TestRunner::new(Cases { cases, failure_persistence: None, ..Cases::default() });
        runner.run(&vec(any(), 1..40), |operations| {
            handle.block_on(agree(&operations));
            Ok(())
        })
    });
    tried.await.expect("the runner ends").unwrap_or_else(|fault| panic!("{fault}"));
}

async fn agree(operations: &[Operation]) {
    let app = unlimited().await;
    let mut book = Book { ids: Vec::new(), users: Vec::new(), cards: vec![Some(Card::default()); CONTACTS] };
    for name in ["Ada", "Bob"] {
        book.ids.push(make(&app, json!({"firstName": name})).await);
        let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
        book.users.push(user.id.to_string());
    }
    app.new_events().await;
    for (step, operation) in operations.iter().enumerate() {
        app.clock.advance(1);
        let (status, made) = operation.send(&app, &book).await;
        let expected = operation.expect(&mut book.cards);
        let place = format!("step {step}: {operation:?} of {operations:#?}");
        assert_eq!(
            (status, app.new_event_kinds().await),
            (expected.0, expected.1.iter().map(|kind| (*kind).to_owned()).collect()),
            "{place}"
        );
        if let Some(card) = &mut book.cards[operation.contact()] {
            let unnamed =
                card.notes.iter_mut().map(|(id, _)| id).chain(card.tasks.iter_mut().map(|(id, _)| id));
            unnamed.filter(|id| id.is_empty()).for_each(|id| id.clone_from(&made));
        }
    }
    for (id, card) in book.ids.iter().zip(&book.cards) {
        compare(&app, &book, id, card.as_ref()).await;
    }
}

/// At the end everything is read once more.
async fn compare(app: &TestApp, book: &Book, id: &str, card: Option<&Card>) {
    let path = format!("/contacts/{id}");
    let Some(card) = card else {
        for rest in ["", "/notes", "/tasks"] {
            app.get(&format!("{path}{rest}")).send().await.expect(REFUSED);
        }
        return;
    };
    let contact = app.get(&path).send().await.expect(200).json()["contact"].clone();
    let followers: Vec<&String> = card.followers.iter().map(|user| &book.users[*user]).collect();
    let tags: Vec<&str> = card.tags.iter().map(|tag| TAGS[*tag]).collect();
    assert_eq!((&contact["followers"], &contact["tags"]), (&json!(followers), &json!(tags)));
    let list = async |rest: &str, key: &str, field: &str| -> Vec<(Value, Value)> {
        let list = app.get(&format!("{path}/{rest}")).send().await.expect(200).json();
        let things = list[key].as_array().expect("a list").iter().rev();
        things.map(|thing| (thing["id"].clone(), thing[field].clone())).collect()
    };
    let notes: Vec<_> =
        card.notes.iter().map(|(id, body)| (json!(id), json!(format!("note {body}")))).collect();
    assert_eq!(list("notes", "notes", "body").await, notes);
    let tasks: Vec<_> = card.tasks.iter().map(|(id, done)| (json!(id), json!(done))).collect();
    assert_eq!(list("tasks", "tasks", "completed").await, tasks);
}
