//! Everything that the database holds and everything that the receiver got, side by side.

use std::collections::HashMap;

use leadhold_testkit::Received;
use serde_json::{Value, json};

use crate::database::Database;

/// A row of `contacts` with its rows in `contact_tags`.
pub struct ContactRow {
    pub id: String,
    pub email: String,
    /// The fields under the API's names.
    pub fields: Value,
    /// What filters find it by; sorted.
    pub tag_rows: Vec<String>,
}

/// A row of `events`, in the order of the outbox.
pub struct EventRow {
    pub id: String,
    pub kind: String,
    pub record: String,
    pub payload: Value,
    /// The run that caused it; empty for none.
    pub cause: String,
}

/// A row of `webhook_deliveries`, its attempts and what arrived of it.
pub struct DeliveryRow {
    pub id: String,
    pub event: String,
    pub run: String,
    /// Where to, as the receiver sees it.
    pub path: String,
    pub state: String,
    pub attempts: usize,
    pub body: Vec<u8>,
    /// The statuses of its rows in `webhook_attempts`; empty where no answer came.
    pub answers: Vec<String>,
    /// Requests that arrived there with exactly these bytes.
    pub copies: usize,
}

/// A row of `workflow_runs`.
pub struct RunRow {
    pub id: String,
    pub event: String,
    pub contact: String,
    pub status: String,
    /// The ids of the steps that it took, in order, with what went wrong.
    pub steps: Vec<String>,
}

/// A row of `inbound_requests`.
pub struct RequestRow {
    pub id: String,
    pub email: String,
}

/// What there is.
pub struct Evidence {
    pub contacts: Vec<ContactRow>,
    pub events: Vec<EventRow>,
    pub deliveries: Vec<DeliveryRow>,
    pub runs: Vec<RunRow>,
    pub requests: Vec<RequestRow>,
    /// Received requests whose path and bytes are those of no delivery.
    pub strangers: Vec<Received>,
    /// Name of a count, what it is, what it should be.
    pub counts: Vec<(&'static str, usize, usize)>,
    pub damage: Vec<String>,
}

impl Evidence {
    /// Reads all of it. The queue must be idle.
    pub fn gather(database: &mut Database, received: Vec<Received>) -> Self {
        let mut deliveries = deliveries(database);
        let strangers = count_copies(&mut deliveries, received);
        let contacts = contacts(database);
        Self {
            counts: counts(database, contacts.len()),
            damage: database.damage(),
            events: events(database),
            runs: runs(database),
            requests: requests(database),
            contacts,
            deliveries,
            strangers,
        }
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("a JSON column holds `{text}`: {why}"))
}

fn contacts(database: &mut Database) -> Vec<ContactRow> {
    let mut tags: HashMap<String, Vec<String>> = HashMap::new();
    for [contact, tag] in database.rows("select contact_no, tag from contact_tags order by tag") {
        tags.entry(contact).or_default().push(tag);
    }
    let rows = database.rows("select no, id, email, first_name, city, address1, tags from contacts");
    let contact = |[no, id, email, first, city, address, tag_list]: [String; 7]| ContactRow {
        tag_rows: tags.remove(&no).unwrap_or_default(),
        fields: json!({ "firstName": first, "city": city, "address1": address, "tags": json(&tag_list) }),
        id,
        email,
    };
    rows.into_iter().map(contact).collect()
}

fn events(database: &mut Database) -> Vec<EventRow> {
    let rows = database.rows("select id, kind, record_id, payload, cause from events order by seq");
    let event = |[id, kind, record, payload, cause]: [String; 5]| {
        let cause = json(&cause)["run"].as_str().unwrap_or_default().to_owned();
        EventRow { id, kind, record, payload: json(&payload), cause }
    };
    rows.into_iter().map(event).collect()
}

fn deliveries(database: &mut Database) -> Vec<DeliveryRow> {
    let mut answers: HashMap<String, Vec<String>> = HashMap::new();
    for [delivery, status] in
        database.rows("select delivery_id, status from webhook_attempts order by number")
    {
        answers.entry(delivery).or_default().push(status);
    }
    let rows = database
        .rows("select id, event_id, run_id, url, state, attempts, {hex body} from webhook_deliveries");
    let delivery = |[id, event, run, url, state, attempts, body]: [String; 7]| DeliveryRow {
        answers: answers.remove(&id).unwrap_or_default(),
        attempts: attempts.parse().expect("a number of attempts"),
        body: hex::decode(body).expect("hex"),
        path: url.parse::<http::Uri>().map(|url| url.path().to_owned()).expect("a URL"),
        copies: 0,
        id,
        event,
        run,
        state,
    };
    rows.into_iter().map(delivery).collect()
}

/// Finds the delivery of every received request by its path and exact bytes; answers those that belong to none.
fn count_copies(deliveries: &mut [DeliveryRow], received: Vec<Received>) -> Vec<Received> {
    let key = |delivery: &DeliveryRow| (delivery.path.clone(), delivery.body.clone());
    let places: HashMap<(String, Vec<u8>), usize> =
        deliveries.iter().enumerate().map(|(at, delivery)| (key(delivery), at)).collect();
    assert_eq!(places.len(), deliveries.len(), "no two deliveries to one place have the same bytes");
    let mut strangers = Vec::new();
    for request in received {
        match places.get(&(request.uri.clone(), request.body.to_vec())) {
            Some(&at) => deliveries[at].copies += 1,
            None => strangers.push(request),
        }
    }
    strangers
}

fn runs(database: &mut Database) -> Vec<RunRow> {
    let mut steps: HashMap<String, Vec<String>> = HashMap::new();
    for [run, step, error] in
        database.rows("select run_id, step_id, error from workflow_run_steps order by number")
    {
        steps.entry(run).or_default().push(if error.is_empty() { step } else { format!("{step}: {error}") });
    }
    let rows = database.rows("select id, event_id, contact_id, status from workflow_runs");
    let run = |[id, event, contact, status]: [String; 4]| RunRow {
        steps: steps.remove(&id).unwrap_or_default(),
        id,
        event,
        contact,
        status,
    };
    rows.into_iter().map(run).collect()
}

fn requests(database: &mut Database) -> Vec<RequestRow> {
    let rows = database.rows("select id, body from inbound_requests where test = false");
    let email = |body: &str| json(body)["email"].as_str().unwrap_or_default().to_owned();
    rows.into_iter().map(|[id, body]| RequestRow { id, email: email(&body) }).collect()
}

fn counts(database: &mut Database, contacts: usize) -> Vec<(&'static str, usize, usize)> {
    [
        ("jobs", "select count(*) from jobs", 0),
        ("dead jobs", "select count(*) from dead_jobs", 0),
        ("events that wait", "select count(*) from events where relay_at is not null", 0),
        ("contacts counted", "select coalesce(sum(contacts), 0) from contact_counts", contacts),
        ("contacts in the text index", "select count(*) from contacts_search", contacts),
        (
            "tag rows without a contact",
            "select count(*) from contact_tags where contact_no not in (select no from contacts)",
            0,
        ),
        (
            "tags that the location does not know",
            "select count(*) from contact_tags t where not exists
             (select 1 from location_tags l where l.location_id = t.location_id and l.name = t.tag)",
            0,
        ),
    ]
    .map(|(name, sql, expected)| (name, database.number(sql), expected))
    .into()
}
