//! Durable creation over HTTP against a bare server, and against the store without HTTP.

use std::sync::Arc;

use super::{load, settled, take_turns};
use crate::figures::Duel;
use crate::load::Requests;
use crate::outcome::Outcome;
use crate::place::Lab;
use crate::process::Server;
use crate::raw::Raw;
use crate::record;
use crate::table::Row;

/// The aim against the raw store.
const STORE_AIM: f64 = 0.6;
/// Contacts in one transaction of the tight loop.
const BATCH: u64 = 256;

pub fn run(lab: &Lab, bare: &Server) -> Outcome<Vec<Row>> {
    let (place, raw_place) = (lab.place("create", None)?, lab.place("raw", None)?);
    let server = place.serve()?;
    let (target, location) = (place.target(&server), place.demo.location_id.clone());
    let requests: Requests =
        Arc::new(move |n| target.request("POST", "/contacts/", &record::json(&location, n)));
    let (over_http, to_bare) = (load(lab, &server, requests.clone(), 201), load(lab, bare, requests, 201));
    let watcher = place.store()?;
    let raw = Raw::new(raw_place.store()?, raw_place.here()?);
    let (tasks, rounds) = (lab.plan.connections, lab.plan.rounds);
    let [ours, bare, grouped, one_by_one, batches] = take_turns(
        rounds,
        [
            Box::new(|| {
                let sample = over_http.run()?;
                settled(lab, &watcher)?; // or the relay's work would slow the next contender
                Ok(sample)
            }),
            Box::new(|| to_bare.run()),
            Box::new(|| raw.run(lab, tasks, 1)),
            Box::new(|| raw.run(lab, 1, 1)),
            Box::new(|| raw.run(lab, 1, BATCH)),
        ],
    )?;
    let against = |theirs| Duel { ours: &ours, theirs };
    let raw_store = format!("raw store, {tasks} tasks");
    Ok(vec![
        Row::duel("create a contact, durable", &against(&bare), "bare axum, same bytes", None),
        Row::duel("create a contact, durable", &against(&grouped), &raw_store, Some(STORE_AIM)),
        Row::duel(
            "create a contact, durable",
            &against(&one_by_one),
            "raw store, tight loop, commit each",
            None,
        ),
        Row::duel(
            "create a contact, durable",
            &against(&batches),
            &format!("raw store, {BATCH} a commit"),
            None,
        ),
    ])
}
