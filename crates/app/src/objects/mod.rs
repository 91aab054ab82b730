//! The kinds of records that a location has: contacts, opportunities and businesses, which every location has, and those
//! that it makes up itself.

mod association_routes;
mod standard;

use leadhold_kernel::Error;
use leadhold_store::Tx;

use self::standard::Standard;
use crate::http::Route;
use crate::tenant::LocationScope;
use crate::{businesses, contacts};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    association_routes::routes()
}

/// Refuses what is no object of the location.
///
/// # Errors
/// 404 when there is none of this key; when the store fails.
pub fn require(_tx: &mut Tx<'_>, _here: &LocationScope, key: &str) -> Result<(), Error> {
    match Standard::parse(key) {
        Some(_) => Ok(()),
        None => Err(unknown(key)),
    }
}

fn unknown(key: &str) -> Error {
    Error::NotFound(format!("Object with key {key} not found"))
}

/// Keeps a record of an object from being deleted until the transaction ends.
///
/// # Errors
/// As getting it answers: 400 when there is none, 403 when it is another location's; when the store fails.
pub fn hold_record(tx: &mut Tx<'_>, here: &LocationScope, key: &str, id: &str) -> Result<(), Error> {
    tx.lock(&format!("{key}:{id}"))?;
    match Standard::parse(key) {
        Some(Standard::Contact) => contacts::get(tx, here, id).map(drop),
        Some(Standard::Business) => businesses::get(tx, here, id).map(drop),
        Some(Standard::Opportunity) => Err(Error::bad_request(format!("Opportunity with id {id} not found"))),
        None => Err(unknown(key)),
    }
}
