//! `/marketplace/app/{appId}/installations`.

use leadhold_kernel::Error;
use serde_json::json;

use super::super::{Place, agency, life, wire};
use super::{app_of_caller, install_at, place};
use crate::http::{Reply, Request};
use crate::locations;

/// Who installed the app here.
pub(super) async fn read(request: Request) -> Result<Reply, Error> {
    let app = app_of_caller(&request, request.path(0))?;
    let place = place(&request)?;
    let details = request
        .app
        .world
        .store
        .read(move |tx| {
            let install = install_at(tx, &place, &app)?;
            let agency = agency::of(tx, place.company_id())?;
            Ok::<_, Error>(wire::installer_details(&place, &install, &agency))
        })
        .await?;
    Ok(Reply::ok(&json!({ "installationDetails": details })))
}

/// A location's credential ends the install on its location; an agency's ends all of the agency's, its locations' included,
/// or the one on the location that the body names.
pub(super) async fn uninstall(request: Request) -> Result<Reply, Error> {
    let app = app_of_caller(&request, request.path(0))?;
    let asked = wire::uninstall(&request.json()?)?;
    let (caller, cx) = (request.caller()?.clone(), request.cx());
    let not_found = || Error::NotFound(format!("The app {} is not installed here.", request.path(0)));
    let not_found = not_found();
    let work = move |tx: &mut leadhold_store::Tx<'_>| {
        let reason = asked.reason.as_deref();
        let ended = if caller.location_id.is_some() {
            let here = Place::Location(caller.location(asked.location_id.as_deref())?);
            life::uninstall(tx, &cx, &here, &app, reason)?.is_some()
        } else {
            let agency = caller.company(asked.company_id.as_deref())?;
            match &asked.location_id {
                Some(location) => {
                    let here = locations::belonging(tx, &agency, location)?;
                    life::uninstall(tx, &cx, &Place::Location(here), &app, reason)?.is_some()
                }
                None => life::uninstall_everywhere(tx, &cx, &agency, &app, reason)? > 0,
            }
        };
        if ended { Ok(()) } else { Err(not_found.clone()) }
    };
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}
