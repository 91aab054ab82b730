//! Records by the object that they are of: those of custom objects, and businesses, which are kept in their own folder.
//!
//! Cast: `properties` holds what a client writes against an object's fields; the verbs here dispatch to whoever keeps the
//! record; `relation_routes` relates any two; `object_routes` changes an object, which its records follow. So this folder lies above all others that have records.
//!
//! What is guaranteed: each change of a record is announced once (`RecordCreate`, `RecordUpdate`, `RecordDelete`), one that
//! changes nothing not at all; a record that goes takes its relations along.

mod object_routes;
mod properties;
mod relation_routes;
mod routes;
mod wire;

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_queue::outbox;
use leadhold_store::Tx;
use serde_json::{Map, Value};

use crate::associations::Relation;
use crate::http::Route;
use crate::http::caller::no_access;
use crate::objects::{self, Author, Record, Shape, Standard};
use crate::tenant::LocationScope;
use crate::{associations, businesses, contacts, locations, opportunities};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [routes::routes(), relation_routes::routes(), object_routes::routes()].concat()
}

/// What a client says about a record; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordWrite {
    /// Values by property.
    pub properties: Map<String, Value>,
    /// Whose it is to be.
    pub owners: Option<Vec<String>>,
    /// Who is to follow it.
    pub followers: Option<Vec<String>>,
}

/// Makes a record of an object.
///
/// Event: `RecordCreate`.
///
/// # Errors
/// 400 when the object keeps its records elsewhere, 422 with all faults of its properties; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    shape: &Shape,
    write: &RecordWrite,
) -> Result<Record, Error> {
    let country = locations::get(tx, here)?.country;
    if is_business(shape)? {
        let (own, custom) = properties::of_business(shape, write, &country)?;
        let (name, profile) = businesses::of_properties(&own, true)?;
        let mut values = Map::new();
        properties::apply(&mut values, custom);
        return businesses::create(tx, cx, here, &name.unwrap_or_default(), &profile, &values)
            .map(|(_, record)| record);
    }
    let mut values = Map::new();
    properties::apply(&mut values, properties::settle(shape, &write.properties, &country)?);
    properties::has_primary(shape, &values)?;
    let author = Author::of(cx);
    let record = Record {
        no: 0,
        id: Id::<id::Record>::generate(cx.random.as_ref()).to_string(),
        object_key: shape.object.key.clone(),
        owners: write.owners.clone().unwrap_or_default(),
        followers: write.followers.clone().unwrap_or_default(),
        properties: values,
        created_by: author.clone(),
        updated_by: author,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let record = objects::insert(tx, here, shape, &record)?;
    outbox::append(tx, &objects::record_event(cx, here, EventKind::RecordCreate, &record))?;
    Ok(record)
}

/// Changes what `write` names.
///
/// Event: `RecordUpdate`, when anything did change.
///
/// # Errors
/// As [`create`] and [`get`].
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    shape: &Shape,
    id: &str,
    write: &RecordWrite,
) -> Result<Record, Error> {
    let country = locations::get(tx, here)?.country;
    if is_business(shape)? {
        let (own, custom) = properties::of_business(shape, write, &country)?;
        let (name, mut changes) = businesses::of_properties(&own, false)?;
        changes.extend(name.map(|name| ("name".to_owned(), name.into())));
        let change = |values: &mut Map<String, Value>| properties::apply(values, custom.clone());
        return businesses::update(tx, cx, here, id, &changes, change).map(|(_, record)| record);
    }
    tx.lock(&lock(shape, id))?;
    let before = get(tx, here, shape, id)?;
    let mut after = before.clone();
    properties::apply(&mut after.properties, properties::settle(shape, &write.properties, &country)?);
    properties::has_primary(shape, &after.properties)?;
    if let Some(owners) = &write.owners {
        after.owners.clone_from(owners);
    }
    if let Some(followers) = &write.followers {
        after.followers.clone_from(followers);
    }
    if after == before {
        return Ok(before);
    }
    (after.updated_at, after.updated_by) = (cx.now, Author::of(cx));
    objects::replace(tx, here, shape, &before, &after)?;
    outbox::append(tx, &objects::record_change(cx, here, &before, &after))?;
    Ok(after)
}

/// Deletes a record with its relations.
///
/// Events: `RelationDelete` for each relation; `RecordDelete`.
///
/// # Errors
/// As [`get`].
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, shape: &Shape, id: &str) -> Result<(), Error> {
    if is_business(shape)? {
        return businesses::delete(tx, cx, here, id);
    }
    tx.lock(&lock(shape, id))?;
    let record = get(tx, here, shape, id)?;
    associations::forget_record(tx, cx, here, &record.object_key, id)?;
    objects::remove(tx, here, &record)?;
    outbox::append(tx, &objects::record_event(cx, here, EventKind::RecordDelete, &record))?;
    Ok(())
}

/// One record of an object.
///
/// # Errors
/// 400 when there is none, or the object keeps its records elsewhere, 403 when it is another location's; when the store
/// fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, shape: &Shape, id: &str) -> Result<Record, Error> {
    if is_business(shape)? {
        return businesses::record(tx, here, id);
    }
    match objects::find_record(tx, here, &shape.object.key, id)? {
        Some(record) => Ok(record),
        None if objects::is_anothers(tx, here, id)? => Err(no_access()),
        None => Err(Error::bad_request(format!("Record with id {id} not found"))),
    }
}

/// Whether the records are businesses; those of contacts and opportunities have operations of their own.
fn is_business(shape: &Shape) -> Result<bool, Error> {
    match shape.object.standard() {
        None => Ok(false),
        Some(Standard::Business) => Ok(true),
        Some(Standard::Contact | Standard::Opportunity) => {
            let told = format!(
                "Records of {} are not supported here: they have an API of their own.",
                shape.object.key
            );
            Err(Error::bad_request(told))
        }
    }
}

fn lock(shape: &Shape, id: &str) -> String {
    format!("{}:{id}", shape.object.key)
}

/// Relates two records by the association of this id.
///
/// Event: `RelationCreate`.
///
/// # Errors
/// 400 when there is no such association or record, or they are related already; when the store fails.
pub fn relate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    association: &str,
    first: &str,
    second: &str,
) -> Result<Relation, Error> {
    let association = associations::held(tx, here, association)?;
    hold(tx, here, &association.first.object_key, first)?;
    hold(tx, here, &association.second.object_key, second)?;
    associations::relate(tx, cx, here, association, first, second)
}

/// Keeps a record of any object from being deleted until the transaction ends.
///
/// # Errors
/// As getting it answers: 400 when there is none, 403 when it is another location's; when the store fails.
fn hold(tx: &mut Tx<'_>, here: &LocationScope, key: &str, id: &str) -> Result<(), Error> {
    tx.lock(&format!("{key}:{id}"))?;
    match Standard::parse(key) {
        Some(Standard::Contact) => contacts::get(tx, here, id).map(drop),
        Some(Standard::Business) => businesses::get(tx, here, id).map(drop),
        Some(Standard::Opportunity) => opportunities::get(tx, here, id).map(drop),
        None => {
            let shape = objects::shape(tx, here, key)?;
            get(tx, here, &shape, id).map(drop)
        }
    }
}
