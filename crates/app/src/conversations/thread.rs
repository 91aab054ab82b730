//! Threads: made with the first message, marked by people, moved with their contact.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{DbError, Json, Row, Tx, params};

use super::model::{Direction, Kind, Origin, Thread};
use super::{events, sql};
use crate::contacts;
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// What somebody does to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It has been read.
    Read,
    /// It is to be read again.
    Unread,
    /// It is put away.
    Archived,
    /// It is brought back.
    Unarchived,
}

/// What a list shows of the newest message.
pub(super) struct Newest {
    pub(super) kind: Kind,
    pub(super) direction: Direction,
    pub(super) body: String,
    pub(super) origin: Origin,
}

/// The contact's conversation; `None` when nothing was said yet.
///
/// # Errors
/// When the store fails.
pub fn of_contact(tx: &mut Tx<'_>, here: &LocationScope, contact: &str) -> Result<Option<Thread>, Error> {
    Ok(tx.query_opt(sql::THREAD_OF_CONTACT, params![here.location_id(), contact], read)?)
}

/// The contact's conversation, made where there is none. The caller holds the contact.
pub(super) fn ensure(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Id<id::Contact>,
) -> Result<Thread, Error> {
    if let Some(thread) = of_contact(tx, here, contact.as_str())? {
        return Ok(thread);
    }
    let thread = Thread {
        id: Id::generate(cx.random.as_ref()),
        contact_id: contact.clone(),
        unread_count: 0,
        starred: false,
        inbox: true,
        last_message_at: cx.now,
        date_added: cx.now,
        date_updated: cx.now,
    };
    tx.exec(sql::INSERT_THREAD, params![&thread.id, here.location_id(), contact, cx.now])?;
    Ok(thread)
}

/// The conversation of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when there is none; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Thread, Error> {
    if let Some(thread) = tx.query_opt(sql::THREAD, params![here.location_id(), id], read)? {
        return Ok(thread);
    }
    Err(match tx.query_opt(sql::THREAD_ELSEWHERE, params![id], |_| Ok(()))? {
        Some(()) => no_access(),
        None => Error::bad_request(format!("Conversation with id {id} not found")),
    })
}

/// Threads behind `before`, the one with the newest message first; of one contact, or with an empty text of all.
pub(super) fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &str,
    before: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<(Thread, Option<Newest>)>, Error> {
    let row = params![here.location_id(), contact, before.0, before.1, limit];
    Ok(tx.query(sql::THREADS, row, |row| {
        let newest = match row.get::<Option<String>>(8)? {
            None => None,
            Some(kind) => {
                let unknown = |fault: String| DbError::Inconsistent { place: "messages".to_owned(), fault };
                let direction: String = row.get(9)?;
                let Json(origin) = row.get(11)?;
                Some(Newest {
                    kind: Kind::parse(&kind).ok_or_else(|| unknown(format!("`{kind}` is no type")))?,
                    direction: Direction::parse(&direction)
                        .ok_or_else(|| unknown(format!("`{direction}` is no direction")))?,
                    body: row.get(10)?,
                    origin,
                })
            }
        };
        Ok((read(row)?, newest))
    })?)
}

/// Marks the contact's conversation.
///
/// Event: `ConversationUnreadUpdate`, when that changed anything.
///
/// # Errors
/// 400 when the location has no such contact, or nothing was said with it yet; when the store fails.
pub fn mark(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &str,
    mark: Mark,
) -> Result<Thread, Error> {
    contacts::hold_existing(tx, here, contact)?;
    let before = of_contact(tx, here, contact)?
        .ok_or_else(|| Error::bad_request("There is no conversation with this contact yet."))?;
    let mut after = before.clone();
    match mark {
        Mark::Read => after.unread_count = 0,
        Mark::Unread => after.unread_count = before.unread_count.max(1),
        Mark::Archived => after.inbox = false,
        Mark::Unarchived => after.inbox = true,
    }
    if after != before {
        save(tx, cx, here, &mut after)?;
    }
    Ok(after)
}

/// One more that nobody has read; an archived conversation comes back.
pub(super) fn add_unread(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    thread: &mut Thread,
) -> Result<(), Error> {
    thread.unread_count += 1;
    thread.inbox = true;
    save(tx, cx, here, thread)
}

fn save(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, thread: &mut Thread) -> Result<(), Error> {
    thread.date_updated = cx.now;
    let Thread { id, unread_count, starred, inbox, .. } = &*thread;
    tx.exec(sql::SAVE_THREAD, params![here.location_id(), id, *unread_count, *starred, *inbox, cx.now])?;
    events::unread(tx, cx, here, thread)
}

/// One contact's conversation becomes another's, when the two turn out to be one person; answers how many messages moved.
/// Nothing was said, so no message is announced.
///
/// Event: `ConversationUnreadUpdate`, when something unread comes to it.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    from: &str,
    to: &str,
) -> Result<u64, Error> {
    let Some(moving) = of_contact(tx, here, from)? else { return Ok(0) };
    let moved = tx.exec(sql::MOVE, params![here.location_id(), from, to])?;
    match of_contact(tx, here, to)? {
        None => drop(tx.exec(sql::MOVE_THREAD, params![here.location_id(), from, to, cx.now])?),
        Some(mut staying) => {
            tx.exec(sql::MOVE_INTO, params![here.location_id(), &moving.id, &staying.id])?;
            tx.exec(sql::DELETE_THREAD, params![here.location_id(), &moving.id])?;
            if moving.unread_count > 0 {
                staying.unread_count += moving.unread_count;
                save(tx, cx, here, &mut staying)?;
            }
            tx.exec(sql::REFRESH, params![here.location_id(), &staying.id, cx.now])?;
        }
    }
    Ok(moved)
}

fn read(row: &Row<'_>) -> Result<Thread, DbError> {
    Ok(Thread {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        unread_count: row.get(2)?,
        starred: row.get(3)?,
        inbox: row.get(4)?,
        last_message_at: row.get(5)?,
        date_added: row.get(6)?,
        date_updated: row.get(7)?,
    })
}
