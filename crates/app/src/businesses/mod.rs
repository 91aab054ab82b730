//! Firms that contacts belong to. Whoever deletes one leaves its contacts without a firm.
//!
//! To `/objects` a business is a record of the object `business`, with the location's own fields besides: each write keeps
//! such a record up to date, by which businesses are searched, and announces it.

mod model;
mod record;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, EventKind, Id, patch};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};
use serde_json::{Map, Value};

pub use self::model::{Author, Business, Profile};
pub use self::routes::routes;
pub use self::wire::of_properties;
use crate::associations;
use crate::contacts;
use crate::http::caller::no_access;
use crate::objects::{self, Record};
use crate::tenant::LocationScope;

/// The key of the object whose records businesses are.
/// The key of the object whose records businesses are.
pub const OBJECT: &str = "business";

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Makes a business; `custom` are the values of the location's own fields, by their bare keys.
///
/// Event: `RecordCreate`.
///
/// # Errors
/// When the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    profile: &Map<String, Value>,
    custom: &Map<String, Value>,
) -> Result<(Business, Record), Error> {
    let author = Author::of(cx);
    let business = Business {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: name.to_owned(),
        profile: patch::merged(&Profile::default(), profile).map_err(Error::internal)?,
        created_by: author.clone(),
        updated_by: author,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let Business { id, location_id, name, profile, created_by, .. } = &business;
    let (profile, author) = (json_text(profile), json_text(created_by));
    tx.exec(sql::INSERT, params![id, location_id, name, &profile, &author, cx.now])?;
    let shape = objects::held(tx, here, OBJECT)?;
    let record = objects::insert(tx, here, &shape, &record::of(&business, custom.clone()))?;
    outbox::append(tx, &objects::record_event(cx, here, EventKind::RecordCreate, &record))?;
    Ok((business, record))
}

/// Changes what `changes` names, a merge-patch of a [`Business`], and the values of the location's own fields as
/// `customise` does.
///
/// Event: `RecordUpdate`, when anything did change.
///
/// # Errors
/// 400 when there is no such business, 403 when it is another location's; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    changes: &Map<String, Value>,
    customise: impl FnOnce(&mut Map<String, Value>),
) -> Result<(Business, Record), Error> {
    tx.lock(&format!("business:{id}"))?;
    let (before, known) = (get(tx, here, id)?, record(tx, here, id)?);
    let mut after = patch::merged(&before, changes).map_err(Error::internal)?;
    let mut custom = record::custom(&known);
    customise(&mut custom);
    if after == before && custom == record::custom(&known) {
        return Ok((before, known));
    }
    (after.updated_at, after.updated_by) = (cx.now, Author::of(cx));
    let Business { id, location_id, name, profile, updated_by, .. } = &after;
    let (profile, author) = (json_text(profile), json_text(updated_by));
    tx.exec(sql::UPDATE, params![location_id, id, name, &profile, &author, cx.now])?;
    if after.name != before.name {
        contacts::rename_business(tx, cx, here, &after.id)?;
    }
    let shape = objects::held(tx, here, OBJECT)?;
    let changed = record::of(&after, custom);
    match known.no {
        0 => drop(objects::insert(tx, here, &shape, &changed)?),
        _ => objects::replace(tx, here, &shape, &known, &changed)?,
    }
    outbox::append(tx, &objects::record_change(cx, here, &known, &changed))?;
    Ok((after, changed))
}

/// Deletes a business; its contacts belong to none afterwards.
///
/// Events: `RelationDelete` for each of its relations; `RecordDelete`.
///
/// # Errors
/// As [`update`].
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    tx.lock(&format!("business:{id}"))?;
    let (business, record) = (get(tx, here, id)?, record(tx, here, id)?);
    tx.exec(sql::DELETE, params![here.location_id(), &business.id])?;
    objects::remove(tx, here, &record)?;
    contacts::forget_business(tx, cx, here, &business.id)?;
    associations::forget_record(tx, cx, here, OBJECT, business.id.as_str())?;
    outbox::append(tx, &objects::record_event(cx, here, EventKind::RecordDelete, &record))?;
    Ok(())
}

/// Lets contacts belong to a business, or to none. Answers which of them the location has.
///
/// Events: `ContactUpdate` for each contact that belonged elsewhere.
///
/// # Errors
/// 400 when there is no such business, 403 when it is another location's; when the store fails.
pub fn join(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contacts: &[String],
    id: Option<&str>,
) -> Result<Vec<String>, Error> {
    let Some(id) = id else { return contacts::set_business(tx, cx, here, contacts, None) };
    tx.lock(&format!("business:{id}"))?;
    let business = get(tx, here, id)?;
    contacts::set_business(tx, cx, here, contacts, Some((&business.id, &business.name)))
}

/// One business.
///
/// # Errors
/// 400 when there is no such business, 403 when it is another location's; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Business, Error> {
    if let Some(business) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? {
        return Ok(business);
    }
    let elsewhere = tx.query_opt(sql::ELSEWHERE, params![id], |row| row.get::<String>(0))?;
    Err(match elsewhere {
        Some(_) => no_access(),
        None => Error::bad_request(format!("Business with id {id} not found")),
    })
}

/// A business as a record of its object, with the values of the location's own fields.
///
/// # Errors
/// As [`get`].
pub fn record(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Record, Error> {
    match objects::find_record(tx, here, OBJECT, id)? {
        Some(record) => Ok(record),
        None => Ok(record::of(&get(tx, here, id)?, Map::new())), // made before businesses were records
    }
}

/// A page of the location's businesses, oldest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, skip: i64, limit: i64) -> Result<Vec<Business>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id(), limit, skip], read)?)
}

fn read(row: &Row<'_>) -> Result<Business, DbError> {
    let (Json(profile), Json(created_by), Json(updated_by)) = (row.get(3)?, row.get(4)?, row.get(5)?);
    Ok(Business {
        id: row.get(0)?,
        location_id: row.get(1)?,
        name: row.get(2)?,
        profile,
        created_by,
        updated_by,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}
