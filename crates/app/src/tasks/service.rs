//! The verbs. Each takes the caller's transaction.

use std::collections::{BTreeSet, HashMap};

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, patch, words};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Row, Tx, params};
use serde_json::{Map, Value};

use super::model::{NewTask, Origin, Task};
use super::{events, recurring, sql};
use crate::contacts;
use crate::tenant::LocationScope;

/// Tasks that a contact can have: they are always shown all at once.
pub(super) const MOST: i64 = 5000;

/// Makes a task for a contact.
///
/// Event: `TaskCreate`.
///
/// # Errors
/// 400 when the location has no such contact or the contact has too many tasks; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    new: &NewTask,
) -> Result<Task, Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    if full(tx, here, contact_id)? {
        return Err(Error::bad_request(format!("A contact has at most {MOST} tasks.")));
    }
    let task = insert(tx, cx, here, Some(contact_id), new, None)?;
    task.ok_or_else(|| Error::internal("a task that nothing made cannot have been made before"))
}

/// Whether a contact has as many tasks as it can have.
pub(super) fn full(tx: &mut Tx<'_>, here: &LocationScope, contact_id: &str) -> Result<bool, Error> {
    let count: i64 = tx.query_one(sql::COUNT, params![here.location_id(), contact_id], |row| row.get(0))?;
    Ok(count >= MOST)
}

/// Stores a new task and announces it. The contact is known, and held. `None`: this moment of a recurring task made it
/// before.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: Option<&str>,
    new: &NewTask,
    origin: Option<&Origin>,
) -> Result<Option<Task>, Error> {
    let new = new.clone();
    let task = Task {
        id: Id::generate(cx.random.as_ref()),
        contact_id: contact_id.map(str::to_owned),
        title: new.title,
        body: new.body,
        assigned_to: new.assigned_to.filter(|user| !user.is_empty()),
        due_date: new.due_date,
        completed: new.completed,
        date_added: cx.now,
    };
    let Task { id, title, body, assigned_to, due_date, completed, date_added, .. } = &task;
    let user = assigned_to.as_deref().unwrap_or_default();
    let row = params![
        id,
        here.location_id(),
        contact_id,
        title,
        body.as_ref(),
        user,
        *due_date,
        *completed,
        *date_added,
        origin.map(|origin| &origin.recurring_task_id),
        origin.map(|origin| origin.moment)
    ];
    let Some(no) = tx.query_opt(sql::INSERT, row, |row| row.get::<i64>(0))? else { return Ok(None) };
    tx.exec(sql::INDEX_TEXT, params![no, here.location_id(), searched_text(&task)])?;
    outbox::append(tx, &events::event(cx, here, EventKind::TaskCreate, &task))?;
    Ok(Some(task))
}

/// Changes what `changes` names, a merge-patch of a [`Task`].
///
/// Event: `TaskComplete`, when the task was open and is completed; `TaskChange`, which never leaves, when anything else
/// changed.
///
/// # Errors
/// 400 when there is no such contact or task, 403 when the contact is another location's; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    id: &str,
    changes: &Map<String, Value>,
) -> Result<Task, Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let before = get(tx, here, contact_id, id)?;
    let mut after: Task = patch::merged(&before, changes).map_err(Error::internal)?;
    after.assigned_to = after.assigned_to.filter(|user| !user.is_empty());
    if after == before {
        return Ok(before);
    }
    let Task { id, title, body, assigned_to, due_date, completed, .. } = &after;
    let user = assigned_to.as_deref().unwrap_or_default();
    let row = params![here.location_id(), id, title, body.as_ref(), user, *due_date, *completed, cx.now];
    let no: i64 = tx.query_one(sql::UPDATE, row, |row| row.get(0))?;
    let text = searched_text(&after);
    if text != searched_text(&before) {
        tx.exec(sql::REINDEX_TEXT, params![no, here.location_id(), text])?;
    }
    outbox::append(tx, &events::change(cx, here, &before, &after))?;
    Ok(after)
}

/// Removes a task.
///
/// Event: `TaskDelete`, with the task as it was.
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
    let task = get(tx, here, contact_id, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &task.id])?;
    outbox::append(tx, &events::event(cx, here, EventKind::TaskDelete, &task))?;
    Ok(())
}

/// One task of a contact that exists.
///
/// # Errors
/// 400 when the contact has no such task; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, contact_id: &str, id: &str) -> Result<Task, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), contact_id, id], read)?
        .ok_or_else(|| Error::bad_request(format!("Task with id {id} not found")))
}

/// The tasks of a contact, newest first, each with when it was changed last; none when there is no such contact.
///
/// # Errors
/// When the store fails.
pub fn of_contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact_id: &str,
) -> Result<Vec<(Task, Timestamp)>, Error> {
    let changed = |row: &Row<'_>| Ok((read(row)?, row.get(8)?));
    Ok(tx.query(sql::OF_CONTACT, params![here.location_id(), contact_id], changed)?)
}

/// The next open tasks in the order of their due dates, behind one and up to a moment.
///
/// # Errors
/// When the store fails.
pub fn due(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    (after, after_id): (Timestamp, &str),
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Task>, Error> {
    Ok(tx.query(sql::DUE, params![here.location_id(), after, after_id, until, limit], read)?)
}

/// The newest tasks of each of these contacts, by contact.
///
/// # Errors
/// When the store fails.
pub fn newest_of_each(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contacts: &BTreeSet<&str>,
) -> Result<HashMap<String, Vec<Task>>, Error> {
    contacts::newest_of_each(tx, here, &sql::OF_EACH, contacts, read)
}

/// The tasks of one contact become another's, when the two turn out to be one person. No event: nobody said anything
/// about a task. Answers how many there were.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<u64, Error> {
    let moved = tx.exec(sql::MOVE, params![here.location_id(), from, to])?;
    recurring::move_to_contact(tx, here, from, to)?;
    Ok(moved)
}

/// What `query` searches: the words of title and body.
fn searched_text(task: &Task) -> String {
    let texts = [Some(task.title.as_str()), task.body.as_deref()];
    texts.into_iter().flatten().flat_map(words::words).collect::<Vec<_>>().join(" ")
}

/// Reads a row that begins with the columns of `sql::GET`.
pub(super) fn read(row: &Row<'_>) -> Result<Task, DbError> {
    let assigned_to: String = row.get(4)?;
    Ok(Task {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        assigned_to: Some(assigned_to).filter(|user| !user.is_empty()),
        due_date: row.get(5)?,
        completed: row.get(6)?,
        date_added: row.get(7)?,
    })
}
