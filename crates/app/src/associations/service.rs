//! Defining, changing and finding associations.

use leadhold_kernel::{Cx, Error, EventKind, Id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Row, Tx, params};

use super::model::{Association, End, NewAssociation};
use super::{events, retire, sql};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// How many a location can define.
const MAX_ASSOCIATIONS: i64 = 500;

/// Defines an association. That its objects exist is the caller's to know.
///
/// Event: `AssociationCreate`.
///
/// # Errors
/// 400 when the key is taken, or there are too many; when the store fails.
pub(super) fn define(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewAssociation,
) -> Result<Association, Error> {
    tx.lock(&format!("associations:{}", here.location_id()))?;
    if by_key(tx, here, &new.key)?.is_some() {
        return Err(Error::bad_request(format!("Association with key {} already exists.", new.key)));
    }
    let all: i64 = tx.query_one(sql::COUNT, params![here.location_id()], |row| row.get(0))?;
    if all >= MAX_ASSOCIATIONS {
        let told = format!("A location can have at most {MAX_ASSOCIATIONS} associations.");
        return Err(Error::bad_request(told));
    }
    let NewAssociation { key, first, second } = new.clone();
    let made = Association { id: Id::generate(cx.random.as_ref()), key, first, second, system: false };
    let Association { id, key, first, second, .. } = &made;
    tx.exec(
        sql::INSERT,
        params![
            id,
            here.location_id(),
            key,
            &first.object_key,
            &first.label,
            first.limit,
            &second.object_key,
            &second.label,
            second.limit,
            cx.now
        ],
    )?;
    outbox::append(tx, &events::association(cx, here, EventKind::AssociationCreate, &made))?;
    Ok(made)
}

/// Gives the sides of an association other labels.
///
/// Event: `AssociationUpdate`, when they are others.
///
/// # Errors
/// As [`get`]; 400 when every location has it.
pub fn relabel(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    (first, second): (&str, &str),
) -> Result<Association, Error> {
    tx.lock(&format!("association:{id}"))?;
    let before = own(tx, here, id)?;
    if (before.first.label.as_str(), before.second.label.as_str()) == (first, second) {
        return Ok(before);
    }
    let mut after = before;
    (after.first.label, after.second.label) = (first.to_owned(), second.to_owned());
    tx.exec(sql::UPDATE, params![here.location_id(), &after.id, first, second, cx.now])?;
    outbox::append(tx, &events::association(cx, here, EventKind::AssociationUpdate, &after))?;
    Ok(after)
}

/// Deletes an association with its relations.
///
/// Events: `AssociationDelete`, and `RelationDelete` for each relation.
///
/// # Errors
/// As [`relabel`].
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<Association, Error> {
    tx.lock(&format!("association:{id}"))?;
    let gone = own(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    outbox::append(tx, &events::association(cx, here, EventKind::AssociationDelete, &gone))?;
    retire::start(tx, cx, here, &gone)?;
    Ok(gone)
}

/// The association of this id, which the location defined itself.
fn own(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Association, Error> {
    let found = get(tx, here, id)?;
    if found.system {
        return Err(Error::bad_request("Associations that are SYSTEM_DEFINED cannot be changed or deleted."));
    }
    Ok(found)
}

/// The association of this id.
///
/// # Errors
/// 400 when there is none, 403 when it is another location's; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Association, Error> {
    if let Some(found) = find(tx, here, id)? {
        return Ok(found);
    }
    Err(match tx.query_opt(sql::ELSEWHERE, params![id], |_| Ok(()))? {
        Some(()) => no_access(),
        None => Error::bad_request(format!("Association with id {id} not found")),
    })
}

/// The same, which stands until the transaction ends: for whoever relates records by it.
///
/// # Errors
/// As [`get`].
pub fn held(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Association, Error> {
    tx.share(&format!("association:{id}"))?;
    get(tx, here, id)
}

/// The association of this id, if the location has it.
pub(super) fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Association>, Error> {
    let system = Association::of_every_location().into_iter().find(|one| one.id.as_str() == id);
    match system {
        Some(found) => Ok(Some(found)),
        None => Ok(tx.query_opt(sql::GET, params![here.location_id(), id], read)?),
    }
}

/// The association of this key, if the location has it.
pub(super) fn by_key(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<Option<Association>, Error> {
    let system = Association::of_every_location().into_iter().find(|one| one.key == key);
    match system {
        Some(found) => Ok(Some(found)),
        None => Ok(tx.query_opt(sql::BY_KEY, params![here.location_id(), key], read)?),
    }
}

/// All associations of the location: those that every location has, then its own by age.
pub(super) fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Association>, Error> {
    let own = tx.query(sql::LIST, params![here.location_id()], read)?;
    Ok(Association::of_every_location().into_iter().chain(own).collect())
}

/// The associations on either side of which records of an object stand.
///
/// # Errors
/// When the store fails.
pub(super) fn of_object(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    object_key: &str,
) -> Result<Vec<Association>, Error> {
    let mut all = list(tx, here)?;
    all.retain(|one| one.concerns(object_key));
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Association, DbError> {
    let end = |at: usize| -> Result<End, DbError> {
        Ok(End { object_key: row.get(at)?, label: row.get(at + 1)?, limit: row.get(at + 2)? })
    };
    Ok(Association { id: row.get(0)?, key: row.get(1)?, first: end(2)?, second: end(5)?, system: false })
}
