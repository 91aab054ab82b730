//! Taking a file in, looking at an import, ending it, and asking for its undoing.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::{NewJob, enqueue};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::file::Chunk;
use super::model::{Counts, Duplicates, Import, Outcome, Settings, ShownRow, State};
use super::{sql, step, undo};
use crate::tenant::LocationScope;

/// The queue of all work on imports.
pub(super) const QUEUE: &str = "imports";

/// Stores a file and starts its job.
///
/// # Errors
/// When the store fails.
pub(super) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    settings: &Settings,
    chunks: &[Chunk],
    total: usize,
) -> Result<Import, Error> {
    let id = Id::<id::Import>::generate(cx.random.as_ref()).to_string();
    let location = here.location_id();
    tx.exec(
        sql::INSERT,
        params![
            &id,
            location,
            State::Waiting.word(),
            settings.dry_run,
            settings.duplicates.word(),
            settings.file_name.as_ref(),
            &settings.encoding,
            &settings.separator,
            json_text(&settings.columns),
            json_text(&settings.tags),
            json_text(&cx.actor),
            total as i64,
            cx.now
        ],
    )?;
    for chunk in chunks {
        tx.exec(sql::ADD_CHUNK, params![location, &id, chunk.first_row as i64, &chunk.content])?;
    }
    enqueue(tx, cx, &job(here, &id, step::KIND, cx.now))?;
    get(tx, here, &id)
}

/// The job of a kind on an import.
fn job(here: &LocationScope, id: &str, kind: &'static str, run_at: Timestamp) -> NewJob {
    let payload = serde_json::json!({
        "companyId": here.company_id(), "locationId": here.location_id(), "importId": id,
    });
    NewJob { queue: QUEUE, kind, payload, run_at }
}

/// The import and its location that a job's payload names.
pub(super) fn of_payload(payload: &serde_json::Value) -> Option<(LocationScope, String)> {
    let text = |key: &str| payload[key].as_str();
    let (company, location) = (Id::parse(text("companyId")?)?, Id::parse(text("locationId")?)?);
    // The job was enqueued by a transaction that held this proof.
    Some((LocationScope::proven(company, location), text("importId")?.to_owned()))
}

/// The import of this id.
///
/// # Errors
/// 404 when the location has none; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Import, Error> {
    let found = tx.query_opt(sql::GET, params![here.location_id(), id], read)?;
    found.ok_or_else(|| Error::NotFound(format!("There is no import {id}.")))
}

/// As [`get`], kept from changes by others until the transaction ends.
pub(super) fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Import, Error> {
    tx.lock(&format!("import:{id}"))?;
    get(tx, here, id)
}

/// The location's imports, newest first, after one of them.
///
/// # Errors
/// 404 when that is none of the location's; when the store fails.
pub(super) fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    limit: i64,
    after: Option<&str>,
) -> Result<Vec<Import>, Error> {
    let after = after.map(|id| get(tx, here, id)).transpose()?;
    let (date, id) =
        after.map_or((Timestamp(i64::MAX), String::new()), |import| (import.date_added, import.id));
    Ok(tx.query(sql::LIST, params![here.location_id(), date, id, limit], read)?)
}

/// Rows that were done, in the order of the file, after the row of a number.
///
/// # Errors
/// 404 when there is no such import; when the store fails.
pub(super) fn rows(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &str,
    outcome: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<ShownRow>, Error> {
    get(tx, here, id)?;
    let rows = match outcome {
        None => tx.query(sql::ROWS, params![here.location_id(), id, after, limit], read_row)?,
        Some(outcome) => {
            let asked = params![here.location_id(), id, after, limit, outcome];
            tx.query(sql::ROWS_OF_OUTCOME, asked, read_row)?
        }
    };
    Ok(rows)
}

/// Ends an import before its time: what was done stays done.
///
/// # Errors
/// 404 when there is none, 409 when it is over; when the store fails.
pub(super) fn cancel(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<Import, Error> {
    let import = hold(tx, here, id)?;
    if !matches!(import.state, State::Waiting | State::Running) {
        return Err(Error::Conflict(format!(
            "The import is {} and cannot be cancelled.",
            import.state.word()
        )));
    }
    end(tx, here, id, cx.now)?;
    get(tx, here, id)
}

/// Marks an import as cancelled and forgets the rows that wait.
pub(super) fn end(tx: &mut Tx<'_>, here: &LocationScope, id: &str, now: Timestamp) -> Result<(), Error> {
    tx.exec(sql::SET_STATE, params![here.location_id(), id, State::Cancelled.word(), now])?;
    tx.exec(sql::END_CHUNKS, params![here.location_id(), id])?;
    Ok(())
}

/// Starts to take an import back.
///
/// # Errors
/// 404 when there is none, 409 when it is not over, a rehearsal, or taken back already; when the store fails.
pub(super) fn start_undo(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<Import, Error> {
    let import = hold(tx, here, id)?;
    if import.settings.dry_run {
        return Err(Error::Conflict("The import was a rehearsal: there is nothing to undo.".into()));
    }
    if !matches!(import.state, State::Done | State::Cancelled) {
        let why = format!("The import is {} and cannot be undone now.", import.state.word());
        return Err(Error::Conflict(why));
    }
    tx.exec(sql::SET_STATE, params![here.location_id(), id, State::Undoing.word(), import.finished_at])?;
    enqueue(tx, cx, &job(here, id, undo::KIND, cx.now))?;
    get(tx, here, id)
}

fn faulty(word: String) -> DbError {
    DbError::Inconsistent { place: "contact_imports".to_owned(), fault: word }
}

fn read(row: &Row<'_>) -> Result<Import, DbError> {
    let word = |at: usize| row.get::<String>(at);
    let (state, duplicates) = (word(1)?, word(3)?);
    let (Json(columns), Json(tags), Json(actor)) = (row.get(7)?, row.get(8)?, row.get(9)?);
    Ok(Import {
        id: row.get(0)?,
        state: State::parse(&state).ok_or_else(|| faulty(state))?,
        settings: Settings {
            dry_run: row.get(2)?,
            duplicates: Duplicates::parse(&duplicates).ok_or_else(|| faulty(duplicates))?,
            file_name: row.get(4)?,
            encoding: row.get(5)?,
            separator: row.get(6)?,
            columns,
            tags,
        },
        actor,
        total: row.get(10)?,
        counts: Counts {
            created: row.get(11)?,
            updated: row.get(12)?,
            unchanged: row.get(13)?,
            skipped: row.get(14)?,
            failed: row.get(15)?,
        },
        undone: row.get(16)?,
        kept: row.get(17)?,
        date_added: row.get(18)?,
        started_at: row.get(19)?,
        finished_at: row.get(20)?,
    })
}

fn read_row(row: &Row<'_>) -> Result<ShownRow, DbError> {
    let Json(faults) = row.get(4)?;
    let outcome: String = row.get(2)?;
    let cells: Option<String> = row.get(5)?;
    Ok(ShownRow {
        no: row.get(0)?,
        line: row.get(1)?,
        outcome: Outcome::parse(&outcome).ok_or_else(|| faulty(outcome))?,
        contact_id: row.get(3)?,
        faults,
        cells: cells.and_then(|text| serde_json::from_str(&text).ok()),
        undo: row.get(6)?,
        undo_note: row.get(7)?,
    })
}
