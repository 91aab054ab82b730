//! The verbs. Each takes the caller's transaction.

use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::{DbError, Row, Tx, params};

use super::{AppointmentNote, sql};
use crate::calendars::appointments;
use crate::tenant::LocationScope;
use crate::users;

/// Notes that an appointment can have.
const MOST: i64 = 1000;

/// What a client, or a workflow, says about a note.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteFields {
    /// What is written.
    pub body: String,
    /// The user who writes it, where anybody says so.
    pub user_id: Option<String>,
}

/// Writes a note about an appointment.
///
/// # Errors
/// As `appointments::get`; 400 when the location has no such user, or the appointment too many notes; when the store
/// fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    appointment: &str,
    fields: &NoteFields,
) -> Result<AppointmentNote, Error> {
    let about = appointments::hold(tx, here, appointment)?; // or its contact might go at once
    let count: i64 = tx.query_one(sql::COUNT, params![here.location_id(), &about.id], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::bad_request(format!("An appointment has at most {MOST} notes.")));
    }
    let user_id = author(tx, here, fields)?;
    let note = AppointmentNote {
        id: Id::generate(cx.random.as_ref()),
        body: fields.body.clone(),
        user_id,
        user_name: None,
        contact_id: about.contact_id,
        date_added: cx.now,
    };
    let row =
        params![&note.id, here.location_id(), &about.id, &note.body, note.user_id.as_ref(), note.date_added];
    tx.exec(sql::INSERT, row)?;
    named(tx, here, note)
}

/// Writes a note anew; its author stays unless another is named.
///
/// # Errors
/// As [`create`], and 400 when the appointment has no such note.
pub(super) fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    (appointment, id): (&str, &str),
    fields: &NoteFields,
) -> Result<AppointmentNote, Error> {
    tx.lock(&format!("appointment:{appointment}"))?;
    let mut note = get(tx, here, appointment, id)?;
    note.body.clone_from(&fields.body);
    note.user_id = author(tx, here, fields)?.or(note.user_id);
    let row = params![here.location_id(), &note.id, &note.body, note.user_id.as_ref(), cx.now];
    tx.exec(sql::UPDATE, row)?;
    named(tx, here, note)
}

/// Removes a note.
///
/// # Errors
/// As [`get`].
pub(super) fn delete(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    appointment: &str,
    id: &str,
) -> Result<(), Error> {
    let gone = get(tx, here, appointment, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    Ok(())
}

/// A page of an appointment's notes, the newest first, and whether there are more.
///
/// # Errors
/// As `appointments::get`.
pub(super) fn page(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    appointment: &str,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AppointmentNote>, bool), Error> {
    let about = appointments::get(tx, here, appointment)?;
    let read = |row: &Row<'_>| read(row, &about.contact_id);
    let mut notes = tx.query(sql::PAGE, params![here.location_id(), &about.id, limit + 1, offset], read)?;
    let most = usize::try_from(limit).unwrap_or_default();
    let more = notes.len() > most;
    notes.truncate(most);
    let notes = notes.into_iter().map(|note| named(tx, here, note)).collect::<Result<_, Error>>()?;
    Ok((notes, more))
}

fn get(tx: &mut Tx<'_>, here: &LocationScope, appointment: &str, id: &str) -> Result<AppointmentNote, Error> {
    let about = appointments::get(tx, here, appointment)?;
    let read = |row: &Row<'_>| read(row, &about.contact_id);
    tx.query_opt(sql::GET, params![here.location_id(), &about.id, id], read)?
        .ok_or_else(|| Error::bad_request(format!("Note with id {id} not found")))
}

/// The user that is named as the author, who has to be one of the location's.
fn author(tx: &mut Tx<'_>, here: &LocationScope, fields: &NoteFields) -> Result<Option<String>, Error> {
    match &fields.user_id {
        Some(id) => Ok(Some(users::reach(tx, &users::Access::at(here), id)?.id.to_string())),
        None => Ok(None),
    }
}

/// The note with its author's name, while the author is one of the location's.
fn named(tx: &mut Tx<'_>, here: &LocationScope, note: AppointmentNote) -> Result<AppointmentNote, Error> {
    let Some(id) = &note.user_id else { return Ok(note) };
    let user_name = match users::reach(tx, &users::Access::at(here), id) {
        Ok(user) => Some(user.name()),
        Err(Error::BadRequest(_) | Error::Forbidden(_)) => None,
        Err(other) => return Err(other),
    };
    Ok(AppointmentNote { user_name, ..note })
}

fn read(row: &Row<'_>, contact_id: &str) -> Result<AppointmentNote, DbError> {
    Ok(AppointmentNote {
        id: row.get(0)?,
        body: row.get(1)?,
        user_id: row.get(2)?,
        user_name: None,
        contact_id: contact_id.to_owned(),
        date_added: row.get(3)?,
    })
}
