//! `GET /leadhold/v1/webhooks/deliveries` and `GET …/{deliveryId}`.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::{DbError, Tx};

use super::log::{self, Page};
use super::wire::{self, Detail, List};
use crate::http::{Caller, Reply, Request, Route, get};
use crate::marketplace::Place;

/// This slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/webhooks/deliveries", list),
        get("/leadhold/v1/webhooks/deliveries/{deliveryId}", read),
    ]
}

/// Newest first. A location's credential sees its location's deliveries, an agency's those of the agency's own events;
/// an app's only those to the app: a URL may be a secret, and what happens to an app is no other's business.
async fn list(request: Request) -> Result<Reply, Error> {
    let (place, app) = (place(&request)?, own_app(request.caller()?));
    let page = wire::page(&request.query)?;
    let size = usize::try_from(page.limit).unwrap_or(0);
    let one_more = Page { limit: page.limit + 1, ..page };
    let entries =
        request.app.world.store.read(move |tx| log::list(tx, &place, app.as_ref(), &one_more)).await;
    Ok(Reply::ok(&List::of(entries.map_err(|why: DbError| Error::from(why))?, size)))
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (place, app) = (place(&request)?, own_app(request.caller()?));
    let asked = request.path(0).to_owned();
    let not_found = || Error::NotFound(format!("There is no delivery with id {asked} here."));
    let delivery = Id::<id::Delivery>::parse(&asked).ok_or_else(not_found)?;
    let look = move |tx: &mut Tx<'_>| log::get(tx, &place, app.as_ref(), delivery.as_str());
    let found = request.app.world.store.read(look).await;
    let whole = found.map_err(|why: DbError| Error::from(why))?.ok_or_else(not_found)?;
    Ok(Reply::ok(&Detail::of(whole, &request.caller()?.scopes)))
}

fn place(request: &Request) -> Result<Place, Error> {
    let caller = request.caller()?;
    if caller.location_id.is_some() {
        return Ok(Place::Location(request.location_of_query()?));
    }
    match request.query.get("locationId") {
        Some(asked) => caller.location(Some(asked)).map(Place::Location),
        None => caller.company(request.query.get("companyId")).map(Place::Company),
    }
}

fn own_app(caller: &Caller) -> Option<Id<id::App>> {
    caller.app.as_ref().map(|app| app.app_id.clone())
}
