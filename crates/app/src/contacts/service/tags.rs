//! Giving tags to a contact and taking them away.

use leadhold_kernel::{Cx, Error, EventKind};
use leadhold_queue::outbox;
use leadhold_store::{Tx, json_text, params};

use super::{hold, index, touch};
use crate::contacts::model::{Contact, normal_tags};
use crate::contacts::{events, sql};
use crate::tenant::LocationScope;

/// What became of a contact's tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagChange {
    /// All tags now.
    pub tags: Vec<String>,
    /// Those that it did not have, or had, before.
    pub changed: Vec<String>,
}

/// Gives a contact tags; the location learns those that are new to it.
///
/// Event: `ContactTagUpdate`, when the contact did not have all of them.
///
/// # Errors
/// 400 when the location has no such contact; when the store fails.
pub fn add_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    tags: &[String],
) -> Result<TagChange, Error> {
    let before = hold(tx, here, id)?;
    let changed: Vec<String> =
        normal_tags(tags).into_iter().filter(|tag| !before.tags.contains(tag)).collect();
    let tags = [before.tags.clone(), changed.clone()].concat();
    retag(tx, cx, here, &before, tags.clone())?;
    Ok(TagChange { tags, changed })
}

/// Takes tags from a contact; the location keeps knowing them.
///
/// Event: `ContactTagUpdate`, when the contact had any of them.
///
/// # Errors
/// 400 when the location has no such contact; when the store fails.
pub fn remove_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    tags: &[String],
) -> Result<TagChange, Error> {
    let before = hold(tx, here, id)?;
    let asked = normal_tags(tags);
    let (changed, tags): (Vec<String>, Vec<String>) =
        before.tags.iter().cloned().partition(|tag| asked.contains(tag));
    retag(tx, cx, here, &before, tags.clone())?;
    Ok(TagChange { tags, changed })
}

/// Stores other tags and announces them; nothing when they are the same.
pub(super) fn retag(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Contact,
    tags: Vec<String>,
) -> Result<(), Error> {
    if before.tags == tags {
        return Ok(());
    }
    let mut after = Contact { tags, ..before.clone() };
    touch(cx, &mut after);
    let (tags, author) = (json_text(&after.tags), json_text(&after.updated_by));
    tx.exec(sql::UPDATE_TAGS, params![here.location_id(), after.no, tags, author, after.date_updated])?;
    index::change_tags(tx, cx, here, before, &after)?;
    outbox::append(tx, &events::change(cx, here, EventKind::ContactTagUpdate, before, &after))?;
    Ok(())
}
