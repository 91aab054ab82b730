//! The verbs of the API: opening, changing, listing and closing locations.

use leadhold_kernel::{Cx, Error, Id, email, patch};
use leadhold_queue::outbox;
use leadhold_store::{Json, Tx, json_text, params};

use super::wire::Changes;
use super::{Location, NewLocation, Settings, create, events, get, of_company, providers, read, sql};
use crate::companies;
use crate::http::caller::no_access;
use crate::tenant::{CompanyScope, LocationScope};

/// Makes a location of the agency; its country and time zone are the agency's unless it says otherwise.
///
/// Event: `LocationCreate`.
///
/// # Errors
/// 400 when a snapshot is asked for; when the store fails.
pub fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    name: &str,
    changes: &Changes,
) -> Result<Location, Error> {
    no_snapshot(changes)?;
    let company = companies::get(tx, agency)?;
    let new = NewLocation {
        name: name.to_owned(),
        email: None,
        phone: None,
        country: company.country.unwrap_or_else(|| "US".to_owned()),
        timezone: company.timezone,
        settings: Settings::default(),
    };
    let here = create(tx, cx, agency, &new)?;
    let location = get(tx, &here)?;
    let location = change(tx, cx, &here, &location, changes)?;
    outbox::append(tx, &events::created(cx, &location))?;
    Ok(location)
}

/// Changes what `changes` names of a location of the agency.
///
/// Event: `LocationUpdate`, when anything did change.
///
/// # Errors
/// 403 when the agency has no such location, 400 when a snapshot is asked for; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    id: &str,
    changes: &Changes,
) -> Result<Location, Error> {
    let here = belonging(tx, agency, id)?;
    no_snapshot(changes)?;
    tx.lock(&format!("location:{}", here.location_id()))?;
    let before = get(tx, &here)?;
    let after = change(tx, cx, &here, &before, changes)?;
    if after != before {
        outbox::append(tx, &events::updated(cx, &after))?;
    }
    Ok(after)
}

/// Proof of access to a location of the agency.
///
/// # Errors
/// 403 when it has none with this id; when the store fails.
pub fn belonging(tx: &mut Tx<'_>, agency: &CompanyScope, id: &str) -> Result<LocationScope, Error> {
    let found = match Id::parse(id) {
        Some(id) => of_company(tx, agency, &id)?,
        None => None,
    };
    found.ok_or_else(no_access)
}

/// Snapshots are not built, so there is none that could be loaded: saying that one was would be a lie.
fn no_snapshot(changes: &Changes) -> Result<(), Error> {
    match &changes.snapshot {
        Some(id) => Err(Error::bad_request(format!("Snapshot with id {id} not found"))),
        None => Ok(()),
    }
}

fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Location,
    changes: &Changes,
) -> Result<Location, Error> {
    let after: Location = patch::merged(before, &changes.fields).map_err(Error::internal)?;
    providers::store(tx, here, &changes.accounts)?;
    if after == *before {
        return Ok(after);
    }
    tx.exec(
        sql::UPDATE,
        params![
            &after.id,
            &after.company_id,
            &after.name,
            after.email.as_deref(),
            after.email.as_deref().map(email::lower).unwrap_or_default(),
            after.phone.as_deref(),
            after.website.as_deref(),
            after.address.as_deref(),
            after.city.as_deref(),
            after.state.as_deref(),
            &after.country,
            after.postal_code.as_deref(),
            &after.timezone,
            json_text(&after.settings),
            after.first_name.as_deref(),
            after.last_name.as_deref(),
            json_text(&after.social),
            cx.now
        ],
    )?;
    Ok(after)
}

/// A page of the agency's locations, by age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Only those with this e-mail address, without case; empty: all.
    pub email: String,
    /// Whether the newest comes first.
    pub newest_first: bool,
    /// How many are left out.
    pub skip: i64,
    /// How many there are at most.
    pub limit: i64,
}

/// Lists locations.
///
/// # Errors
/// When the store fails.
pub fn search(tx: &mut Tx<'_>, agency: &CompanyScope, search: &Search) -> Result<Vec<Location>, Error> {
    let statement = if search.newest_first { sql::LIST_BACKWARDS } else { sql::LIST };
    let email = email::lower(&search.email);
    Ok(tx.query(statement, params![agency.company_id(), &email, search.limit, search.skip], read)?)
}

/// Marks a location as deleted, and forgets its accounts at other services. What else leads there is `closing`'s to end.
///
/// # Errors
/// When the store fails.
pub fn close(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    tx.exec(sql::CLOSE, params![here.location_id(), here.company_id(), cx.now])?;
    Ok(())
}

/// The parts of the product that are switched on; `None`: all of them.
///
/// # Errors
/// When the store fails.
pub fn permissions(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Option<Vec<String>>, Error> {
    let row = params![here.location_id(), here.company_id()];
    let set = tx.query_opt(sql::PERMISSIONS, row, |row| row.get::<Option<Json<Vec<String>>>>(0))?;
    Ok(set.flatten().map(|Json(set)| set))
}

/// Switches on these parts of the product and no others.
///
/// # Errors
/// When the store fails.
pub fn set_permissions(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    permissions: &[String],
) -> Result<(), Error> {
    let set = params![here.location_id(), here.company_id(), json_text(permissions), cx.now];
    tx.exec(sql::SET_PERMISSIONS, set)?;
    Ok(())
}
