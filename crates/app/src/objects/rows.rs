//! Records as rows, with everything they are found by.

use leadhold_kernel::Error;
use leadhold_store::{DbError, Json, Row, Tx, Value, json_text, params};
use serde_json::Map;

use super::model::{Record, Shape};
use super::searched::Searched;
use super::sql;
use crate::custom_fields::{DataType, value};
use crate::tenant::LocationScope;

/// What owners and followers are filed under, beside the properties; no key has such a character.
pub(super) const OWNER: &str = "$owner";
/// As [`OWNER`].
pub(super) const FOLLOWER: &str = "$follower";

/// Stores a new record.
///
/// # Errors
/// When the store fails.
pub fn insert(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    record: &Record,
) -> Result<Record, Error> {
    let mut record = record.clone();
    record.no = tx.query_one(
        sql::INSERT_RECORD,
        params![
            &record.id,
            here.location_id(),
            &record.object_key,
            json_text(&record.owners),
            json_text(&record.followers),
            json_text(&record.properties),
            shape.object.version,
            json_text(&record.created_by),
            json_text(&record.updated_by),
            record.created_at,
            record.updated_at
        ],
        |row| row.get(0),
    )?;
    tx.exec(sql::INDEX_TEXT, params![record.no, here.location_id(), text(shape, &record.properties)])?;
    count(tx, here, &record, 1);
    let mut rows = Vec::new();
    for property in record.properties.keys() {
        rows.extend(values(shape, &record.properties, property));
    }
    rows.extend(people(&record));
    add(tx, here, &record, &rows)?;
    Ok(record)
}

/// Stores what became of a record.
///
/// # Errors
/// When the store fails.
pub fn replace(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    before: &Record,
    after: &Record,
) -> Result<(), Error> {
    tx.exec(
        sql::UPDATE_RECORD,
        params![
            here.location_id(),
            before.no,
            json_text(&after.owners),
            json_text(&after.followers),
            json_text(&after.properties),
            shape.object.version,
            json_text(&after.updated_by),
            after.updated_at
        ],
    )?;
    tx.exec(sql::REINDEX_TEXT, params![before.no, here.location_id(), text(shape, &after.properties)])?;
    let mut rows = Vec::new();
    for property in before.properties.keys().filter(|key| !after.properties.contains_key(*key)) {
        tx.exec(sql::REMOVE_VALUES, params![here.location_id(), before.no, property])?;
    }
    for (property, value) in &after.properties {
        if before.properties.get(property) != Some(value) {
            tx.exec(sql::REMOVE_VALUES, params![here.location_id(), before.no, property])?;
            rows.extend(values(shape, &after.properties, property));
        }
    }
    if (&before.owners, &before.followers) != (&after.owners, &after.followers) {
        for kind in [OWNER, FOLLOWER] {
            tx.exec(sql::REMOVE_VALUES, params![here.location_id(), before.no, kind])?;
        }
        rows.extend(people(after));
    }
    add(tx, here, before, &rows)
}

/// Removes a record.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, here: &LocationScope, record: &Record) -> Result<(), Error> {
    tx.exec(sql::UNINDEX_TEXT, params![record.no, here.location_id()])?;
    tx.exec(sql::DELETE_RECORD, params![here.location_id(), record.no])?;
    count(tx, here, record, -1);
    Ok(())
}

/// The record of this id, if the location's object has it.
///
/// # Errors
/// When the store fails.
pub fn find(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    object_key: &str,
    id: &str,
) -> Result<Option<Record>, Error> {
    Ok(tx.query_opt(sql::RECORD, params![here.location_id(), object_key, id], read)?)
}

/// Whether another location has a record of this id.
///
/// # Errors
/// When the store fails.
pub fn is_anothers(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<bool, Error> {
    Ok(tx.query_opt(sql::IS_ANOTHERS, params![id, here.location_id()], |_| Ok(()))?.is_some())
}

/// Makes a record's search text by its object's present version.
pub(super) fn reindex(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    record: &Record,
) -> Result<(), Error> {
    tx.exec(sql::REINDEX_TEXT, params![record.no, here.location_id(), text(shape, &record.properties)])?;
    tx.exec(sql::SET_VERSION, params![here.location_id(), record.no, shape.object.version])?;
    Ok(())
}

/// How many records an object has.
pub(super) fn total(tx: &mut Tx<'_>, here: &LocationScope, object_key: &str) -> Result<i64, Error> {
    tx.settle()?;
    Ok(tx.query_one(sql::COUNTED, params![here.location_id(), object_key], |row| row.get(0))?)
}

/// Adds `by` to the object's count.
fn count(tx: &mut Tx<'_>, here: &LocationScope, record: &Record, by: i64) {
    tx.tally(sql::COUNT, [here.location_id().into(), record.object_key.as_str().into()], [by]);
}

/// What `query` searches: the words of the searchable properties.
fn text(shape: &Shape, properties: &Map<String, serde_json::Value>) -> String {
    Searched::of_shape(shape).text(|key| properties.get(key).cloned())
}

/// The rows of a property after the record's number: property, option, head, body, number.
fn values(
    shape: &Shape,
    properties: &Map<String, serde_json::Value>,
    property: &str,
) -> Vec<Vec<Value<'static>>> {
    let Some(value) = properties.get(property) else { return Vec::new() };
    let entries = value::entries(shape.type_of(property), value).into_iter();
    entries.map(|entry| entry.into_row(property)).collect()
}

fn people(record: &Record) -> Vec<Vec<Value<'static>>> {
    let owners = record.owners.iter().map(|id| (OWNER, id));
    let followers = record.followers.iter().map(|id| (FOLLOWER, id));
    let row = |(kind, id): (&str, &String)| {
        vec![kind.to_owned().into(), String::new().into(), id.clone().into(), id.clone().into(), Value::Null]
    };
    owners.chain(followers).map(row).collect()
}

fn add(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    record: &Record,
    rows: &[Vec<Value<'static>>],
) -> Result<(), Error> {
    let table = "object_record_values
        (location_id, object_key, record_no, property, option_id, head, body, number)";
    Ok(tx.insert_rows(
        table,
        here.location_id(),
        &[record.object_key.clone().into(), record.no.into()],
        rows,
    )?)
}

/// Whether records of a type are compared by number.
#[must_use]
pub(super) fn is_number(data_type: DataType) -> bool {
    matches!(data_type, DataType::Numerical | DataType::Float | DataType::Monetory | DataType::Date)
}

/// Reads a row with the select list of [`sql::RECORD`].
pub(super) fn read(row: &Row<'_>) -> Result<Record, DbError> {
    let (Json(owners), Json(followers), Json(properties)) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let (Json(created_by), Json(updated_by)) = (row.get(6)?, row.get(7)?);
    Ok(Record {
        no: row.get(0)?,
        id: row.get(1)?,
        object_key: row.get(2)?,
        owners,
        followers,
        properties,
        created_by,
        updated_by,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}
