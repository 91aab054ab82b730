//! The verbs. Each takes the caller's transaction.

use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::{DbError, Row, Tx, params};

use super::{Group, sql};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// Groups that a location can have: they are always shown all at once.
const MOST: i64 = 1000;

/// What a client says about a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct GroupFields {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) is_active: Option<bool>,
}

/// Makes a group.
///
/// # Errors
/// 400 when another group has the slug, or the location has too many; when the store fails.
pub(super) fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    fields: &GroupFields,
) -> Result<Group, Error> {
    hold_all(tx, here)?;
    let count: i64 = tx.query_one(sql::COUNT, params![here.location_id()], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::bad_request(format!("A location has at most {MOST} groups of calendars.")));
    }
    let blank = Group {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: String::new(),
        description: String::new(),
        slug: String::new(),
        is_active: true,
    };
    let made = applied(blank, fields);
    must_be_free(tx, here, &made)?;
    let Group { id, name, description, slug, is_active, .. } = &made;
    tx.exec(sql::INSERT, params![id, here.location_id(), name, description, slug, *is_active, cx.now])?;
    Ok(made)
}

/// Changes what `fields` mention.
///
/// # Errors
/// As [`get`], and 400 when another group has the slug.
pub(super) fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &GroupFields,
) -> Result<Group, Error> {
    hold_all(tx, here)?;
    let before = get(tx, here, id)?;
    let after = applied(before.clone(), fields);
    if after != before {
        must_be_free(tx, here, &after)?;
        let Group { id, name, description, slug, is_active, .. } = &after;
        tx.exec(sql::UPDATE, params![here.location_id(), id, name, description, slug, *is_active, cx.now])?;
    }
    Ok(after)
}

/// Removes a group; its calendars stay.
///
/// # Errors
/// As [`get`].
pub(super) fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    hold_all(tx, here)?;
    let gone = get(tx, here, id)?;
    tx.exec(sql::RELEASE, params![here.location_id(), &gone.id, cx.now])?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    Ok(())
}

/// The group of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when nobody has it; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Group, Error> {
    if let Some(found) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? {
        return Ok(found);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Err(if elsewhere { no_access() } else { Error::bad_request(format!("Group with id {id} not found")) })
}

/// Whether the location has a group of this id.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn exists(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<bool, DbError> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], |_| Ok(()))?.is_some())
}

/// All groups of the location, the oldest first.
///
/// # Errors
/// When the store fails.
pub(super) fn all(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Group>, Error> {
    Ok(tx.query(sql::OF_LOCATION, params![here.location_id()], read)?)
}

/// Whether no group of the location has this slug.
///
/// # Errors
/// When the store fails.
pub(super) fn is_free(tx: &mut Tx<'_>, here: &LocationScope, slug: &str) -> Result<bool, Error> {
    Ok(tx.query_opt(sql::WITH_SLUG, params![here.location_id(), slug], |_| Ok(()))?.is_none())
}

/// Nobody else makes, changes or removes a group of the location, or a calendar that might be in one, until the transaction
/// ends: slugs are one of a kind, and no calendar joins a group that goes.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn hold_all(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), DbError> {
    tx.lock(&format!("calendars:{}", here.location_id()))
}

fn must_be_free(tx: &mut Tx<'_>, here: &LocationScope, group: &Group) -> Result<(), Error> {
    let holder: Option<String> =
        tx.query_opt(sql::WITH_SLUG, params![here.location_id(), &group.slug], |row| row.get(0))?;
    match holder {
        Some(other) if other != group.id.as_str() => {
            Err(Error::bad_request(format!("The slug {} is already taken", group.slug)))
        }
        _ => Ok(()),
    }
}

fn applied(before: Group, fields: &GroupFields) -> Group {
    let fields = fields.clone();
    Group {
        name: fields.name.unwrap_or(before.name),
        description: fields.description.unwrap_or(before.description),
        slug: fields.slug.unwrap_or(before.slug),
        is_active: fields.is_active.unwrap_or(before.is_active),
        ..before
    }
}

fn read(row: &Row<'_>) -> Result<Group, DbError> {
    Ok(Group {
        id: row.get(0)?,
        location_id: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        slug: row.get(4)?,
        is_active: row.get(5)?,
    })
}
