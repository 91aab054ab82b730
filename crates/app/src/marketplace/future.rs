//! Apps that an agency wants on each location that it makes from now on.

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{Tx, params};

use super::life::install;
use super::model::{Installation, Place};
use super::{read, sql};
use crate::locations;
use crate::tenant::CompanyScope;

/// Says whether the agency's install of an app comes to the locations that the agency makes from now on. `false` is
/// answered when the app is not installed on the agency.
///
/// # Errors
/// When the store fails.
pub fn install_to_future_locations(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    app: &Id<id::App>,
    wanted: bool,
) -> Result<bool, Error> {
    Ok(tx.exec(sql::SET_FUTURE, params![agency.company_id(), app, wanted])? > 0)
}

/// Whether the app comes to the agency's next locations by itself.
///
/// # Errors
/// When the store fails.
pub fn installs_to_future_locations(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    app: &Id<id::App>,
) -> Result<bool, Error> {
    let wanted = tx.query_opt(sql::FUTURE, params![agency.company_id(), app], |row| row.get(0))?;
    Ok(wanted.unwrap_or(false))
}

/// Brings an agency's apps to its new locations.
#[derive(Clone, Copy, Debug, Default)]
pub struct InstallToFutureLocations;

impl Consumer for InstallToFutureLocations {
    fn name(&self) -> &'static str {
        "install to future locations"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        if event.kind != EventKind::LocationCreate {
            return Ok(());
        }
        let agency = CompanyScope::proven(event.company_id.clone());
        let wanted = tx.query(sql::WANTED_IN_FUTURE, params![agency.company_id()], read)?;
        if wanted.is_empty() {
            return Ok(());
        }
        // By now the location may be gone again.
        let Some(id) = Id::parse(&event.record_id) else { return Ok(()) };
        let Some(here) = locations::of_company(tx, &agency, &id)? else { return Ok(()) };
        for on_agency in wanted {
            let place = Place::Location(here.clone());
            let (app, version) = (on_agency.app_id, on_agency.version_id);
            let new = Installation {
                plan_id: on_agency.plan_id,
                bulk: true,
                ..Installation::new(place, app, version, on_agency.scopes)
            };
            install(tx, cx, &new)?;
        }
        Ok(())
    }
}
