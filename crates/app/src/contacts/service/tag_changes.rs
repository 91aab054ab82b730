//! A tag's other name, or its end, comes to the contacts that carry it.
//!
//! Contacts follow one change after the other, in the order in which tags were changed. Else a name that is given and taken
//! back, or passed from tag to tag, while thousands of contacts follow would be moved to and fro, and never settle.

use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::follow::each;
use super::tags::retag;
use crate::contacts::model::normal_tags;
use crate::contacts::sql;
use crate::locations::tags;
use crate::steps::STEP;
use crate::tenant::LocationScope;

/// Notes a change of a tag; `to` is `None` when it is gone. `true` when contacts follow no earlier one, so that nobody is at
/// it yet.
///
/// # Errors
/// When the store fails.
pub(super) fn note(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    from: &str,
    to: Option<&str>,
) -> Result<bool, Error> {
    tags::hold(tx, here)?;
    let earlier = tx.query_opt(sql::TAG_CHANGE, params![here.location_id()], |_| Ok(()))?;
    tx.exec(sql::NOTE_TAG_CHANGE, params![here.location_id(), from, to])?;
    Ok(earlier.is_none())
}

/// Lets some contacts follow the first change; `true` when there is more to follow.
///
/// Events: `ContactTagUpdate` for each.
///
/// # Errors
/// When the store fails.
pub(super) fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error> {
    tags::hold(tx, here)?;
    let first = tx.query_opt(sql::TAG_CHANGE, params![here.location_id()], |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<Option<String>>(2)?))
    })?;
    let Some((no, from, to)) = first else { return Ok(false) };
    let more = each(tx, here, sql::CARRYING_TAG, params![here.location_id(), &from, STEP], |tx, before| {
        let renamed = before.tags.iter().filter_map(|tag| if *tag == from { to.as_ref() } else { Some(tag) });
        retag(tx, cx, here, before, normal_tags(renamed))
    })?;
    if more {
        return Ok(true);
    }
    tx.exec(sql::TAG_CHANGED, params![here.location_id(), no])?;
    Ok(tx.query_opt(sql::TAG_CHANGE, params![here.location_id()], |_| Ok(()))?.is_some())
}
