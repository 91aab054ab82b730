//! The verbs. Each takes the caller's transaction, so that it composes with any other: a workflow's step and its effect
//! on a contact commit together.

mod apply;
pub mod bulk;
pub mod business;
mod dates;
mod duplicates;
mod emails;
mod follow;
mod followers;
mod former;
mod index;
pub(super) mod lists;
mod tag_changes;
mod tags;
mod update;
mod upsert;
mod words;

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp};
use leadhold_queue::outbox;
use leadhold_store::{Tx, params};

pub use self::dates::{born_on, dated};
use self::duplicates::Given;
pub use self::duplicates::{Duplicate, find_duplicate};
pub use self::emails::{email_clicked, email_opened, unite_email_dates};
pub(super) use self::follow::{Following, remove_tag_everywhere, rename_tag_everywhere};
pub use self::follow::{forget_business, forget_field, rename_business, reword};
pub use self::followers::{FollowerChange, add_followers, remove_followers};
pub use self::former::{replace, restore, snapshot};
pub use self::tags::{TagChange, add_tags, remove_tags};
use self::update::save;
pub use self::update::{set_channel, update};
pub use self::upsert::{Upserted, upsert};
use super::model::{Author, Contact, ContactFields};
use super::stored::Stored;
use super::{events, sql};
use crate::associations;
use crate::http::caller::no_access;
use crate::locations::{self, Location};
use crate::tenant::LocationScope;

/// Makes a contact.
///
/// Events: `ContactCreate`, and `ContactTagUpdate` when it has tags.
///
/// # Errors
/// 400 when nothing identifies the contact, or when the location does not allow duplicates and this is one; 422 with the
/// faults of custom values; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    fields: &ContactFields,
) -> Result<Contact, Error> {
    let location = locations::get(tx, here)?;
    let contact = fresh(tx, cx, here, &location, fields)?;
    if !location.settings.allow_duplicate_contact {
        duplicates::hold_off(tx, here, &Given::of(&contact))?;
        duplicates::refuse(tx, here, &location.settings, &contact)?;
    }
    insert(tx, cx, here, contact)
}

/// The contact that `fields` describe, not yet stored.
fn fresh(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    location: &Location,
    fields: &ContactFields,
) -> Result<Contact, Error> {
    let mut contact = blank(cx, here);
    apply::apply(tx, here, &mut contact, fields, &location.country)?;
    let known =
        [&contact.first_name, &contact.last_name, &contact.email, &contact.phone, &contact.company_name];
    if known.iter().all(|field| field.is_none()) {
        return Err(Error::bad_request(
            "A contact needs at least one of firstName, lastName, name, email, phone or companyName.",
        ));
    }
    Ok(contact)
}

fn blank(cx: &Cx, here: &LocationScope) -> Contact {
    let author = Author::of(&cx.actor, cx.now);
    Contact {
        no: 0,
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        first_name: None,
        last_name: None,
        email: None,
        phone: None,
        company_name: None,
        business_id: None,
        business_name: None,
        address1: None,
        city: None,
        state: None,
        postal_code: None,
        country: None,
        website: None,
        timezone: None,
        gender: None,
        kind: "lead".to_owned(),
        source: None,
        assigned_to: None,
        date_of_birth: None,
        dnd: false,
        dnd_settings: Default::default(),
        inbound_dnd_settings: Default::default(),
        tags: Vec::new(),
        custom_fields: Vec::new(),
        additional_emails: serde_json::json!([]),
        additional_phones: serde_json::json!([]),
        followers: Vec::new(),
        attribution: None,
        last_attribution: None,
        valid_whatsapp: None,
        created_by: author.clone(),
        updated_by: author,
        date_added: cx.now,
        date_updated: cx.now,
    }
}

