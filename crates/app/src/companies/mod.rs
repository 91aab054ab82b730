//! The agency: owns locations and users, pays, and is the outermost tenant.

mod sql;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Sql, Tx, params};

use crate::tenant::CompanyScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// What a new agency is given.
#[derive(Clone, Debug)]
pub struct NewCompany {
    /// Its name.
    pub name: String,
    /// Where its owner is reached.
    pub email: Option<String>,
    /// ISO 3166 two-letter country.
    pub country: String,
    /// IANA time zone.
    pub timezone: String,
}

/// Founds an agency. Its founder holds it: the answer is the proof of access.
///
/// # Errors
/// When the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, new: &NewCompany) -> Result<CompanyScope, Error> {
    let id = Id::<id::Company>::generate(cx.random.as_ref());
    tx.exec(sql::INSERT, params![&id, &new.name, new.email.as_deref(), &new.country, &new.timezone, cx.now])?;
    Ok(CompanyScope::proven(id))
}

/// The ids of all agencies: for the operator's command line, never for a request.
///
/// # Errors
/// When the store fails.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(CompanyScope, String)>, Error> {
    Ok(tx.query(sql::ALL_COMPANIES, &[], |row| Ok((CompanyScope::proven(row.get(0)?), row.get(1)?)))?)
}
