//! What people write down about a contact.
//!
//! What is guaranteed:
//! - A note and its event commit together: `NoteCreate`, `NoteUpdate` when anything changed, `NoteDelete`.
//! - A note goes with its contact, in silence: `ContactDelete` says it.

mod events;
mod model;
mod routes;
mod sql;
mod wire;

use std::collections::{BTreeSet, HashMap};

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, patch};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Row, Sql, Tx, params};
use serde_json::{Map, Value};

pub use self::model::{NewNote, Note};
pub use self::routes::routes;
pub use self::wire::shown;
use crate::contacts;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Notes that a contact can have: they are always shown all at once.
const MOST: i64 = 5000;

/// Writes a note down. Without a user it is that of the person who is signed in.
///
/// Event: `NoteCreate`.
///
/// # Errors
/// 400 when the location has no such contact or the contact has too many notes; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    new: &NewNote,
) -> Result<Note, Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    if tx.query_one(sql::COUNT, params![here.location_id(), contact_id], |row| row.get::<i64>(0))? >= MOST {
        return Err(Error::bad_request(format!("A contact has at most {MOST} notes.")));
    }
    let new = new.clone();
    let note = Note {
        id: Id::generate(cx.random.as_ref()),
        contact_id: contact_id.to_owned(),
        body: new.body,
        user_id: new.user_id.or_else(|| cx.actor.user().map(str::to_owned)),
        title: new.title,
        color: new.color,
        pinned: new.pinned,
        date_added: cx.now,
    };
    let Note { id, body, user_id, title, color, pinned, date_added, .. } = &note;
    let (user, title, color) = (user_id.as_ref(), title.as_ref(), color.as_ref());
    let row =
        params![id, here.location_id(), contact_id, body, user, title, color, *pinned, *date_added, cx.now];
    tx.exec(sql::INSERT, row)?;
    outbox::append(tx, &events::event(cx, here, EventKind::NoteCreate, &note))?;
    Ok(note)
}

/// Changes what `changes` names, a merge-patch of a [`Note`].
///
/// Event: `NoteUpdate`, when anything did change.
///
/// # Errors
/// 400 when there is no such contact or note, 403 when the contact is another location's; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    id: &str,
    changes: &Map<String, Value>,
) -> Result<Note, Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let before = get(tx, here, contact_id, id)?;
    let after = patch::merged(&before, changes).map_err(Error::internal)?;
    if after == before {
        return Ok(before);
    }
    let Note { id, body, user_id, title, color, pinned, .. } = &after;
    let (user, title, color) = (user_id.as_ref(), title.as_ref(), color.as_ref());
    tx.exec(sql::UPDATE, params![here.location_id(), id, body, user, title, color, *pinned, cx.now])?;
    outbox::append(tx, &events::change(cx, here, &before, &after))?;
    Ok(after)
}

/// Removes a note.
///
/// Event: `NoteDelete`, with the note as it was.
///
/// # Errors
/// As [`update`].
pub fn delete(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    id: &str,
) -> Result<(), Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let note = get(tx, here, contact_id, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &note.id])?;
    outbox::append(tx, &events::event(cx, here, EventKind::NoteDelete, &note))?;
    Ok(())
}

/// One note of a contact that exists.
///
/// # Errors
/// 400 when the contact has no such note; when the store fails.
fn get(tx: &mut Tx<'_>, here: &LocationScope, contact_id: &str, id: &str) -> Result<Note, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), contact_id, id], read)?
        .ok_or_else(|| Error::bad_request(format!("Note with id {id} not found")))
}

/// The notes of a contact, newest first, each with when it was changed last; none when there is no such contact.
///
/// # Errors
/// When the store fails.
pub fn of_contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact_id: &str,
) -> Result<Vec<(Note, Timestamp)>, Error> {
    let changed = |row: &Row<'_>| Ok((read(row)?, row.get(8)?));
    Ok(tx.query(sql::OF_CONTACT, params![here.location_id(), contact_id], changed)?)
}

/// The newest notes of each of these contacts, by contact.
///
/// # Errors
/// When the store fails.
pub fn newest_of_each(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contacts: &BTreeSet<&str>,
) -> Result<HashMap<String, Vec<Note>>, Error> {
    contacts::newest_of_each(tx, here, &sql::OF_EACH, contacts, read)
}

/// The notes of one contact become another's, when the two turn out to be one person. No event: nobody said anything
/// about a note. Answers how many there were.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<u64, Error> {
    Ok(tx.exec(sql::MOVE, params![here.location_id(), from, to])?)
}

fn read(row: &Row<'_>) -> Result<Note, DbError> {
    Ok(Note {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        body: row.get(2)?,
        user_id: row.get(3)?,
        title: row.get(4)?,
        color: row.get(5)?,
        pinned: row.get(6)?,
        date_added: row.get(7)?,
    })
}
