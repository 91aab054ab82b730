//! Many runs that sleep: what they cost when nothing is due, how soon the server is there with them, and how fast they
//! go on when all of them fall due.
//!
//! One run is made by a hook and comes to its wait; the others are copies of its rows.

use std::time::Duration;

use leadhold_store::{DbError, Store, Tx, params};
use serde_json::json;

use super::settled;
use super::start::start;
use crate::figures::{Sample, number};
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::table::Row;
use crate::{clock, process, sql};

/// Copies in one transaction.
const BATCH: i64 = 10_000;
const IDLE: Duration = Duration::from_secs(2);
/// How often it is looked how many still sleep.
const LOOK: Duration = Duration::from_millis(250);

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let (place, count) = (lab.place("sleep", None)?, lab.plan.sleepers);
    let named = |what: &str| format!("{} sleeping waits: {what}", number(count as f64));
    let until = first_sleeper(&place)?;
    let store = place.store()?;
    write(lab, &store, move |tx| tx.exec(sql::KEEP_SLEEPER, params![]).map(drop))?;
    for first in (1..count).step_by(BATCH as usize) {
        let last = (first + BATCH).min(count) - 1;
        write(lab, &store, move |tx| {
            tx.exec(sql::COPY_RUN, params![first, last])?;
            tx.exec(sql::COPY_JOB, params![first, last]).map(drop)
        })?;
    }
    let mut rows = Vec::new();
    let (server, millis) = start(&place)?;
    std::thread::sleep(IDLE);
    let idle = process::cpu(server.pid())?;
    std::thread::sleep(IDLE);
    let idle = process::cpu(server.pid())?.saturating_sub(idle);
    rows.push(Row::value(&named("start to first 200"), millis, "ms", None));
    rows.push(Row::value(&named("memory"), server.resident_mib()?, "MiB", None));
    let share = idle.as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    rows.push(Row::value(&named("CPU of one core while none is due"), share, "%", None));
    server.stop()?;

    let now = clock::timestamp().millis();
    let (old, new) = (format!("\"until\":{until}"), format!("\"until\":{now}"));
    write(lab, &store, move |tx| {
        tx.exec(sql::RUNS_DUE, params![old.as_str(), new.as_str()])?;
        tx.exec(sql::JOBS_DUE, params![now]).map(drop)
    })?;
    let (server, millis) = start(&place)?;
    rows.push(Row::value(&named("start to first 200, all due"), millis, "ms", None));
    let (begun, used) = (clock::now(), process::cpu(server.pid())?);
    let before = asleep(lab, &store)?;
    let mut left = before;
    while left > 0 && begun.elapsed() < lab.plan.firing {
        std::thread::sleep(LOOK);
        left = asleep(lab, &store)?;
    }
    let cpu = process::cpu(server.pid())?.saturating_sub(used);
    let done = usize::try_from(before - left).unwrap_or_default();
    let fired = Sample { done, seconds: begun.elapsed().as_secs_f64(), micros: Vec::new(), cpu };
    rows.push(Row { times: String::new(), ..Row::rate(&named("all due, runs ended"), &[fired]) });
    rows.push(Row::value(&named("memory while they go on"), server.resident_mib()?, "MiB", None));
    if left == 0 {
        settled(lab, &store)?;
    }
    Ok(rows)
}

/// Brings one run to its wait; the moment until which it sleeps.
fn first_sleeper(place: &Place<'_>) -> Outcome<i64> {
    let server = place.serve()?;
    let target = place.target(&server);
    let steps = json!([{"id": "rest", "type": "wait", "attributes": {"for": {"value": 30, "unit": "days"}}}]);
    let definition = json!({"name": "Sleep", "status": "published", "steps": steps,
        "triggers": [{"id": "hook", "type": "inbound_webhook"}]});
    let made = target.call("POST", "/leadhold/v1/workflows", &definition.to_string())?.json(201)?;
    let hook = made["workflow"]["inboundHookPath"].as_str().ok_or("a workflow with a hook")?;
    target.call("POST", hook, "{}")?.json(200)?;
    let (store, begun) = (place.store()?, clock::now());
    loop {
        let read = store.read(|tx| tx.query_opt(sql::SLEEPS_UNTIL, params![], |row| row.get::<i64>(0)));
        let until = place.lab.runtime.block_on(read).map_err(|error: DbError| error.to_string())?;
        if let Some(until) = until {
            server.stop()?;
            return Ok(until);
        }
        if begun.elapsed() > super::PATIENCE {
            return Err("the first run never came to its wait".to_owned());
        }
        std::thread::sleep(LOOK);
    }
}

fn asleep(lab: &Lab, store: &Store) -> Outcome<i64> {
    let read = store.read(|tx| tx.query_one(sql::ASLEEP, params![], |row| row.get(0)));
    lab.runtime.block_on(read).map_err(|error: DbError| error.to_string())
}

fn write(
    lab: &Lab,
    store: &Store,
    work: impl Fn(&mut Tx<'_>) -> Result<(), DbError> + Send + 'static,
) -> Outcome<()> {
    lab.runtime.block_on(store.write(work)).map_err(|error: DbError| error.to_string())
}
