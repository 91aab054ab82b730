//! Whose turn it is: a step that goes round a list counts its turns in a row, so that runs side by side take different
//! ones, and a new version of the workflow goes on where the old one was.

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::{Tx, params};

use super::sql;
use crate::tenant::LocationScope;

/// Takes the next turn of a step, counted from 0. Others wait for theirs until the transaction ends.
///
/// # Errors
/// When the store fails.
pub fn take(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    step: &str,
) -> Result<u64, Error> {
    let turns: i64 =
        tx.query_one(sql::TAKE_TURN, params![here.location_id(), workflow, step], |row| row.get(0))?;
    Ok(turns.unsigned_abs().saturating_sub(1))
}
