//! The marketplace: apps at places, and what follows from it.
//!
//! An **install** is an app on a location or on an agency, with the scopes that were granted there. It is what makes an app
//! hear of a place's events: of a location's events through an install on that location, of an agency's own events through
//! one on the agency. There is at most one of an app at a place. Its row is the authority: when it is gone, so is every
//! token that was issued for it.
//!
//! Its life is four verbs, in `life`: [`install`], [`update_version`], [`change_plan`] and [`uninstall`]. Each appends the
//! event that the app is told, in the same transaction, and appends nothing when nothing changed.
//!
//! Where it is installed, an app may charge the location's wallet (`charges`) by the meters that its developers set
//! (`pricing`), and leave what it signs in elsewhere with (`external_auth`).

mod agency;
mod charges;
mod events;
mod external_auth;
mod future;
mod installed_locations;
mod life;
mod model;
mod money;
mod of_app;
mod payments;
mod pricing;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Id, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, params};

pub use self::future::{InstallToFutureLocations, install_to_future_locations, installs_to_future_locations};
pub use self::installed_locations::{LocationFilter, LocationPage, LocationState, installed_locations};
pub use self::life::{change_plan, install, uninstall, uninstall_everywhere, update_version};
pub use self::model::{Install, Installation, Place, Trial};
pub use self::money::Money;
pub use self::of_app::{count_installs_of_app, installs_of_app};
pub use self::payments::{Payment, note_payment, place_of_install};
pub use self::routes::routes;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

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

/// The install of an app at a place, if it is there.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, place: &Place, app: &Id<id::App>) -> Result<Option<Install>, DbError> {
    match place {
        Place::Location(here) => {
            tx.query_opt(sql::FIND_ON_LOCATION, params![here.location_id(), here.company_id(), app], read)
        }
        Place::Company(agency) => tx.query_opt(sql::FIND_ON_COMPANY, params![agency.company_id(), app], read),
    }
}

fn read(row: &Row<'_>) -> Result<Install, DbError> {
    let Json(scopes) = row.get(3)?;
    let (days, since): (Option<i64>, Option<_>) = (row.get(7)?, row.get(8)?);
    Ok(Install {
        id: row.get(0)?,
        app_id: row.get(1)?,
        version_id: row.get(2)?,
        scopes,
        user_id: row.get(4)?,
        plan_id: row.get(5)?,
        bulk: row.get(6)?,
        trial: days.zip(since).map(|(days, since)| Trial { days, since }),
        installed_at: row.get(9)?,
    })
}
