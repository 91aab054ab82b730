//! What a change of a location's tag, field or business does to the contacts that carry it.
//!
//! They follow in steps (`crate::steps`).

use leadhold_kernel::{Cx, Error, Id, fold, id};
use leadhold_store::{Sql, Tx, Value, json_text, params};
use serde::{Deserialize, Serialize};

use super::{find, tag_changes, words};
use crate::contacts::model::Contact;
use crate::contacts::sql;
use crate::locations::tags::{self, Tag};
use crate::steps::{self, LocationSteps, STEP};
use crate::tenant::LocationScope;

/// What is to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    /// Tags have other names, or none any more: those of [`tag_changes`].
    Tags,
    /// A custom field is gone.
    Field { id: String },
    /// A business is gone.
    Business { id: String },
    /// A business has another name. Contacts follow the present one: two that followed each its own would not end.
    BusinessName { id: String },
    /// Other properties are searched: contacts follow by age, those behind this one.
    Words { date_added: i64, id: String },
}

/// What follows it, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::contacts) struct Following {
    change: Change,
}

/// Renames a tag in the location's list and on its contacts.
///
/// Events: `ContactTagUpdate` for each contact.
///
/// # Errors
/// 404 when there is no such tag, 400 when the name is another's; when the store fails.
pub(in crate::contacts) fn rename_tag_everywhere(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    name: &str,
) -> Result<Tag, Error> {
    let before = tags::rename(tx, cx, here, id, name)?;
    if before.name != name {
        start_tag(tx, cx, here, &before.name, Some(name))?;
    }
    Ok(Tag { name: name.to_owned(), ..before })
}

/// Removes a tag from the location's list and from its contacts.
///
/// Events: `ContactTagUpdate` for each contact.
///
/// # Errors
/// 404 when there is no such tag; when the store fails.
pub(in crate::contacts) fn remove_tag_everywhere(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
) -> Result<(), Error> {
    let tag = tags::remove(tx, here, id)?;
    start_tag(tx, cx, here, &tag.name, None)
}

/// Lets the first contacts follow, unless those of an earlier change come first.
fn start_tag(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    from: &str,
    to: Option<&str>,
) -> Result<(), Error> {
    if tag_changes::note(tx, here, from, to)? { start(tx, cx, here, Change::Tags) } else { Ok(()) }
}

/// Contacts have no value of a custom field any more, which is gone. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn forget_field(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    field: &Id<id::CustomField>,
) -> Result<(), Error> {
    start(tx, cx, here, Change::Field { id: field.to_string() })
}

/// Contacts belong to a business no longer, which is gone. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn forget_business(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    business: &Id<id::Business>,
) -> Result<(), Error> {
    start(tx, cx, here, Change::Business { id: business.to_string() })
}

/// Contacts of a business follow its new name. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn rename_business(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    business: &Id<id::Business>,
) -> Result<(), Error> {
    start(tx, cx, here, Change::BusinessName { id: business.to_string() })
}

/// Other properties of contacts are searched. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn reword(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    start(tx, cx, here, Change::Words { date_added: i64::MIN, id: String::new() })
}

fn start(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: Change) -> Result<(), Error> {
    steps::start(tx, cx, here, Following { change })
}

impl LocationSteps for Following {
    const KIND: &'static str = "contacts.follow";
    const QUEUE: &'static str = "contacts";

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error> {
        step(tx, cx, here, &self.change)
    }
}

/// Lets some contacts follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: &Change) -> Result<bool, Error> {
    match change {
        Change::Words { date_added, id } => step_words(tx, cx, here, *date_added, id),
        Change::Tags => tag_changes::step(tx, cx, here),
        Change::Field { id } => {
            let searched = words::searched(tx, here)?; // what is searched does not have the field any more
            each(tx, here, sql::CARRYING_FIELD, params![here.location_id(), id, STEP], |tx, before| {
                let left: Vec<_> = before.custom_fields.iter().filter(|value| value.id != *id).collect();
                tx.exec(sql::UPDATE_CUSTOM_FIELDS, params![here.location_id(), before.no, json_text(&left)])?;
                tx.exec(sql::REMOVE_FIELD, params![here.location_id(), before.no, id])?;
                words::reindex(tx, here, &searched, before)
            })
        }
        Change::Business { id } => {
            each(tx, here, sql::OF_BUSINESS, params![here.location_id(), id, STEP], |tx, before| {
                tx.exec(sql::LEAVE_BUSINESS, params![here.location_id(), before.no, id])?;
                Ok(())
            })
        }
        Change::BusinessName { id } => {
            tx.share(&format!("business:{id}"))?;
            let name =
                tx.query_opt(sql::NAME_OF_BUSINESS, params![here.location_id(), id], |row| row.get(0))?;
            let Some(name): Option<String> = name else { return Ok(false) }; // removed meanwhile
            each(tx, here, sql::MISNAMING, params![here.location_id(), id, STEP, &name], |tx, before| {
                tx.exec(sql::NAME_BUSINESS, params![here.location_id(), before.no, id, &name, fold(&name)])?;
                Ok(())
            })
        }
    }
}

/// Does `work` to each contact that `statement` finds; `true` when it has found as many as a step takes.
pub(super) fn each(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    statement: Sql,
    asked: &[Value<'_>],
    mut work: impl FnMut(&mut Tx<'_>, &Contact) -> Result<(), Error>,
) -> Result<bool, Error> {
    let contacts: Vec<String> = tx.query(statement, asked, |row| row.get(0))?;
    for id in &contacts {
        one(tx, here, id, &mut work)?;
    }
    Ok(contacts.len() as i64 == STEP)
}

/// Does `work` to a contact, which is held, unless it was removed meanwhile.
fn one(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &str,
    work: impl FnOnce(&mut Tx<'_>, &Contact) -> Result<(), Error>,
) -> Result<(), Error> {
    tx.lock(&format!("contact:{id}"))?;
    find(tx, here, id)?.map_or(Ok(()), |found| work(tx, &found))
}

/// Makes the search texts of the contacts behind one anew. Where it stands is known only afterwards, so the next step is a
/// job of its own.
fn step_words(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    date_added: i64,
    id: &str,
) -> Result<bool, Error> {
    let searched = words::searched(tx, here)?;
    let next = steps::behind(tx, here, sql::BEHIND, (date_added, id), |tx, id| {
        one(tx, here, id, |tx, found| words::reindex(tx, here, &searched, found))
    })?;
    if let Some((date_added, id)) = next {
        steps::later(tx, cx, here, Following { change: Change::Words { date_added, id } })?;
    }
    Ok(false)
}
