//! The agency: owns locations and users, pays, and is the outermost tenant. Its brand is how the pages look that its
//! people and its clients see.

mod model;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, id, patch};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};
use serde_json::{Map, Value};

pub use self::model::{Company, NewCompany, Profile};
pub use self::routes::routes;
use crate::http::page::Brand;
use crate::tenant::CompanyScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

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

/// The agency itself.
///
/// # Errors
/// When it is gone or the store fails.
pub fn get(tx: &mut Tx<'_>, agency: &CompanyScope) -> Result<Company, Error> {
    tx.query_opt(sql::GET, params![agency.company_id()], read)?
        .ok_or_else(|| Error::bad_request(format!("Company with id {} not found", agency.company_id())))
}

/// Changes what `changes` names, a merge-patch of a [`Company`].
///
/// # Errors
/// When the agency is gone or the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    changes: &Map<String, Value>,
) -> Result<Company, Error> {
    tx.lock(&format!("company:{}", agency.company_id()))?;
    let before = get(tx, agency)?;
    let company = patch::merged(&before, changes).map_err(Error::internal)?;
    if company == before {
        return Ok(company);
    }
    tx.exec(
        sql::UPDATE,
        params![
            agency.company_id(),
            &company.name,
            company.email.as_deref(),
            company.phone.as_deref(),
            company.country.as_deref(),
            &company.timezone,
            company.logo_url.as_deref(),
            company.brand_color.as_deref(),
            json_text(&company.profile),
            cx.now
        ],
    )?;
    Ok(company)
}

/// How the agency wants its pages to look.
///
/// # Errors
/// When the store fails.
pub fn brand(tx: &mut Tx<'_>, id: &Id<id::Company>) -> Result<Brand, Error> {
    Ok(tx.query_opt(sql::BRAND, params![id], read_brand)?.unwrap_or_default())
}

/// The brand of pages that belong to no agency yet, such as sign-in: the only agency's, where there is just one.
///
/// # Errors
/// When the store fails.
pub fn sole_brand(tx: &mut Tx<'_>) -> Result<Brand, Error> {
    let mut first_two = tx.query(sql::FIRST_TWO_BRANDS, &[], read_brand)?;
    Ok(first_two.pop().filter(|_| first_two.is_empty()).unwrap_or_default())
}

fn read_brand(row: &Row<'_>) -> Result<Brand, DbError> {
    Ok(Brand { name: row.get(0)?, logo_url: row.get(1)?, color: row.get(2)? })
}

fn read(row: &Row<'_>) -> Result<Company, DbError> {
    let Json(profile) = row.get(8)?;
    Ok(Company {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        phone: row.get(3)?,
        country: row.get(4)?,
        timezone: row.get(5)?,
        logo_url: row.get(6)?,
        brand_color: row.get(7)?,
        profile,
        location_count: row.get(9)?,
    })
}
