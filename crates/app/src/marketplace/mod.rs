//! Installs: an app on a location or on an agency, with the scopes that were granted there.
//!
//! An install is what makes an app hear of a place's events: of a location's events through an install on that location,
//! of an agency's own events through one on the agency. There is at most one of an app at a place.

mod sql;

use leadhold_kernel::{Cx, Error, Event, Id, ScopeSet, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Where an app is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a location.
    Location(LocationScope),
    /// On an agency.
    Company(CompanyScope),
}

impl Place {
    /// Where an event happened.
    #[must_use]
    pub fn of_event(event: &Event) -> Place {
        match LocationScope::of_event(event) {
            Some(here) => Place::Location(here),
            None => Place::Company(CompanyScope::proven(event.company_id.clone())),
        }
    }

    fn company_id(&self) -> &Id<id::Company> {
        match self {
            Place::Location(here) => here.company_id(),
            Place::Company(agency) => agency.company_id(),
        }
    }

    fn location_id(&self) -> Option<&Id<id::Location>> {
        match self {
            Place::Location(here) => Some(here.location_id()),
            Place::Company(_) => None,
        }
    }
}

/// An app at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// Its id.
    pub id: Id<id::Install>,
    /// Which app.
    pub app_id: Id<id::App>,
    /// In which version.
    pub version_id: Id<id::AppVersion>,
    /// What was granted.
    pub scopes: ScopeSet,
}

/// Installs an app; where it is installed already, that install gets the new version and scopes.
///
/// # Errors
/// When there is no such app or the store fails.
pub fn install(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    app: &Id<id::App>,
    version: &Id<id::AppVersion>,
    scopes: ScopeSet,
) -> Result<Install, Error> {
    let at = place.location_id().map_or(place.company_id().as_str(), Id::as_str);
    tx.lock(&format!("install {app} at {at}"))?;
    let scopes_text = json_text(&scopes);
    let found = installed(tx, place)?.into_iter().find(|install| install.app_id == *app);
    let id = match found {
        Some(install) => {
            let changed = params![&install.id, place.company_id(), version, scopes_text, cx.now];
            tx.exec(sql::CHANGE, changed)?;
            install.id
        }
        None => {
            let id = Id::<id::Install>::generate(cx.random.as_ref());
            let (company, location) = (place.company_id(), place.location_id());
            tx.exec(sql::INSERT, params![&id, app, version, company, location, scopes_text, cx.now])?;
            id
        }
    };
    Ok(Install { id, app_id: app.clone(), version_id: version.clone(), scopes })
}

/// The apps at a place.
///
/// # Errors
/// When the store fails.
pub fn installed(tx: &mut Tx<'_>, place: &Place) -> Result<Vec<Install>, DbError> {
    match place {
        Place::Location(here) => {
            tx.query(sql::ON_LOCATION, params![here.location_id(), here.company_id()], read)
        }
        Place::Company(agency) => tx.query(sql::ON_COMPANY, params![agency.company_id()], read),
    }
}

fn read(row: &Row<'_>) -> Result<Install, DbError> {
    let Json(scopes) = row.get(3)?;
    Ok(Install { id: row.get(0)?, app_id: row.get(1)?, version_id: row.get(2)?, scopes })
}
