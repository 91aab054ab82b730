//! The job that takes an import back, the last rows first.

use aws_lc_rs::digest;
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::model::State;
use super::{service, sql};
use crate::contacts::{self, Contact};
use crate::locations;
use crate::tenant::LocationScope;

pub(super) const KIND: &str = "imports.undo";
/// Rows that one transaction takes back.
const STEP: i64 = 100;

/// A row that made or changed a contact.
struct Row {
    no: i64,
    contact_id: String,
    /// The contact before; `None`: the row made it.
    former: Option<String>,
    after_hash: String,
}

/// What a contact is, for seeing whether anybody has changed it since.
pub(super) fn hash(contact: &Contact) -> String {
    hex::encode(digest::digest(&digest::SHA256, contacts::snapshot(contact).as_bytes()))
}

/// Takes some rows back; `true` when there may be more.
pub(super) fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<bool, Error> {
    let import = service::hold(tx, here, id)?;
    if import.state != State::Undoing || matches!(locations::get(tx, here), Err(Error::BadRequest(_))) {
        return Ok(false);
    }
    let cx = Cx { actor: import.actor, ..cx.clone() };
    let rows = tx.query(sql::TO_UNDO, params![here.location_id(), id, STEP], |row| {
        Ok(Row { no: row.get(0)?, contact_id: row.get(1)?, former: row.get(2)?, after_hash: row.get(3)? })
    })?;
    let (mut undone, mut kept) = (0_i64, 0_i64);
    for row in &rows {
        let note = match tx.attempt(|tx| take_back(tx, &cx, here, row)) {
            Ok(note) => note.map(str::to_owned),
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(error),
            Err(error) => Some(error.client_message()),
        };
        *(if note.is_none() { &mut undone } else { &mut kept }) += 1;
        let word = if note.is_none() { "undone" } else { "kept" };
        tx.exec(sql::UNDONE, params![here.location_id(), id, row.no, word, note])?;
    }
    let more = rows.len() as i64 == STEP;
    let state = if more { State::Undoing } else { State::Undone };
    tx.exec(sql::UNDO_PROGRESS, params![here.location_id(), id, state.word(), undone, kept, cx.now])?;
    Ok(more)
}

/// Takes a row back; answers why not, when it was not.
fn take_back(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    row: &Row,
) -> Result<Option<&'static str>, Error> {
    if contacts::find(tx, here, &row.contact_id)?.is_none() {
        return Ok(Some("The contact was deleted since."));
    }
    let contact = contacts::hold(tx, here, &row.contact_id)?;
    if hash(&contact) != row.after_hash {
        return Ok(Some("The contact was changed since."));
    }
    match &row.former {
        None => contacts::delete(tx, cx, here, &row.contact_id)?,
        Some(former) => drop(contacts::restore(tx, cx, here, &contact, former)?),
    }
    Ok(None)
}
