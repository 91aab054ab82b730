//! Links that an agency adds to the menus of its own pages and of its locations' pages.
//!
//! A menu stands at its place in the order in which they were made. An agency has few of them, so a list reads all and
//! filters them here.

mod model;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, patch};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};
use serde_json::{Map, Value};

pub use self::model::{CustomMenu, Icon, Link};
pub use self::routes::routes;
use crate::locations;
use crate::tenant::CompanyScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The most menus of an agency.
const MOST: usize = 500;

/// Which menus are asked for.
#[derive(Clone, Debug, Default)]
struct Wanted {
    /// Those that this location sees.
    location: Option<String>,
    /// Those that the agency sees, or does not. Not looked at where a location is named.
    on_company: Option<bool>,
    /// A part of the title, folded.
    query: String,
    skip: usize,
    limit: usize,
}

/// Makes a menu, the last in order.
fn create(tx: &mut Tx<'_>, cx: &Cx, agency: &CompanyScope, link: &Link) -> Result<CustomMenu, Error> {
    tx.lock(&format!("custom_menus:{}", agency.company_id()))?;
    own_locations(tx, agency, &link.locations)?;
    let all = all(tx, agency)?;
    if all.len() >= MOST {
        return Err(Error::bad_request(format!("An agency can have at most {MOST} custom menus.")));
    }
    let order = all.last().map_or(1, |last| last.order + 1);
    let menu = CustomMenu { id: Id::generate(cx.random.as_ref()), order, link: link.clone() };
    tx.exec(sql::INSERT, params![&menu.id, agency.company_id(), order, &json_text(link), cx.now])?;
    Ok(menu)
}

/// Changes what `changes` names, a merge-patch of a [`Link`]; `None` when there is no such menu.
fn update(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    id: &str,
    changes: &Map<String, Value>,
) -> Result<Option<CustomMenu>, Error> {
    tx.lock(&format!("custom_menus:{}", agency.company_id()))?;
    let Some(mut menu) = get(tx, agency, id)? else { return Ok(None) };
    let after = patch::merged(&menu.link, changes).map_err(Error::internal)?;
    if changes.contains_key("locations") {
        own_locations(tx, agency, &after.locations)?;
    }
    menu.link = after;
    tx.exec(sql::UPDATE, params![agency.company_id(), id, &json_text(&menu.link)])?;
    Ok(Some(menu))
}

/// Deletes a menu; `false` when there is none.
fn delete(tx: &mut Tx<'_>, agency: &CompanyScope, id: &str) -> Result<bool, Error> {
    Ok(tx.exec(sql::DELETE, params![agency.company_id(), id])? == 1)
}

fn get(tx: &mut Tx<'_>, agency: &CompanyScope, id: &str) -> Result<Option<CustomMenu>, Error> {
    Ok(tx.query_opt(sql::GET, params![agency.company_id(), id], read)?)
}

fn all(tx: &mut Tx<'_>, agency: &CompanyScope) -> Result<Vec<CustomMenu>, Error> {
    Ok(tx.query(sql::ALL_OF, params![agency.company_id()], read)?)
}

/// A page of the menus that are asked for, and how many there are.
fn list(tx: &mut Tx<'_>, agency: &CompanyScope, wanted: &Wanted) -> Result<(Vec<CustomMenu>, usize), Error> {
    let mut found = all(tx, agency)?;
    found.retain(|menu| menu.link.fits(wanted));
    let total = found.len();
    Ok((found.into_iter().skip(wanted.skip).take(wanted.limit).collect(), total))
}

fn own_locations(tx: &mut Tx<'_>, agency: &CompanyScope, named: &[String]) -> Result<(), Error> {
    for id in named {
        let own = match Id::parse(id) {
            Some(id) => locations::of_company(tx, agency, &id)?,
            None => None,
        };
        if own.is_none() {
            return Err(Error::bad_request(format!("Location with id {id} not found")));
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<CustomMenu, DbError> {
    let Json(link) = row.get(2)?;
    Ok(CustomMenu { id: row.get(0)?, order: row.get(1)?, link })
}
