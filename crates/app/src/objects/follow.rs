//! What a change of an object does to its records: a property that is gone, other properties that are searched.
//!
//! They follow in steps (`crate::steps`).

use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};

use super::model::Shape;
use super::{rows, service, sql};
use crate::custom_fields::CustomField;
use crate::steps::{self, LocationSteps, STEP};
use crate::tenant::LocationScope;

/// What is to follow, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Following {
    object_key: String,
    /// The property that is gone; `None` when others are searched.
    gone: Option<String>,
}

/// A property of an object is gone: its records lose their values of it. No event: nobody said anything about a record.
///
/// # Errors
/// When the store fails.
pub fn forget_field(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    field: &CustomField,
) -> Result<(), Error> {
    let object_key = field.model.key();
    let Some(object) = service::find(tx, here, object_key)? else { return Ok(()) };
    service::forget_searchable(tx, here, &object, &field.field_key)?;
    start(tx, cx, here, object_key, Some(field.bare_key()))
}

/// A property of contacts or opportunities is gone, and with it from what is searched.
///
/// # Errors
/// When the store fails.
pub fn unsearch(tx: &mut Tx<'_>, here: &LocationScope, field: &CustomField) -> Result<(), Error> {
    match service::find(tx, here, field.model.key())? {
        Some(object) => service::forget_searchable(tx, here, &object, &field.field_key),
        None => Ok(()),
    }
}

/// Other properties of an object are searched.
pub(super) fn reword(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, object_key: &str) -> Result<(), Error> {
    start(tx, cx, here, object_key, None)
}

fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    object_key: &str,
    gone: Option<&str>,
) -> Result<(), Error> {
    let following = Following { object_key: object_key.to_owned(), gone: gone.map(str::to_owned) };
    steps::start(tx, cx, here, following)
}

impl LocationSteps for Following {
    const KIND: &'static str = "objects.follow";
    const QUEUE: &'static str = "objects";

    fn step(&self, tx: &mut Tx<'_>, _: &Cx, here: &LocationScope) -> Result<bool, Error> {
        step(tx, here, self)
    }
}

/// Lets some records follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, here: &LocationScope, following: &Following) -> Result<bool, Error> {
    let key = &following.object_key;
    let shape = service::shape(tx, here, key)?;
    let ids: Vec<String> = match &following.gone {
        Some(gone) => {
            tx.query(sql::CARRYING, params![here.location_id(), key, gone, STEP], |row| row.get(0))?
        }
        None => {
            let version = shape.object.version;
            tx.query(sql::OUTDATED, params![here.location_id(), key, version, STEP], |row| row.get(0))?
        }
    };
    for id in &ids {
        follow(tx, here, &shape, id, following.gone.as_deref())?;
    }
    Ok(ids.len() as i64 == STEP)
}

fn follow(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    id: &str,
    gone: Option<&str>,
) -> Result<(), Error> {
    let key = &shape.object.key;
    tx.lock(&format!("{key}:{id}"))?;
    let Some(before) = rows::find(tx, here, key, id)? else { return Ok(()) }; // removed meanwhile
    match gone {
        None => rows::reindex(tx, here, shape, &before),
        Some(property) => {
            let mut after = before.clone();
            after.properties.remove(property);
            rows::replace(tx, here, shape, &before, &after)
        }
    }
}
