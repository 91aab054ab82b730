//! A link's life.

use leadhold_kernel::fold::fold;
use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::{Tx, params};

use super::{Link, sql};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// The most links of a location: the real service's list has no pages.
pub(super) const MOST: i64 = 2000;

/// What a client says about a link.
#[derive(Clone, Debug)]
pub(super) struct NewLink {
    pub name: String,
    pub redirect_to: String,
}

/// Makes a link.
///
/// # Errors
/// 400 when the location has its fill of them; when the store fails.
pub(super) fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, new: &NewLink) -> Result<Link, Error> {
    tx.lock(&format!("links:{}", here.location_id()))?;
    let count: i64 = tx.query_one(sql::COUNT, params![here.location_id()], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::bad_request(format!("A location can have at most {MOST} trigger links.")));
    }
    let link = Link {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: new.name.clone(),
        redirect_to: new.redirect_to.clone(),
        clicks: 0,
        contacts: 0,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let Link { id, location_id, name, redirect_to, .. } = &link;
    let row = params![id, here.company_id(), location_id, name, fold(name), redirect_to, cx.now];
    tx.exec(sql::INSERT, row)?;
    Ok(link)
}

/// Changes name and destination.
///
/// # Errors
/// As [`get`].
pub(super) fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    new: &NewLink,
) -> Result<Link, Error> {
    let NewLink { name, redirect_to } = new;
    tx.exec(sql::UPDATE, params![here.location_id(), id, name, fold(name), redirect_to, cx.now])?;
    get(tx, here, id)
}

/// Deletes a link and all that is known of its clicks.
///
/// # Errors
/// As [`get`].
pub(super) fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    get(tx, here, id)?;
    for statement in [sql::DELETE_CLICKS, sql::DELETE_CONTACTS, sql::DELETE] {
        tx.exec(statement, params![here.location_id(), id])?;
    }
    Ok(())
}

/// One link.
///
/// # Errors
/// 400 when there is no such link, 403 when it is another location's; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Link, Error> {
    if let Some(link) = tx.query_opt(sql::GET, params![here.location_id(), id], Link::read)? {
        return Ok(link);
    }
    match tx.query_opt(sql::ELSEWHERE, params![id], |row| row.get::<String>(0))? {
        Some(_) => Err(no_access()),
        None => Err(Error::bad_request(format!("Link with id {id} not found"))),
    }
}

/// Whether the location has such a link.
///
/// # Errors
/// When the store fails.
pub fn exists(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<bool, Error> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], Link::read)?.is_some())
}

/// All of a location's links, oldest first.
///
/// # Errors
/// When the store fails.
pub(super) fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Link>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id()], Link::read)?)
}

/// Those with `query` in their names, oldest first.
///
/// # Errors
/// When the store fails.
pub(super) fn search(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    query: &str,
    skip: i64,
    limit: i64,
) -> Result<Vec<Link>, Error> {
    let text = fold(query).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{text}%");
    Ok(tx.query(sql::SEARCH, params![here.location_id(), pattern, limit, skip], Link::read)?)
}
