//! How many runs of a workflow go on at once, and how many begin in a minute (`settings.limits`).
//!
//! A run asks before its first step, under a lock of its workflow. Without a place it waits in a queue, and each run that
//! ends calls the first one in it; without a slot it waits for the next one. Runs that begin, rest or wait have a place.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{Tx, params};

use super::definition::settings::Limits;
use super::engine::Phase;
use super::model::Run;
use super::runner::Errand;
use super::{pace, sql};
use crate::tenant::LocationScope;

const MINUTE: i64 = 60_000;

/// What a run that is to begin is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may begin.
    Now,
    /// It may ask again then.
    At(Timestamp),
    /// It is called when there is a place.
    Later,
}

/// Asks for a run that has not begun; notes in its phase what it was told.
///
/// # Errors
/// When the store fails.
pub fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    limits: &Limits,
) -> Result<Turn, Error> {
    // A slot that was given once holds.
    if let (Some(most), Phase::New) = (limits.per_minute, &run.state.phase) {
        let place = pace::Place::beginning(&run.workflow_id);
        let slot = pace::take_slot(tx, cx, here, &place, most, MINUTE)?;
        if slot > cx.now {
            run.state.phase = Phase::Queued { until: Some(slot) };
            return Ok(Turn::At(slot));
        }
    }
    if let Some(slot) = run.state.phase.until().filter(|slot| *slot > cx.now) {
        return Ok(Turn::At(slot));
    }
    if let Some(most) = limits.running {
        tx.lock(&format!("runs of {}", run.workflow_id))?;
        let asked = params![here.location_id(), &run.workflow_id, most];
        let going_on: i64 = tx.query_one(sql::GOING_ON, asked, |row| row.get(0))?;
        if going_on >= i64::from(most) {
            run.state.phase = Phase::Queued { until: None };
            return Ok(Turn::Later);
        }
    }
    Ok(Turn::Now)
}

/// Calls the first run in the queue of a workflow of which one has ended.
///
/// # Errors
/// When the store fails.
pub fn call_next(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
) -> Result<(), Error> {
    let asked = params![here.location_id(), workflow];
    let next: Option<Id<id::Run>> = tx.query_opt(sql::FIRST_QUEUED, asked, |row| row.get(0))?;
    next.map_or(Ok(()), |run| Errand::begin(here, &run).at(tx, cx, cx.now))
}
