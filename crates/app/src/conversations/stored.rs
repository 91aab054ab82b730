//! Messages as rows.

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::model::{Direction, Kind, Message, Status};
use super::sql;
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// A message of the location.
///
/// # Errors
/// 403 when it is another location's, 400 when there is none; when the store fails.
pub fn message(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Message, Error> {
    if let Some(message) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? {
        return Ok(message);
    }
    Err(match tx.query_opt(sql::ELSEWHERE, params![id], |_| Ok(()))? {
        Some(()) => no_access(),
        None => Error::bad_request(format!("Message with id {id} not found")),
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, here: &LocationScope, message: &Message) -> Result<(), Error> {
    tx.exec(
        sql::INSERT,
        params![
            &message.id,
            here.location_id(),
            &message.conversation_id,
            &message.contact_id,
            message.kind.name(),
            message.direction.name(),
            message.status.name(),
            message.error.as_ref(),
            message.subject.as_ref(),
            &message.body,
            message.html.as_ref(),
            json_text(&message.envelope),
            json_text(&message.origin),
            message.reply_to.as_ref(),
            message.email_message_id.as_ref(),
            message.thread_id.as_ref(),
            message.alt_id.as_ref(),
            message.call_duration,
            message.date_added
        ],
    )?;
    tx.exec(
        sql::NEWEST_MESSAGE,
        params![here.location_id(), &message.conversation_id, &message.id, message.date_added],
    )?;
    Ok(())
}

/// Keeps how far a message is now.
pub(super) fn settle(tx: &mut Tx<'_>, here: &LocationScope, message: &Message) -> Result<(), Error> {
    let Message { id, status, error, alt_id, call_duration, date_updated, .. } = message;
    tx.exec(
        sql::SETTLE,
        params![
            here.location_id(),
            id,
            status.name(),
            error.as_ref(),
            alt_id.as_ref(),
            *call_duration,
            *date_updated
        ],
    )?;
    Ok(())
}

/// The number behind which a page begins: that of the message `after`, or else beyond all.
pub(super) fn page_from(tx: &mut Tx<'_>, after: Option<&str>) -> Result<i64, Error> {
    let Some(after) = after else { return Ok(i64::MAX) };
    let no = tx.query_opt(sql::NO, params![after], |row| row.get(0))?;
    no.ok_or_else(|| Error::bad_request(format!("Message with id {after} not found")))
}

/// The messages of a thread before number `before`, newest first.
pub(super) fn of_thread(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    thread: &Id<id::Conversation>,
    before: i64,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let row = params![here.location_id(), thread, before, limit];
    Ok(tx.query(sql::OF_THREAD, row, read)?)
}

/// What the location last said over this kind of channel, or else over any.
pub(super) fn last_said(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    thread: &Id<id::Conversation>,
    kind: Kind,
) -> Result<Option<Message>, Error> {
    for kind in [kind.name(), ""] {
        let found = tx.query_opt(sql::LAST_SAID, params![here.location_id(), thread, kind], read)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub(super) fn read(row: &Row<'_>) -> Result<Message, DbError> {
    let (Json(envelope), Json(origin)) = (row.get(10)?, row.get(11)?);
    Ok(Message {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        contact_id: row.get(2)?,
        kind: word(row, 3, "type", Kind::parse)?,
        direction: word(row, 4, "direction", Direction::parse)?,
        status: word(row, 5, "status", Status::parse)?,
        error: row.get(6)?,
        subject: row.get(7)?,
        body: row.get(8)?,
        html: row.get(9)?,
        envelope,
        origin,
        reply_to: row.get(12)?,
        email_message_id: row.get(13)?,
        thread_id: row.get(14)?,
        alt_id: row.get(15)?,
        call_duration: row.get(16)?,
        date_added: row.get(17)?,
        date_updated: row.get(18)?,
    })
}

fn word<T>(row: &Row<'_>, i: usize, column: &str, parse: fn(&str) -> Option<T>) -> Result<T, DbError> {
    let word: String = row.get(i)?;
    parse(&word).ok_or_else(|| DbError::Inconsistent {
        place: format!("messages.{column}"),
        fault: format!("`{word}` is unknown"),
    })
}
