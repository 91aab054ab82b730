//! What hook requests and new contacts must have set off, each once.

use std::collections::HashMap;

use super::tags_of;
use crate::automation::{CONTACT_STEPS, HOOK_EVENTS, HOOK_STEPS, TAG};
use crate::evidence::{ContactRow, DeliveryRow, EventRow, Evidence, RequestRow, RunRow};
use crate::ledger::HookCall;

/// Every acknowledged request is stored. Every stored one has its event, its finished run, its contact with the tag and
/// its webhook, and every new contact has its finished run: each once, and none without what set it off.
pub fn check(hooks: &[&HookCall], evidence: &Evidence, faults: &mut Vec<String>) {
    let found = Found::index(evidence);
    faults.extend(hooks.iter().filter_map(|call| check_call(&found, call).err()));
    for request in &evidence.requests {
        if let Err(fault) = check_request(&found, request) {
            faults.push(format!("hook request {} ({}): {fault}", request.id, request.email));
        }
    }
    let created: Vec<_> = evidence.events.iter().filter(|event| event.kind == "ContactCreate").collect();
    for event in &created {
        if let Err(fault) = check_run(&found, event, CONTACT_STEPS) {
            faults.push(format!("contact {}: {fault}", event.record));
        }
    }
    let arrived: usize = found.arrivals.values().map(Vec::len).sum();
    let requests = evidence.requests.len();
    for (name, is, should) in
        [("hook events", arrived, requests), ("runs", evidence.runs.len(), requests + created.len())]
    {
        if is != should {
            faults.push(format!("{name}: {is}, expected {should}"));
        }
    }
}

/// The evidence by what it is looked up with.
struct Found<'e> {
    requests: HashMap<&'e str, Vec<&'e str>>,
    arrivals: HashMap<&'e str, Vec<&'e EventRow>>,
    runs: HashMap<&'e str, Vec<&'e RunRow>>,
    contacts: HashMap<&'e str, Vec<&'e ContactRow>>,
    caused: HashMap<&'e str, Vec<&'e str>>,
    sent: HashMap<&'e str, Vec<&'e DeliveryRow>>,
}

impl<'e> Found<'e> {
    fn index(evidence: &'e Evidence) -> Self {
        let arrivals = evidence.events.iter().filter(|event| event.kind == "InboundWebhook");
        let request_of = |event: &'e EventRow| event.payload["requestId"].as_str().unwrap_or_default();
        Self {
            requests: group(
                evidence.requests.iter().map(|request| (request.email.as_str(), request.id.as_str())),
            ),
            arrivals: group(arrivals.map(|event| (request_of(event), event))),
            runs: group(evidence.runs.iter().map(|run| (run.event.as_str(), run))),
            contacts: group(evidence.contacts.iter().map(|contact| (contact.email.as_str(), contact))),
            caused: group(evidence.events.iter().map(|event| (event.cause.as_str(), event.kind.as_str()))),
            sent: group(evidence.deliveries.iter().map(|delivery| (delivery.run.as_str(), delivery))),
        }
    }
}

fn group<'e, T>(pairs: impl Iterator<Item = (&'e str, T)>) -> HashMap<&'e str, Vec<T>> {
    let mut groups: HashMap<&str, Vec<T>> = HashMap::new();
    for (key, item) in pairs {
        groups.entry(key).or_default().push(item);
    }
    groups
}

fn only<'a, T>(items: Option<&'a Vec<T>>, name: &str) -> Result<&'a T, String> {
    match items.map(Vec::as_slice).unwrap_or_default() {
        [item] => Ok(item),
        other => Err(format!("{} {name}, expected one", other.len())),
    }
}

/// An acknowledged call is stored under the id of its answer; an open one at most once.
fn check_call(found: &Found<'_>, call: &HookCall) -> Result<(), String> {
    let ids = found.requests.get(call.email.as_str()).map(Vec::as_slice).unwrap_or_default();
    let right = match &call.acknowledged {
        Some(id) => ids == [id],
        None => ids.len() <= 1,
    };
    if right {
        Ok(())
    } else {
        Err(format!("hook call {}: answered {:?}, stored as {ids:?}", call.email, call.acknowledged))
    }
}

fn check_request(found: &Found<'_>, request: &RequestRow) -> Result<(), String> {
    let event = only(found.arrivals.get(request.id.as_str()), "events")?;
    let run = check_run(found, event, HOOK_STEPS)?;
    let contact = only(found.contacts.get(request.email.as_str()), "contacts")?;
    if contact.id != run.contact || tags_of(contact) != [TAG] {
        return Err(format!(
            "run {} is of {}, but {} is {}",
            run.id, run.contact, contact.id, contact.fields
        ));
    }
    let caused = found.caused.get(run.id.as_str()).map(Vec::as_slice).unwrap_or_default();
    if caused != HOOK_EVENTS {
        return Err(format!("run {} caused {caused:?}", run.id));
    }
    only(found.sent.get(run.id.as_str()), "webhooks of its run").map(drop)
}

fn check_run<'e>(found: &Found<'e>, event: &EventRow, steps: &[&str]) -> Result<&'e RunRow, String> {
    let run = only(found.runs.get(event.id.as_str()), "runs")?;
    if run.status == "finished" && run.steps == steps {
        return Ok(run);
    }
    Err(format!("run {} is {} after the steps {:?}", run.id, run.status, run.steps))
}
