//! From an inbound hook's request to the end of the run it starts: the demo's workflow makes a contact and tags it.

use std::sync::Arc;
use std::time::Duration;

use leadhold_kernel::Timestamp;
use leadhold_store::{DbError, Store, params};

use super::{load, settled};
use crate::figures::Sample;
use crate::load::Requests;
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::table::Row;
use crate::{client, clock, sql};

/// Requests in the unhurried rounds, and the pause between two.
const UNHURRIED: u64 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// An ended run.
pub(super) struct Run {
    accepted_at: i64,
    ended_at: i64,
}

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let place = lab.place("hook", None)?;
    let server = place.serve()?;
    let (target, path) = (place.target(&server), place.demo.inbound_hook_path_v2.clone());
    let requests: Requests = Arc::new(move |n| {
        target.request("POST", &path, &format!(r#"{{"firstName":"Ada","email":"ada.{n:08}@hook.example"}}"#))
    });
    let flood = load(lab, &server, Arc::clone(&requests), 200);
    let store = place.store()?;
    let (mut accepted, mut flooded, mut unhurried) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..lab.plan.rounds as u64 {
        let begun = clock::timestamp();
        for n in 0..UNHURRIED {
            let unused = 90_000_000 + round * UNHURRIED + n;
            client::send(server.address, &requests(unused))?;
            std::thread::sleep(PAUSE);
        }
        settled(lab, &store)?;
        unhurried.push(sample(&ended(&place, &store, begun)?));
        let begun = clock::timestamp();
        accepted.push(flood.run()?);
        settled(lab, &store)?;
        flooded.push(sample(&ended(&place, &store, begun)?));
    }
    let quiet =
        Row { ours: String::new(), ..Row::rate("hook accepted to run finished, 50 a second", &unhurried) };
    Ok(vec![
        Row::rate("hook accepted (POST answered)", &accepted),
        Row::rate("hook accepted to run finished, flooded", &flooded),
        quiet,
    ])
}

/// Runs whose request was accepted since `begun`. A run that failed would be a wrong answer.
pub(super) fn ended(place: &Place<'_>, store: &Store, begun: Timestamp) -> Outcome<Vec<Run>> {
    let location = place.demo.location_id.clone();
    let rows = place.lab.runtime.block_on(store.read(move |tx| {
        tx.query(sql::RUNS, params![location.as_str(), begun], |row| {
            Ok((row.get::<i64>(0)?, row.get::<Option<i64>>(1)?, row.get::<String>(2)?))
        })
    }));
    let rows = rows.map_err(|error: DbError| error.to_string())?;
    let run = |(accepted_at, ended_at, status): (i64, Option<i64>, String)| match ended_at {
        Some(ended_at) if status == "finished" => Ok(Run { accepted_at, ended_at }),
        _ => Err(format!("a run of the demo's workflow is `{status}`")),
    };
    rows.into_iter().map(run).collect()
}

/// Runs as a rate over the time from the first acceptance to the last end.
pub(super) fn sample(runs: &[Run]) -> Sample {
    let first = runs.iter().map(|run| run.accepted_at).min().unwrap_or_default();
    let last = runs.iter().map(|run| run.ended_at).max().unwrap_or_default();
    let micros =
        runs.iter().map(|run| u32::try_from((run.ended_at - run.accepted_at) * 1000).unwrap_or(u32::MAX));
    Sample::new((last - first).max(1) as f64 / 1000.0, micros.collect(), Duration::ZERO)
}
