//! The tags that a location knows. The list grows by every tag that a contact is given, and keeps it when the contact
//! loses it. Renaming or removing one also changes the contacts that carry it: `contacts/service/follow.rs`
//! does both, and `contacts/follow_routes.rs` has those two routes.

mod routes;
mod sql;

use leadhold_kernel::{Cx, Error, Id, Timestamp, fold, id};
use leadhold_store::{Dynamic, Row, Sql, Tx, params};
use serde::Serialize;

pub use self::routes::{name_of, routes};
use crate::tenant::LocationScope;

/// Every statement of this file.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Characters of a tag: what every index can hold.
pub const LONGEST: usize = 255;

/// How many rows one statement adds at most.
const BATCH: usize = 200;

/// A tag of a location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// Its id.
    pub id: Id<id::Tag>,
    /// Its name, lower case.
    pub name: String,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// When it was last made or renamed; not shown.
    #[serde(skip)]
    pub changed: Timestamp,
}

/// A tag as it is kept: lower case and trimmed.
#[must_use]
pub fn normal(name: &str) -> String {
    fold(name.trim())
}

/// All tags by name.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Tag>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id()], |row| read(row, here))?)
}

/// One tag.
///
/// # Errors
/// 400 when the location has no such tag; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Tag, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), id], |row| read(row, here))?
        .ok_or_else(|| Error::bad_request(format!("Tag with id {id} not found")))
}

fn read(row: &Row<'_>, here: &LocationScope) -> Result<Tag, leadhold_store::DbError> {
    let (added, renamed): (Timestamp, Timestamp) = (row.get(2)?, row.get(3)?);
    let location_id = here.location_id().clone();
    Ok(Tag { id: row.get(0)?, name: row.get(1)?, location_id, changed: renamed.max(added) })
}

/// Adds a tag that the location does not know yet.
///
/// # Errors
/// 400 when it knows it; when the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, name: &str) -> Result<Tag, Error> {
    let tag = Tag {
        id: Id::generate(cx.random.as_ref()),
        name: normal(name),
        location_id: here.location_id().clone(),
        changed: cx.now,
    };
    let added = tx.exec(sql::INSERT, params![&tag.id, here.location_id(), &tag.name, cx.now])?;
    if added == 0 { Err(taken(&tag.name)) } else { Ok(tag) }
}

fn taken(name: &str) -> Error {
    Error::bad_request(format!("The tag {name} already exists."))
}

/// Makes sure that the location knows these tags, which must be normal.
///
/// # Errors
/// When the store fails.
pub fn grow(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, names: &[String]) -> Result<(), Error> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort(); // everyone takes the rows in one order: no deadlock
    for batch in names.chunks(BATCH) {
        let mut sql = Dynamic::in_location(
            "insert into location_tags (location_id, id, name, date_added) values (",
            here.location_id(),
        );
        for (at, name) in batch.iter().enumerate() {
            let id = Id::<id::Tag>::generate(cx.random.as_ref());
            sql.push(if at == 0 { ", " } else { ", ($1, " }).bind(id.to_string());
            sql.push(", ").bind((*name).clone()).push(", ").bind(cx.now).push(")");
        }
        sql.push(" on conflict (location_id, name) do nothing");
        tx.query_dynamic(&sql, |_| Ok(()))?;
    }
    Ok(())
}

/// Holds others off the names of the location's tags until the transaction ends.
///
/// # Errors
/// When the store fails.
pub fn hold(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), Error> {
    Ok(tx.lock(&format!("location-tags:{}", here.location_id()))?)
}

/// Gives a tag another name; answers the tag as it was. The contacts that carry it are the caller's business.
///
/// # Errors
/// 404 when there is no such tag, 400 when the name is another's; when the store fails.
pub fn rename(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str, name: &str) -> Result<Tag, Error> {
    hold(tx, here)?;
    let tag = get(tx, here, id)?;
    let other =
        tx.query_opt(sql::BY_NAME, params![here.location_id(), name], |row| row.get::<Id<id::Tag>>(0))?;
    if other.is_some_and(|other| other != tag.id) {
        return Err(taken(name));
    }
    tx.exec(sql::RENAME, params![here.location_id(), &tag.id, name, cx.now])?;
    Ok(tag)
}

/// Removes a tag from the list; answers it. The contacts that carry it are the caller's business.
///
/// # Errors
/// 404 when there is no such tag; when the store fails.
pub fn remove(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Tag, Error> {
    let tag = get(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &tag.id])?;
    Ok(tag)
}
