//! The sub-account: an address book, a pipeline, a calendar, and the settings that their rules read.
//!
//! A location that was deleted keeps its rows, marked with the time: what refers to them stays whole. Nothing that looks a
//! location up finds it any more; `closing` ends what led there.

pub mod custom_values;
mod events;
mod lookup;
mod model;
mod providers;
mod routes;
mod service;
mod sql;
pub mod tags;
pub mod templates;
mod wire;
mod words;

use jiff::tz::TimeZone;
use leadhold_kernel::{Cx, Error, Id, email, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

pub use self::lookup::Locations;
pub use self::model::{DuplicateKey, Location, NewLocation, Settings};
pub use self::providers::Provider;
pub use self::routes::routes;
pub use self::service::{Search, belonging, close, open, permissions, search, set_permissions, update};
use crate::http::Caller;
use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Makes a location in an agency. The answer is the proof of access to it. Announces nothing: [`open`] does.
///
/// # Errors
/// When the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    new: &NewLocation,
) -> Result<LocationScope, Error> {
    let id = Id::<id::Location>::generate(cx.random.as_ref());
    tx.exec(
        sql::INSERT,
        params![
            &id,
            agency.company_id(),
            &new.name,
            new.email.as_deref(),
            new.email.as_deref().map(email::lower).unwrap_or_default(),
            new.phone.as_deref(),
            &new.country,
            &new.timezone,
            json_text(&new.settings),
            cx.now
        ],
    )?;
    Ok(LocationScope::proven(agency.company_id().clone(), id))
}

/// The location itself.
///
/// # Errors
/// When it is gone or the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Location, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), here.company_id()], read)?
        .ok_or_else(|| Error::bad_request(format!("Location with id {} not found", here.location_id())))
}

/// The location's time zone.
///
/// # Errors
/// As [`get`].
pub fn zone(tx: &mut Tx<'_>, here: &LocationScope) -> Result<TimeZone, Error> {
    Ok(get(tx, here)?.zone())
}

/// Proof of access to a location of the agency, when it has one with this id.
///
/// # Errors
/// When the store fails.
pub fn of_company(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    id: &Id<id::Location>,
) -> Result<Option<LocationScope>, Error> {
    let found = tx.query_opt(sql::GET, params![id, agency.company_id()], |row| row.get::<String>(0))?;
    Ok(found.map(|_| LocationScope::proven(agency.company_id().clone(), id.clone())))
}

/// Proof of access to a location for a caller of either kind: the credential's own, or one of the agency's.
///
/// # Errors
/// 403 when it is another's, or there is none.
pub fn reachable(tx: &mut Tx<'_>, caller: &Caller, id: &str) -> Result<LocationScope, Error> {
    if caller.location_id.is_some() {
        return caller.location(Some(id));
    }
    belonging(tx, &caller.company(None)?, id)
}

/// The location with this id, in whichever agency: for the operator's command line, never for a request.
///
/// # Errors
/// When the store fails.
pub fn for_operator(tx: &mut Tx<'_>, id: &Id<id::Location>) -> Result<Option<LocationScope>, Error> {
    Ok(tx.query_opt(sql::COMPANY_OF, params![id], |row| Ok(LocationScope::proven(row.get(0)?, id.clone())))?)
}

fn read(row: &Row<'_>) -> Result<Location, DbError> {
    let (Json(settings), Json(social)) = (row.get(13)?, row.get(16)?);
    Ok(Location {
        id: row.get(0)?,
        company_id: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        phone: row.get(4)?,
        website: row.get(5)?,
        address: row.get(6)?,
        city: row.get(7)?,
        state: row.get(8)?,
        country: row.get(9)?,
        postal_code: row.get(10)?,
        timezone: row.get(11)?,
        created_at: row.get(12)?,
        settings,
        first_name: row.get(14)?,
        last_name: row.get(15)?,
        social,
    })
}
