//! `POST /oauth/locationToken` (v3: `/oauth/location-token`): an agency's token mints one for a location on which the app
//! is installed. However often it is minted, each location has one family below the agency's for each version and choice of
//! scopes that were installed there, and all of them end with the agency's.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Tx, params};

use super::grant::{self, Grant, NewGrant};
use super::pair::{self, Pair};
use super::sql;
use crate::http::caller::user_type_not_supported;
use crate::http::{Caller, CredentialKind};
use crate::locations;
use crate::marketplace::{self, Place};
use crate::secret;
use crate::tenant::CompanyScope;
use crate::token_keys::TokenKeys;

/// How many unused refresh tokens of one location an agency's grant keeps.
const UNUSED: i64 = 100;

/// The agency's grant behind a caller's own token.
fn parent(tx: &mut Tx<'_>, bearer: &str) -> Result<Option<Grant>, Error> {
    Ok(tx.query_opt(sql::ACCESS_BY_TOKEN, params![secret::kept(bearer)], grant::read)?)
}

/// Refuses credentials that no app was given.
///
/// # Errors
/// 401 with the real service's sentence.
pub(super) fn must_be_app(caller: &Caller) -> Result<(), Error> {
    if caller.kind == CredentialKind::AppToken {
        return Ok(());
    }
    Err(user_type_not_supported())
}

/// Mints a pair for a location of the agency.
///
/// # Errors
/// 400 when the agency has no such location or the app is not installed there.
pub(super) fn mint(
    tx: &mut Tx<'_>,
    cx: &Cx,
    keys: &TokenKeys,
    agency: &CompanyScope,
    bearer: &str,
    location: &str,
) -> Result<(Grant, Pair), Error> {
    let not_found = || Error::bad_request(format!("Location with id {location} not found"));
    let id = Id::<id::Location>::parse(location).ok_or_else(not_found)?;
    let here = locations::of_company(tx, agency, &id)?.ok_or_else(not_found)?;
    let parent = parent(tx, bearer)?.ok_or_else(|| Error::Unauthorized("Invalid JWT".into()))?;
    tx.lock(&format!("mint {} {id}", parent.id))?;
    let installs = marketplace::installed(tx, &Place::Location(here))?;
    let Some(install) = installs.into_iter().find(|install| install.app_id == parent.app_id) else {
        return Err(Error::bad_request(format!("The app is not installed on location {id}")));
    };
    // Scopes are the install's, which a new version may have changed.
    let fits = |grant: &Grant| grant.scopes == install.scopes && grant.version_id == install.version_id;
    let grant = match grant::minted(tx, &parent.id, &id)?.into_iter().find(fits) {
        Some(grant) => grant,
        None => {
            let new = NewGrant {
                client_id: &parent.client_id,
                install: &install,
                company_id: agency.company_id(),
                location_id: Some(&id),
                user_id: parent.user_id.as_ref(),
                scopes: install.scopes,
                approval: None,
                parent_id: Some(&parent.id),
            };
            grant::create(tx, cx, new)?
        }
    };
    let pair = pair::issue(tx, cx, keys, &grant)?;
    // Apps mint instead of refreshing, some for every call: what is left unused must not grow with them.
    tx.exec(sql::FORGET_OLDEST_REFRESH, params![agency.company_id(), &grant.id, UNUSED])?;
    Ok((grant, pair))
}
