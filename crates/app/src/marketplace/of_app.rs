//! All installs of an app, for its developers: what they publish reaches them, and what they delete leaves with them.

use leadhold_kernel::{Id, id};
use leadhold_store::{DbError, Tx, params};

use super::model::{Install, Place};
use super::{read, sql};
use crate::tenant::{CompanyScope, LocationScope};

/// Where an app is installed, oldest first; at most `most` of them.
///
/// # Errors
/// When the store fails.
pub fn installs_of_app(
    tx: &mut Tx<'_>,
    app: &Id<id::App>,
    most: i64,
) -> Result<Vec<(Place, Install)>, DbError> {
    tx.query(sql::OF_APP, params![app, most], |row| {
        let (location, company): (Option<Id<id::Location>>, Id<id::Company>) = (row.get(10)?, row.get(11)?);
        let place = match location {
            Some(location) => Place::Location(LocationScope::proven(company, location)),
            None => Place::Company(CompanyScope::proven(company)),
        };
        Ok((place, read(row)?))
    })
}

/// How many installs an app has.
///
/// # Errors
/// When the store fails.
pub fn count_installs_of_app(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<i64, DbError> {
    tx.query_one(sql::COUNT_OF_APP, params![app], |row| row.get(0))
}
