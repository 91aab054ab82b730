//! What a step remembers over runs: the paths that contacts were sent along, and how fast it lets runs through.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{Tx, params};

use super::action::At;
use super::sql;
use crate::tenant::LocationScope;

/// A step of a workflow, over its versions. The empty step stands for the beginning.
pub struct Place<'a> {
    workflow: &'a Id<id::Workflow>,
    step: &'a str,
}

impl<'a> Place<'a> {
    /// Where an effect is performed.
    #[must_use]
    pub fn of(at: &At<'a>) -> Self {
        Self { workflow: &at.run.workflow_id, step: at.step }
    }

    /// Where runs begin.
    #[must_use]
    pub fn beginning(workflow: &'a Id<id::Workflow>) -> Self {
        Self { workflow, step: "" }
    }
}

/// The path along which a split sent a contact before.
///
/// # Errors
/// When the store fails.
pub fn path_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    place: &Place<'_>,
    contact: &Id<id::Contact>,
) -> Result<Option<String>, Error> {
    let asked = params![here.location_id(), place.workflow, place.step, contact];
    Ok(tx.query_opt(sql::SPLIT_PATH, asked, |row| row.get(0))?)
}

/// Keeps it.
///
/// # Errors
/// When the store fails.
pub fn keep_path(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    place: &Place<'_>,
    contact: &Id<id::Contact>,
    path: &str,
) -> Result<(), Error> {
    let row = params![place.workflow, place.step, contact, here.location_id(), path];
    tx.exec(sql::KEEP_SPLIT_PATH, row)?;
    Ok(())
}

/// When the next run may pass, of which `batch` pass in each interval of `every` milliseconds. Whoever asks has taken it.
///
/// # Errors
/// When the store fails.
pub fn take_slot(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    place: &Place<'_>,
    batch: u32,
    every: i64,
) -> Result<Timestamp, Error> {
    tx.lock(&format!("pace {} {}", place.workflow, place.step))?;
    let asked = params![here.location_id(), place.workflow, place.step];
    let before = tx.query_opt(sql::PACE, asked, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (slot, taken) = next_slot(before, cx.now, i64::from(batch), every);
    let row = params![place.workflow, place.step, here.location_id(), slot, taken];
    tx.exec(sql::KEEP_PACE, row)?;
    Ok(slot)
}

/// The slot of the next one, and how many have it with this one. Slots keep their distance from the first, however long
/// nobody came.
fn next_slot(before: Option<(Timestamp, i64)>, now: Timestamp, batch: i64, every: i64) -> (Timestamp, i64) {
    let Some((slot, taken)) = before else { return (now, 1) };
    if now < slot.plus_millis(every) {
        return if taken < batch { (slot, taken + 1) } else { (slot.plus_millis(every), 1) };
    }
    let gone_by = (now.millis() - slot.millis()) / every;
    (slot.plus_millis(gone_by * every), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_pass_at_their_pace() {
        let mut kept = None;
        let mut passes = |now: i64| {
            let next = next_slot(kept, Timestamp(now), 2, 100);
            kept = Some(next);
            next.0.millis()
        };
        let times: Vec<i64> = [0, 5, 6, 7, 8, 120, 130, 555, 560, 561].map(&mut passes).to_vec();
        assert_eq!(times, [0, 0, 100, 100, 200, 200, 300, 500, 500, 600]);
    }
}
