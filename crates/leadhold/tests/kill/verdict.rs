//! Holds the evidence against what the clients know. Every sentence that comes out is something lost, half done, or done
//! twice.

mod runs;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use leadhold_outbound::verify;
use leadhold_testkit::Received;

use crate::endpoints;
use crate::evidence::{ContactRow, EventRow, Evidence};
use crate::ledger::{HookCall, Person, Shape, Told};

/// All faults; none when nothing was lost, nothing is half done, and nothing happened twice.
pub fn faults(people: &[&Person], hooks: &[&HookCall], evidence: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    faults.extend(evidence.damage.iter().map(|line| format!("the database is damaged: {line}")));
    for (name, is, should) in evidence.counts.iter().filter(|(_, is, should)| is != should) {
        faults.push(format!("{name}: {is}, expected {should}"));
    }
    check_contacts(evidence, &mut faults);
    check_people(people, evidence, &mut faults);
    runs::check(hooks, evidence, &mut faults);
    check_known(people, hooks, evidence, &mut faults);
    check_deliveries(evidence, &mut faults);
    faults
}

/// Requests that do not carry a valid signature of this server.
pub fn forged(received: &[Received], public_key: &str) -> Vec<String> {
    let forged = |request: &&Received| !verify(public_key, &request.body, request.header("x-ghl-signature"));
    let told =
        |request: &Received| format!("not signed by this server: {}", String::from_utf8_lossy(&request.body));
    received.iter().filter(forged).map(told).collect()
}

/// What came to the endpoint that asked for order, and came for the first time after something that happened to the same
/// record later. A repeat may come at any time: the clock's turns end leases of requests that are still on their way.
pub fn out_of_order(received: &[Received]) -> Vec<String> {
    let (mut newest, mut seen) = (HashMap::<String, u64>::new(), BTreeSet::new());
    let mut faults = Vec::new();
    for request in received.iter().filter(|request| request.uri == endpoints::IN_ORDER) {
        let body = request.json();
        if !seen.insert(body["webhookId"].to_string()) {
            continue;
        }
        let record = body["id"].as_str().unwrap_or_default().to_owned();
        let sequence = body["sequence"].as_u64().unwrap_or_default();
        let before = newest.insert(record, sequence).unwrap_or_default();
        if sequence == 0 || sequence < before {
            faults.push(format!("came after {before} of its record: {body}"));
        }
    }
    faults
}

/// Every contact has one creation and no end, every one that is gone has one of each; and its tags are the same wherever
/// they are kept.
fn check_contacts(evidence: &Evidence, faults: &mut Vec<String>) {
    let times = |kind: &str| {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for event in evidence.events.iter().filter(|event| event.kind == kind) {
            *times.entry(&event.record).or_default() += 1;
        }
        times
    };
    let (made, ended) = (times("ContactCreate"), times("ContactDelete"));
    for (kind, times) in [("ContactCreate", &made), ("ContactDelete", &ended)] {
        let twice = times.iter().filter(|(_, times)| **times > 1);
        faults.extend(twice.map(|(id, times)| format!("contact {id} has {times} events {kind}")));
    }
    let living: BTreeSet<&str> = evidence.contacts.iter().map(|contact| contact.id.as_str()).collect();
    let created: BTreeSet<&str> = made.into_keys().collect();
    let gone: BTreeSet<&str> = ended.into_keys().collect();
    faults.extend(living.difference(&created).map(|id| format!("contact {id} has no event ContactCreate")));
    faults.extend(
        living.intersection(&gone).map(|id| format!("contact {id} is there despite its ContactDelete")),
    );
    let lost = created.difference(&living).filter(|id| !gone.contains(*id));
    faults.extend(lost.map(|id| format!("contact {id} has its ContactCreate and is not there")));
    faults.extend(gone.difference(&created).map(|id| format!("contact {id} ended without having begun")));
    for contact in &evidence.contacts {
        let mut tags = tags_of(contact);
        tags.sort();
        if tags != contact.tag_rows {
            faults.push(format!(
                "contact {} shows tags {tags:?}, its rows say {:?}",
                contact.id, contact.tag_rows
            ));
        }
    }
}

fn tags_of(contact: &ContactRow) -> Vec<String> {
    let tags = contact.fields["tags"].as_array().into_iter().flatten();
    tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
}

