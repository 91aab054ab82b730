//! Why deals are lost: a location's list of reasons.
//!
//! A location begins with the list in [`AT_FIRST`], which is nowhere stored: its reasons get rows as soon as the location
//! changes anything of it. A removed reason stays known, since deals name it; it is no longer offered, and its name is free.

mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, Timestamp, fold, id};
use leadhold_store::{DbError, Row, Sql, Tx, params};

pub use self::routes::routes;
use crate::http::caller::no_access;
use crate::locations;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Reasons of a location: all are read at once.
const MAX_REASONS: usize = 500;

/// What a location begins with. The ids are alike in all locations.
const AT_FIRST: [(&str, &str); 6] = [
    ("LostReasonPrice00001", "Price too high"),
    ("LostReasonCompetitor", "Chose a competitor"),
    ("LostReasonNoAnswer01", "No answer"),
    ("LostReasonTiming0001", "Bad timing"),
    ("LostReasonNoNeed0001", "No need"),
    ("LostReasonNotAFit001", "Not a good fit"),
];

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostReason {
    /// Its id.
    pub id: Id<id::LostReason>,
    /// What people read.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// When it was removed.
    pub deleted_at: Option<Timestamp>,
}

/// All of the location's reasons in their order, the removed ones among them.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<LostReason>, Error> {
    let stored = tx.query(sql::LIST, params![here.location_id()], read)?;
    if stored.is_empty() { at_first(tx, here) } else { Ok(stored) }
}

fn at_first(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<LostReason>, Error> {
    let opened = locations::get(tx, here)?.created_at;
    let reason = |(at, (id, name)): (i64, &(&str, &str))| {
        let at = opened.plus_millis(at); // keeps their order
        let id = Id::parse(id).ok_or_else(|| Error::internal("a constant is no id"))?;
        Ok(LostReason { id, name: (*name).to_owned(), created_at: at, updated_at: at, deleted_at: None })
    };
    (0..).zip(&AT_FIRST).map(reason).collect()
}

fn read(row: &Row<'_>) -> Result<LostReason, DbError> {
    Ok(LostReason {
        id: row.get(0)?,
        name: row.get(1)?,
        created_at: row.get(2)?,
        updated_at: row.get(3)?,
        deleted_at: row.get::<Option<i64>>(4)?.map(Timestamp),
    })
}

/// Refuses a reason that the location never had.
///
/// # Errors
/// 400 when there is no such reason; when the store fails.
pub(super) fn known(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    match list(tx, here)?.iter().any(|reason| reason.id.as_str() == id) {
        true => Ok(()),
        false => Err(not_found(id)),
    }
}

fn not_found(id: &str) -> Error {
    Error::bad_request(format!("Lost reason with id {id} not found"))
}

/// Adds a reason.
///
/// # Errors
/// 400 when the location has one of this name, or too many; when the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, name: &str) -> Result<LostReason, Error> {
    let there = hold(tx, here)?;
    if there.len() >= MAX_REASONS {
        return Err(Error::bad_request(format!("A location can have at most {MAX_REASONS} lost reasons.")));
    }
    let made = LostReason {
        id: Id::generate(cx.random.as_ref()),
        name: name.to_owned(),
        created_at: cx.now,
        updated_at: cx.now,
        deleted_at: None,
    };
    refuse_taken(&there, &made)?;
    insert(tx, here, &made)?;
    Ok(made)
}

/// Gives a reason another name.
///
/// # Errors
/// 400 when the location has no such reason, or another of this name; when the store fails.
pub fn rename(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    name: &str,
) -> Result<LostReason, Error> {
    let there = hold(tx, here)?;
    let before = offered(tx, &there, id)?.clone();
    let after = LostReason { name: name.to_owned(), ..before.clone() };
    if after == before {
        return Ok(before);
    }
    refuse_taken(&there, &after)?;
    let after = LostReason { updated_at: cx.now, ..after };
    tx.exec(sql::RENAME, params![here.location_id(), &after.id, &after.name, fold(&after.name), cx.now])?;
    Ok(after)
}

/// Removes a reason from those that are offered.
///
/// # Errors
/// 400 when the location has no such reason; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    let there = hold(tx, here)?;
    let gone = offered(tx, &there, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id, cx.now])?;
    Ok(())
}

/// The location's reasons, from now on in rows, kept from changes by others until the transaction ends.
fn hold(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<LostReason>, Error> {
    tx.lock(&format!("lost-reasons:{}", here.location_id()))?;
    let stored = tx.query(sql::LIST, params![here.location_id()], read)?;
    if !stored.is_empty() {
        return Ok(stored);
    }
    let reasons = at_first(tx, here)?;
    for reason in &reasons {
        insert(tx, here, reason)?;
    }
    Ok(reasons)
}

fn insert(tx: &mut Tx<'_>, here: &LocationScope, reason: &LostReason) -> Result<(), Error> {
    let LostReason { id, name, created_at, updated_at, .. } = reason;
    tx.exec(sql::INSERT, params![here.location_id(), id, name, fold(name), *created_at, *updated_at])?;
    Ok(())
}

/// A reason that is offered.
fn offered<'r>(tx: &mut Tx<'_>, there: &'r [LostReason], id: &str) -> Result<&'r LostReason, Error> {
    let offered = |reason: &&LostReason| reason.id.as_str() == id && reason.deleted_at.is_none();
    match there.iter().find(offered) {
        Some(reason) => Ok(reason),
        None => Err(missing(tx, there, id)?),
    }
}

/// Why a location does not offer the reason of this id.
fn missing(tx: &mut Tx<'_>, there: &[LostReason], id: &str) -> Result<Error, Error> {
    let own = there.iter().any(|reason| reason.id.as_str() == id);
    let elsewhere = !own && tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Ok(if elsewhere { no_access() } else { not_found(id) })
}

/// Refuses what the location does not offer.
///
/// # Errors
/// 403 when the reason is another location's, 400 when there is none; when the store fails.
fn reach(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    let there = list(tx, here)?;
    offered(tx, &there, id).map(drop)
}

fn refuse_taken(there: &[LostReason], new: &LostReason) -> Result<(), Error> {
    let same = |known: &&LostReason| {
        known.id != new.id && known.deleted_at.is_none() && fold(&known.name) == fold(&new.name)
    };
    match there.iter().find(same) {
        Some(known) => Err(Error::bad_request(format!("There is a lost reason {} already.", known.name))),
        None => Ok(()),
    }
}
