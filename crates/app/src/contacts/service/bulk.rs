//! One change to many contacts, in one transaction.

use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::find;
use super::tags::retag;
use crate::contacts::model::normal_tags;
use crate::contacts::sql;
use crate::tenant::LocationScope;

/// What is to happen to tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagUpdate {
    /// The contacts are given these.
    Add(Vec<String>),
    /// These are taken from the contacts.
    Remove(Vec<String>),
    /// All are.
    RemoveAll,
}

/// What became of one contact's tags, or why nothing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// Which contact, as it was asked for.
    pub contact_id: String,
    /// The change.
    pub outcome: Result<Retagged, &'static str>,
}

/// A contact's tags before, and how they changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retagged {
    pub old: Vec<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// Changes the tags of many contacts. What cannot be done to one does not keep it from the others.
///
/// Events: `ContactTagUpdate` for each contact whose tags changed.
///
/// # Errors
/// When the store fails.
pub fn update_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contacts: &[String],
    update: &TagUpdate,
) -> Result<Vec<Tagged>, Error> {
    hold_all(tx, contacts)?;
    contacts
        .iter()
        .map(|id| Ok(Tagged { contact_id: id.clone(), outcome: update_one(tx, cx, here, id, update)? }))
        .collect()
}

fn update_one(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    update: &TagUpdate,
) -> Result<Result<Retagged, &'static str>, Error> {
    let Some(before) = find(tx, here, id)? else {
        let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
        let has_shape = id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return Ok(Err(match (elsewhere, has_shape) {
            (true, _) => "contact does not belong to location",
            (false, true) => "contact not found",
            (false, false) => "contact id is not a valid firebase id",
        }));
    };
    let old = before.tags.clone();
    let tags: Vec<String> = match update {
        TagUpdate::Add(added) => normal_tags(old.iter().chain(added)),
        TagUpdate::Remove(removed) => {
            let removed = normal_tags(removed);
            old.iter().filter(|tag| !removed.contains(tag)).cloned().collect()
        }
        TagUpdate::RemoveAll => Vec::new(),
    };
    retag(tx, cx, here, &before, tags.clone())?;
    let missing =
        |from: &[String], of: &[String]| of.iter().filter(|tag| !from.contains(tag)).cloned().collect();
    Ok(Ok(Retagged { added: missing(&old, &tags), removed: missing(&tags, &old), old }))
}

/// Keeps all these contacts from changes by others until the transaction ends.
pub(super) fn hold_all(tx: &mut Tx<'_>, contacts: &[String]) -> Result<(), Error> {
    let mut sorted: Vec<&String> = contacts.iter().collect();
    sorted.sort();
    sorted.dedup();
    for id in sorted {
        tx.lock(&format!("contact:{id}"))?;
    }
    Ok(())
}
