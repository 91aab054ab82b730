//! Custom values: texts that a location says once and uses in many places, as the merge field
//! `{{ custom_values.booking_link }}`.
//!
//! Cast: this file defines, sets and finds; `bulk` does it for many at once; `wire` reads and shows.
//!
//! What is guaranteed: a value's key never changes, whatever its name becomes, so no merge field loses its meaning; keys are
//! unique in their location under concurrency. No event: nothing in the catalogue tells of a custom value.

mod bulk;
mod routes;
mod sql;
mod wire;

use std::collections::HashSet;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id, snake};
use leadhold_store::{Row, Sql, Tx, params};
use serde_json::{Map, Value};

pub use self::routes::routes;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many a location can have: the list shows them all, and runs of workflows read them.
pub const MAX_VALUES: usize = 5000;

/// A text of a location under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomValue {
    /// Its id.
    pub id: Id<id::CustomValue>,
    /// What people read.
    pub name: String,
    /// `booking_link`: what merge fields name it by.
    pub key: String,
    /// The text.
    pub value: String,
    /// When it was defined.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}

/// Makes a custom value. Its key comes from its name, with a number where it is taken.
///
/// # Errors
/// 400 at [`MAX_VALUES`]; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    value: &str,
) -> Result<CustomValue, Error> {
    let mut keys = Keys::hold(tx, here)?;
    insert(tx, cx, here, &mut keys, name, value)
}

/// The keys that are taken in a location, held until the transaction ends.
struct Keys(HashSet<String>);

impl Keys {
    fn hold(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Self, Error> {
        tx.lock(&format!("custom-values:{}", here.location_id()))?;
        let taken = tx.query(sql::KEYS, params![here.location_id()], |row| row.get(0))?;
        Ok(Self(taken.into_iter().collect()))
    }

    /// Takes a key for a name.
    fn take(&mut self, name: &str) -> Result<String, Error> {
        if self.0.len() >= MAX_VALUES {
            let refusal = format!("A location can have at most {MAX_VALUES} custom values.");
            return Err(Error::bad_request(refusal));
        }
        let key = key_of(name);
        // Among one more number than there are keys, one is free.
        let numbered = (1..=self.0.len() + 1).map(|number| format!("{key}_{number}"));
        let mut candidates = std::iter::once(key.clone()).chain(numbered);
        let free = candidates.find(|key| !self.0.contains(key)).unwrap_or(key);
        self.0.insert(free.clone());
        Ok(free)
    }
}

/// The key that a name gives.
fn key_of(name: &str) -> String {
    match snake(name) {
        key if key.is_empty() => "value".to_owned(),
        key => key,
    }
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    keys: &mut Keys,
    name: &str,
    value: &str,
) -> Result<CustomValue, Error> {
    let made = CustomValue {
        id: Id::generate(cx.random.as_ref()),
        name: name.trim().to_owned(),
        key: keys.take(name)?,
        value: value.to_owned(),
        date_added: cx.now,
        date_updated: cx.now,
    };
    let CustomValue { id, name, key, value, date_added, .. } = &made;
    tx.exec(sql::INSERT, params![id, here.location_id(), name, key, value, *date_added])?;
    Ok(made)
}

/// Gives a custom value another name and text. Its key stays.
///
/// # Errors
/// 404 when there is no such value; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    name: &str,
    value: &str,
) -> Result<CustomValue, Error> {
    let before = get(tx, here, id)?;
    let after = CustomValue { name: name.trim().to_owned(), value: value.to_owned(), ..before.clone() };
    if after == before { Ok(before) } else { save(tx, cx, here, after) }
}

/// Stores a changed value.
fn save(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, changed: CustomValue) -> Result<CustomValue, Error> {
    let CustomValue { id, name, value, .. } = &changed;
    tx.exec(sql::UPDATE, params![here.location_id(), id, name, value, cx.now])?;
    Ok(CustomValue { date_updated: cx.now, ..changed })
}

/// Removes a custom value; its merge field is empty from here on.
///
/// # Errors
/// 404 when there is no such value; when the store fails.
pub fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    match tx.exec(sql::DELETE, params![here.location_id(), id])? {
        0 => Err(unknown()),
        _ => Ok(()),
    }
}

/// One custom value.
///
/// # Errors
/// 404 when there is no such value; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<CustomValue, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), id], read)?.ok_or_else(unknown)
}

/// The location's custom values, oldest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<CustomValue>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id()], read)?)
}

/// The texts by their keys, as merge fields name them.
///
/// # Errors
/// When the store fails.
pub fn by_key(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Map<String, Value>, Error> {
    Ok(list(tx, here)?.into_iter().map(|one| (one.key, Value::from(one.value))).collect())
}

fn unknown() -> Error {
    Error::NotFound("The custom value id is invalid.".to_owned())
}

fn read(row: &Row<'_>) -> Result<CustomValue, leadhold_store::DbError> {
    let date_added: Timestamp = row.get(4)?;
    Ok(CustomValue {
        id: row.get(0)?,
        name: row.get(1)?,
        key: row.get(2)?,
        value: row.get(3)?,
        date_added,
        date_updated: row.get::<Timestamp>(5)?.max(date_added), // 0 in rows from before it was noted
    })
}
