//! The end of what hangs together across rooms: of a custom field (`fields`), and of a location, as `founding` is the
//! beginning: one transaction that marks it and ends what leads there.
//!
//! A location's records stay where they are, so that nothing that names them breaks, and nobody reaches them: its tokens are
//! revoked, its apps uninstalled, its people have lost their way to it, and whatever looks a location up (a credential, a
//! hook's URL, a workflow's trigger, a run that wakes up) asks for its mark. Only its forms go, with what visitors of its
//! sites sent: those are strangers to it.

mod fields;
mod routes;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::Tx;

pub use self::routes::routes;
use crate::http::caller::no_access;
use crate::marketplace::{self, Place};
use crate::tenant::CompanyScope;
use crate::{forms, locations, tokens, users};

/// Deletes a location of the agency.
///
/// Events: `UNINSTALL` for each app that was installed there.
///
/// # Errors
/// 403 when the agency has no such location; when the store fails.
pub fn close_location(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    id: &Id<id::Location>,
) -> Result<(), Error> {
    let here = locations::of_company(tx, agency, id)?.ok_or_else(no_access)?;
    locations::close(tx, cx, &here)?;
    tokens::revoke_all_at(tx, cx, &here)?;
    users::leave_location(tx, &here)?;
    forms::forget_location(tx, cx, &here)?;
    let place = Place::Location(here);
    for install in marketplace::installed(tx, &place)? {
        marketplace::uninstall(tx, cx, &place, &install.app_id, Some("The location was deleted."))?;
    }
    Ok(())
}
