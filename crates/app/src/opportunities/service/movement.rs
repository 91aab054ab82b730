//! All opportunities of one contact become another's: what merging two contacts wants.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Tx, params};

use super::{find, save};
use crate::opportunities::model::Opportunity;
use crate::opportunities::sql;
use crate::tenant::LocationScope;

/// Opportunities that are read at a time.
const STEP: i64 = 200;

/// Moves all opportunities of the contact `from` to the contact `to`. Both are held by the caller. Two open ones in one
/// pipeline stay two, whatever the location allows: none may be lost. Answers how many there were.
///
/// Events: `OpportunityUpdate` for each.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    from: &Id<id::Contact>,
    to: &Id<id::Contact>,
) -> Result<u64, Error> {
    let mut moved = 0;
    if from == to {
        return Ok(moved);
    }
    loop {
        let ids: Vec<String> =
            tx.query(sql::OF_CONTACT, params![here.location_id(), from, STEP], |row| row.get(0))?;
        for id in &ids {
            tx.lock(&format!("opportunity:{id}"))?;
            if let Some(before) = find(tx, here, id)? {
                let after = Opportunity { contact_id: to.clone(), ..before.clone() };
                save(tx, cx, here, &before, after)?;
                moved += 1;
            }
        }
        if ids.is_empty() {
            return Ok(moved);
        }
    }
}
