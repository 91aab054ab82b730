//! Appending events. Nothing is published outside the transaction of the fact.

use leadhold_kernel::{Event, EventKind, Id, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};
use serde_json::Value;

use crate::sql;

/// Appends `event` to the outbox in the transaction that makes it true.
///
/// # Errors
/// When the store fails; the transaction must then be given up.
pub fn append(tx: &mut Tx<'_>, event: &Event) -> Result<(), DbError> {
    insert(tx, sql::APPEND, event).map(drop)
}

/// Appends an event whose id was not drawn but says what it is about; `false` when it is there already.
///
/// # Errors
/// As [`append`].
pub fn append_once(tx: &mut Tx<'_>, event: &Event) -> Result<bool, DbError> {
    Ok(insert(tx, sql::APPEND_ONCE, event)? == 1)
}

fn insert(tx: &mut Tx<'_>, statement: Sql, event: &Event) -> Result<u64, DbError> {
    tx.exec(
        statement,
        params![
            &event.id,
            event.kind.name(),
            &event.company_id,
            event.location_id.as_ref(),
            &event.record_id,
            json_text(&event.payload),
            json_text(&event.cause),
            event.at,
            (!event.aside.is_null()).then(|| json_text(&event.aside))
        ],
    )
}

/// The event of a row that has `id`, `kind`, `company_id`, `location_id`, `record_id`, `payload`, `cause` and `at` behind its
/// first column. The kind is the caller's to read: only it knows what an unknown one means. What was said aside is left
/// out: it is for the relay.
///
/// # Errors
/// When a column does not hold what it should.
pub fn read(row: &Row<'_>, kind: EventKind) -> Result<Event, DbError> {
    let (Json(payload), Json(cause)) = (row.get(6)?, row.get(7)?);
    Ok(Event {
        id: row.get(1)?,
        kind,
        company_id: row.get(3)?,
        location_id: row.get(4)?,
        record_id: row.get(5)?,
        payload,
        aside: Value::Null,
        cause,
        at: row.get(8)?,
    })
}

/// The place of the newest event, 0 when there is none.
///
/// # Errors
/// When the store fails.
pub fn last(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    tx.query_one(sql::LAST, &[], |row| row.get(0))
}

/// How many events of each kind stand behind this place, by kind.
///
/// # Errors
/// When the store fails.
pub fn kinds_since(tx: &mut Tx<'_>, place: i64) -> Result<Vec<(String, i64)>, DbError> {
    tx.query(sql::KINDS_SINCE, params![place], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Whether an earlier event of the same record has not been seen by the consumers yet.
///
/// # Errors
/// When the store fails.
pub fn has_unseen(
    tx: &mut Tx<'_>,
    company: &Id<id::Company>,
    record: &str,
    before: i64,
) -> Result<bool, DbError> {
    Ok(tx.query_opt(sql::UNSEEN, params![company, record, before], |row| row.get::<i64>(0))?.is_some())
}
