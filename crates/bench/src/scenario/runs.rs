//! From an inbound hook's request to the end of a run that makes a contact, tests a condition, tags and calls out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::hook::{ended, sample};
use super::receiver::Receiver;
use super::{PATIENCE, load, settled};
use crate::figures::Sample;
use crate::load::Requests;
use crate::outcome::Outcome;
use crate::place::Lab;
use crate::table::Row;
use crate::{client, clock, process};

/// Requests a second in the unhurried rounds.
const PACE: u32 = 50;

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let place = lab.place("runs", None)?;
    let server = place.serve()?;
    let receiver = Receiver::start(lab, 1)?;
    let target = place.target(&server);
    let made = target.call("POST", "/leadhold/v1/workflows", &definition(&receiver.urls[0]))?.json(201)?;
    let path = made["workflow"]["inboundHookPath"].as_str().ok_or("a workflow with a hook")?.to_owned();
    let requests: Requests = Arc::new(move |n| {
        let body =
            format!(r#"{{"firstName":"Ada","email":"ada.{n:08}@runs.example","score":"{}"}}"#, n % 100);
        target.request("POST", &path, &body)
    });
    let flood = load(lab, &server, Arc::clone(&requests), 200);
    let store = place.store()?;
    let (mut flooded, mut unhurried) = (Vec::new(), Vec::new());
    for round in 0..lab.plan.rounds as u64 {
        let begun = clock::timestamp();
        let first = clock::now();
        for n in 0..lab.plan.unhurried {
            let due = first + Duration::from_secs(1) * n / PACE;
            std::thread::sleep(due.saturating_duration_since(clock::now()));
            client::send(server.address, &requests(90_000_000 + round * 100_000 + u64::from(n)))?;
        }
        settled(lab, &store)?;
        let runs = ended(&place, &store, begun)?;
        receiver.wait_for(runs.len(), PATIENCE)?;
        unhurried.push(sample(&runs));
        let (begun, used) = (clock::timestamp(), process::cpu(server.pid())?);
        flood.run()?;
        settled(lab, &store)?;
        let used = process::cpu(server.pid())?.saturating_sub(used);
        let runs = ended(&place, &store, begun)?;
        receiver.wait_for(runs.len(), PATIENCE)?;
        flooded.push(Sample { cpu: used, ..sample(&runs) });
    }
    let quiet = format!("the same, {PACE} requests a second: accepted to run finished");
    Ok(vec![
        Row::rate("hook to finished run: upsert, condition, tag, a call out; flooded", &flooded),
        Row { ours: String::new(), ..Row::rate(&quiet, &unhurried) },
    ])
}

/// The workflow; half of the requests are tagged.
fn definition(url: &str) -> String {
    let hot = json!({"name": "Hot", "next": "tag", "segments": [{"conditions": [
        {"field": "inboundWebhookRequest.score", "operator": "greater_than", "value": 49}]}]});
    let fields = json!({"firstName": "{{inboundWebhookRequest.firstName}}", "email": "{{inboundWebhookRequest.email}}"});
    let steps = json!([
        {"id": "save", "type": "create_update_contact", "next": "score", "attributes": {"fields": fields}},
        {"id": "score", "type": "if_else", "attributes": {"branches": [hot], "none": {"next": "tell"}}},
        {"id": "tag", "type": "add_contact_tag", "next": "tell", "attributes": {"tags": ["hot"]}},
        {"id": "tell", "type": "webhook", "attributes": {"method": "POST", "url": url}}
    ]);
    json!({"name": "Runs", "status": "published", "triggers": [{"id": "hook", "type": "inbound_webhook"}], "steps": steps})
        .to_string()
}