fn insert(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, mut contact: Contact) -> Result<Contact, Error> {
    let row = Stored::of(&contact);
    contact.no = tx.query_one(sql::INSERT, &row.whole(), |row| row.get(0))?;
    lists::keep(tx, here, None, &contact)?;
    let text = words::text(&words::searched(tx, here)?, &contact);
    tx.exec(sql::INDEX_TEXT, params![contact.no, here.location_id(), text])?;
    index::count(tx, here, 1);
    index::add(tx, cx, here, &contact)?;
    outbox::append(tx, &events::event(cx, here, EventKind::ContactCreate, &contact))?;
    if !contact.tags.is_empty() {
        let untagged = Contact { tags: Vec::new(), ..contact.clone() };
        outbox::append(tx, &events::change(cx, here, EventKind::ContactTagUpdate, &untagged, &contact))?;
    }
    Ok(contact)
}

/// The contact of this id.
///
/// # Errors
/// As the real service answers: 403 when it is another location's, 400 when nobody has it; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Contact, Error> {
    Ok(stored(tx, here, id)?.into_contact()?)
}

/// The contact of this id, if the location has it.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Contact>, Error> {
    let row = tx.query_opt(sql::GET, params![here.location_id(), id], Stored::read)?;
    Ok(row.map(Stored::into_contact).transpose()?)
}

/// The row of this id, with the errors of [`get`].
pub(super) fn stored(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Stored, Error> {
    match tx.query_opt(sql::GET, params![here.location_id(), id], Stored::read)? {
        Some(row) => Ok(row),
        None => Err(missing(tx, id)?),
    }
}

/// Why a location does not have the contact of this id.
pub(super) fn missing(tx: &mut Tx<'_>, id: &str) -> Result<Error, Error> {
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Ok(match elsewhere {
        true => no_access(),
        false => Error::bad_request(format!("Contact with id {id} not found")),
    })
}

/// Sees that the location has the contact of this id.
///
/// # Errors
/// As [`get`].
pub fn must_exist(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    match tx.query_opt(sql::IS_OURS, params![here.location_id(), id], |_| Ok(()))? {
        Some(()) => Ok(()),
        None => Err(missing(tx, id)?),
    }
}

/// As [`must_exist`], and keeps the contact, with all that belongs to it, from changes by others until the transaction
/// ends.
///
/// # Errors
/// As [`get`].
pub fn hold_existing(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    tx.lock(&format!("contact:{id}"))?;
    must_exist(tx, here, id)
}

/// The contact of this id, kept from changes by others until the transaction ends.
///
/// # Errors
/// As [`get`].
pub fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Contact, Error> {
    tx.lock(&format!("contact:{id}"))?;
    get(tx, here, id)
}

/// Removes a contact with all that belongs to it.
///
/// Events: `RelationDelete` for each of its relations; `ContactDelete`, with the contact as it was.
///
/// # Errors
/// 400 when the location has no such contact; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    let contact = hold(tx, here, id)?;
    tx.exec(sql::UNINDEX_TEXT, params![contact.no, here.location_id()])?;
    tx.exec(sql::DELETE, params![here.location_id(), contact.no])?;
    index::count(tx, here, -1);
    associations::forget_record(tx, cx, here, "contact", contact.id.as_str())?;
    outbox::append(tx, &events::event(cx, here, EventKind::ContactDelete, &contact))?;
    Ok(())
}

/// How many contacts the location has.
///
/// # Errors
/// When the store fails.
pub fn total(tx: &mut Tx<'_>, here: &LocationScope) -> Result<i64, Error> {
    tx.settle()?;
    Ok(tx.query_one(sql::COUNTED, params![here.location_id()], |row| row.get(0))?)
}

/// Marks a contact as changed by the actor of `cx`, now; never earlier than it was made.
fn touch(cx: &Cx, contact: &mut Contact) {
    contact.updated_by = Author::of(&cx.actor, cx.now);
    contact.date_updated = Timestamp(cx.now.millis().max(contact.date_added.millis()));
}
