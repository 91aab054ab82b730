//! A week in the sandbox: runs that rest a day and tag, seven times, while the clock is turned by one request.

use std::time::Duration;

use leadhold_store::{DbError, params};
use serde_json::json;

use super::PATIENCE;
use super::hook::ended;
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::table::Row;
use crate::{clock, sql};

/// How many runs a week is gone through with.
const RUNS: [i64; 2] = [1, 100];
const DAYS: u32 = 7;
const AIM: f64 = 1000.0;

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    RUNS.into_iter().map(|runs| week(&lab.place(&format!("week{runs}"), None)?, runs)).collect()
}

fn week(place: &Place<'_>, runs: i64) -> Outcome<Row> {
    let server = place.serve()?;
    let (target, store) = (place.target(&server), place.store()?);
    let made = target.call("POST", "/leadhold/v1/workflows", &definition())?.json(201)?;
    let hook = made["workflow"]["inboundHookPath"].as_str().ok_or("a workflow with a hook")?;
    let begun = clock::timestamp();
    for n in 0..runs {
        target.call("POST", hook, &format!(r#"{{"email":"ada.{n}@week.example"}}"#))?.json(200)?;
    }
    let patience = clock::now();
    loop {
        let read = store.read(|tx| tx.query_one(sql::RESTING, params![], |row| row.get::<i64>(0)));
        let resting = place.lab.runtime.block_on(read).map_err(|error: DbError| error.to_string())?;
        if resting == runs {
            break;
        }
        if patience.elapsed() > PATIENCE {
            return Err(format!("after {PATIENCE:?} only {resting} of {runs} runs rest"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let turned = clock::now();
    let answer = target.call("POST", "/leadhold/v1/sandbox/clock", r#"{"advance":"7d 1h"}"#)?.json(200)?;
    let millis = turned.elapsed().as_secs_f64() * 1000.0;
    if answer["complete"] != true {
        return Err(format!("the clock was not turned to its end: {answer}"));
    }
    let finished = ended(place, &store, begun)?.len();
    if i64::try_from(finished) != Ok(runs) {
        return Err(format!("{finished} of {runs} runs ended within the week"));
    }
    Ok(Row::value(
        &format!("a week of the sandbox, {DAYS} daily waits and tags, {runs} runs"),
        millis,
        "ms",
        Some(AIM),
    ))
}

fn definition() -> String {
    let mut steps =
        vec![json!({"id": "save", "type": "create_update_contact", "next": "rest1", "attributes": {
        "fields": {"email": "{{inboundWebhookRequest.email}}"}}})];
    for day in 1..=DAYS {
        let next = (day < DAYS).then(|| format!("rest{}", day + 1));
        steps.push(json!({"id": format!("rest{day}"), "type": "wait", "next": format!("tag{day}"),
            "attributes": {"for": {"value": 1, "unit": "days"}}}));
        steps.push(json!({"id": format!("tag{day}"), "type": "add_contact_tag", "next": next,
            "attributes": {"tags": [format!("day {day}")]}}));
    }
    let hook = json!([{"id": "hook", "type": "inbound_webhook"}]);
    json!({"name": "Week", "status": "published", "steps": steps, "triggers": hook}).to_string()
}