/// Every person is as acknowledged, with exactly the events of what happened, in order.
fn check_people(people: &[&Person], evidence: &Evidence, faults: &mut Vec<String>) {
    let rows: HashMap<&str, &ContactRow> =
        evidence.contacts.iter().map(|row| (row.email.as_str(), row)).collect();
    let mut events: HashMap<&str, Vec<&EventRow>> = HashMap::new();
    for event in &evidence.events {
        events.entry(&event.record).or_default().push(event);
    }
    for person in people {
        let row = rows.get(person.email.as_str());
        match row.map(|row| Shape::read(&row.fields)).transpose() {
            Ok(shape) if shape == person.now => {}
            Ok(shape) => faults.push(person.fault(&format!("is {shape:?}, expected {:?}", person.now))),
            Err(half) => faults.push(person.fault(&half)),
        }
        if let (Some(row), Some(id)) = (row, &person.id)
            && row.id != *id
        {
            faults.push(person.fault(&format!("has another id: {}", row.id)));
        }
        let told = person.id.as_deref().and_then(|id| events.get(id)).into_iter().flatten();
        let told: Result<Vec<Told>, String> = told
            .map(|event| Ok(Told { kind: event.kind.clone(), shape: Shape::read(&event.payload)? }))
            .collect();
        match told {
            Ok(told) if told == person.events => {}
            Ok(told) => {
                faults.push(person.fault(&format!("has events {told:#?}, expected {:#?}", person.events)))
            }
            Err(half) => faults.push(person.fault(&format!("has an event that is {half}"))),
        }
    }
}

/// Nothing is there that nobody asked for.
fn check_known(people: &[&Person], hooks: &[&HookCall], evidence: &Evidence, faults: &mut Vec<String>) {
    let known =
        people.iter().map(|person| person.email.as_str()).chain(hooks.iter().map(|call| call.email.as_str()));
    let known: BTreeSet<&str> = known.collect();
    let mut seen = BTreeSet::new();
    for contact in &evidence.contacts {
        if !known.contains(contact.email.as_str()) {
            faults.push(format!("nobody made contact {} ({})", contact.id, contact.email));
        }
        if !seen.insert(&contact.email) {
            faults.push(format!("there is a second contact {} ({})", contact.id, contact.email));
        }
    }
    let unknown = evidence.requests.iter().filter(|request| !known.contains(request.email.as_str()));
    faults.extend(
        unknown.map(|request| format!("nobody sent hook request {} ({})", request.id, request.email)),
    );
}

/// Every contact event has one delivery to each endpoint, and every delivery arrived and is written down once; every request that arrived
/// is a copy of a delivery, byte for byte.
fn check_deliveries(evidence: &Evidence, faults: &mut Vec<String>) {
    let mut per_event: HashMap<&str, BTreeMap<&str, usize>> = HashMap::new();
    for delivery in &evidence.deliveries {
        *per_event.entry(&delivery.event).or_default().entry(&delivery.path).or_default() += 1;
        let good = delivery.answers.iter().filter(|status| *status == "200").count();
        let recorded = delivery.answers.len();
        if delivery.state != "delivered"
            || good != 1
            || recorded != delivery.attempts
            || delivery.copies < recorded
        {
            let (id, event, run, state) = (&delivery.id, &delivery.event, &delivery.run, &delivery.state);
            faults.push(format!(
                "delivery {id} (event {event}, run {run}) is {state} after {} attempts; written down {:?}, arrived {} times",
                delivery.attempts, delivery.answers, delivery.copies
            ));
        }
        let body: serde_json::Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
        if !delivery.event.is_empty() && body["webhookId"] != delivery.event.as_str() {
            faults.push(format!(
                "delivery {} of event {} says webhookId {}",
                delivery.id, delivery.event, body["webhookId"]
            ));
        }
    }
    let expected: BTreeMap<&str, usize> = endpoints::PATHS.into_iter().map(|path| (path, 1)).collect();
    for event in evidence.events.iter().filter(|event| event.kind.starts_with("Contact")) {
        let deliveries = per_event.remove(event.id.as_str()).unwrap_or_default();
        if deliveries != expected {
            faults.push(format!(
                "{} {} of contact {} has deliveries {deliveries:?}",
                event.kind, event.id, event.record
            ));
        }
    }
    let strangers = evidence.strangers.iter().map(|request| String::from_utf8_lossy(&request.body));
    faults.extend(strangers.map(|body| format!("arrived, and is the body of no delivery: {body}")));
}
