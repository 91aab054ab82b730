//! The rows beside a contact by which filters find it, and the location's count.

use std::collections::BTreeSet;

use leadhold_kernel::{Cx, Error, fold};
use leadhold_store::{Tx, Value, params};

use super::lists;
use crate::contacts::model::Contact;
use crate::contacts::sql;
use crate::custom_fields::{self, FieldValue, Model};
use crate::locations::tags;
use crate::tenant::LocationScope;

/// The facet by which a search finds followers; its values are folded, as what a search asks for.
pub(super) const FOLLOWER: &str = "follower";

/// Adds `by` to the location's count.
pub(super) fn count(tx: &mut Tx<'_>, here: &LocationScope, by: i64) {
    tx.tally(sql::COUNT, [here.location_id().into()], [by]);
}

/// Adds all rows of a new contact.
pub(super) fn add(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, contact: &Contact) -> Result<(), Error> {
    add_tags(tx, cx, here, contact, &contact.tags)?;
    add_facets(tx, here, contact, facets(contact))?;
    add_fields(tx, here, contact, &contact.custom_fields)
}

/// Changes the rows from how the contact was to how it is.
pub(super) fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Contact,
    after: &Contact,
) -> Result<(), Error> {
    change_tags(tx, cx, here, before, after)?;
    let (old, new) = (facets(before), facets(after));
    for (facet, value) in old.difference(&new) {
        tx.exec(sql::REMOVE_FACET, params![here.location_id(), after.no, facet, value])?;
    }
    add_facets(tx, here, after, new.difference(&old).cloned().collect())?;
    for gone in before.custom_fields.iter().filter(|value| !after.custom_fields.contains(value)) {
        tx.exec(sql::REMOVE_FIELD, params![here.location_id(), after.no, &gone.id])?;
    }
    let added = after.custom_fields.iter().filter(|value| !before.custom_fields.contains(value));
    add_fields(tx, here, after, &added.cloned().collect::<Vec<_>>())
}

/// The part of [`change`] that concerns tags.
pub(super) fn change_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Contact,
    after: &Contact,
) -> Result<(), Error> {
    for tag in before.tags.iter().filter(|tag| !after.tags.contains(tag)) {
        tx.exec(sql::REMOVE_TAG, params![here.location_id(), after.no, tag])?;
    }
    let added: Vec<String> = after.tags.iter().filter(|tag| !before.tags.contains(tag)).cloned().collect();
    add_tags(tx, cx, here, after, &added)
}

fn add_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Contact,
    added: &[String],
) -> Result<(), Error> {
    if added.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = added.iter().map(|tag| vec![tag.clone().into()]).collect();
    add_rows(tx, here, contact, "contact_tags (location_id, contact_no, tag)", &rows)?;
    tags::grow(tx, cx, here, added)
}

/// Fields with several values that filters know, as (facet, value).
fn facets(contact: &Contact) -> BTreeSet<(String, String)> {
    let channels = contact.dnd_settings.0.iter();
    let mut all: BTreeSet<_> =
        channels.map(|(channel, setting)| (channel.facet(), setting.status.word().to_owned())).collect();
    all.extend(
        lists::texts(&contact.additional_emails, "email").map(|email| ("email".to_owned(), fold(email))),
    );
    all.extend(contact.followers.iter().map(|user| (FOLLOWER.to_owned(), fold(user))));
    if let Some(inbound) = &contact.inbound_dnd_settings.all {
        all.insert(("inbound_dnd.all".to_owned(), inbound.status.word().to_owned()));
    }
    all
}

fn add_facets(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &Contact,
    added: BTreeSet<(String, String)>,
) -> Result<(), Error> {
    let rows: Vec<_> = added.into_iter().map(|(facet, value)| vec![facet.into(), value.into()]).collect();
    add_rows(tx, here, contact, "contact_facets (location_id, contact_no, facet, value)", &rows)
}

fn add_fields(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &Contact,
    added: &[FieldValue],
) -> Result<(), Error> {
    if added.is_empty() {
        return Ok(());
    }
    let definitions = custom_fields::list(tx, here, &Model::Contact)?;
    let rows = FieldValue::rows(&definitions, added);
    let table = "contact_field_values (location_id, contact_no, field_id, option_id, head, body, number)";
    add_rows(tx, here, contact, table, &rows)
}

/// Inserts rows that all begin with location and contact.
fn add_rows(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &Contact,
    table: &str,
    rows: &[Vec<Value<'static>>],
) -> Result<(), Error> {
    Ok(tx.insert_rows(table, here.location_id(), &[contact.no.into()], rows)?)
}
