//! `/marketplace/…`, and our own routes for what the real service has only as pages: prices, wallets, rebilling.

mod billing;
mod external_auth;
mod installations;
mod pricing;

use leadhold_kernel::{Error, Id, id};

use super::{Place, find};
use crate::http::caller::forbidden_resource;
use crate::http::{Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/marketplace/app/{appId}/installations", installations::read),
        delete("/marketplace/app/{appId}/installations", installations::uninstall),
        get("/marketplace/app/{appId}/rebilling-config/location/{locationId}", pricing::rebilling_config),
        post("/marketplace/billing/charges", billing::charge),
        get("/marketplace/billing/charges", billing::list),
        get("/marketplace/billing/charges/has-funds", billing::has_funds),
        get("/marketplace/billing/charges/{chargeId}", billing::read),
        delete("/marketplace/billing/charges/{chargeId}", billing::refund),
        post("/marketplace/external-auth/migration", external_auth::migrate),
        get("/leadhold/v1/apps/{appId}/meters", pricing::meters),
        put("/leadhold/v1/apps/{appId}/meters", pricing::set_meters),
        get("/leadhold/v1/apps/{appId}/plans", pricing::plans),
        put("/leadhold/v1/apps/{appId}/plans", pricing::set_plans),
        get("/leadhold/v1/apps/{appId}/rebilling", pricing::rebilling),
        put("/leadhold/v1/apps/{appId}/rebilling", pricing::set_rebilling),
        get("/leadhold/v1/wallets/{locationId}", billing::wallet),
        put("/leadhold/v1/wallets/{locationId}", billing::fill_wallet),
    ]
}

/// The caller's own place.
fn place(request: &Request) -> Result<Place, Error> {
    let caller = request.caller()?;
    match caller.location_id {
        Some(_) => caller.location(None).map(Place::Location),
        None => caller.company(None).map(Place::Company),
    }
}

/// The app that the text names, unless the caller is another one. A place's own credentials may ask about every app there.
fn app_of_caller(request: &Request, asked: &str) -> Result<Id<id::App>, Error> {
    let asked = Id::parse(asked).ok_or_else(forbidden_resource)?;
    match &request.caller()?.app {
        Some(app) if app.app_id != asked => Err(forbidden_resource()),
        _ => Ok(asked),
    }
}

/// The app's install at a place.
fn install_at(
    tx: &mut leadhold_store::Tx<'_>,
    place: &Place,
    app: &Id<id::App>,
) -> Result<super::Install, Error> {
    find(tx, place, app)?.ok_or_else(forbidden_resource)
}
