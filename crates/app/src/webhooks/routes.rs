//! `GET /leadhold/v1/webhooks/deliveries`, `GET …/{deliveryId}`, and replays.

use http::StatusCode;
use leadhold_kernel::{Error, Id, id};
use leadhold_store::{DbError, Tx};
use serde_json::Value;

use super::log::{self, Page, View, Whole, Whose};
use super::replays::{self, bulk, no_delivery};
use super::wire::{self, Detail, List};
use super::{events, pages};
use crate::http::{Caller, Reply, Request, Route, get, post};
use crate::marketplace::Place;
use crate::webhook_keys::{self, Pair};

/// This slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        get("/leadhold/v1/webhooks/deliveries", list),
        post("/leadhold/v1/webhooks/deliveries/replay", replay_many),
        get("/leadhold/v1/webhooks/deliveries/{deliveryId}", read),
        post("/leadhold/v1/webhooks/deliveries/{deliveryId}/replay", replay_one),
        get("/leadhold/v1/webhooks/replays/{replayId}", progress),
    ];
    [own, events::routes(), pages::routes()].concat()
}

/// Newest first. A location's credential sees its location's deliveries, an agency's those of the agency's own events;
/// an app's only those to the app.
async fn list(request: Request) -> Result<Reply, Error> {
    let view = view(&request)?;
    let page = wire::page(&request.query)?;
    let size = usize::try_from(page.limit).unwrap_or(0);
    let one_more = Page { limit: page.limit + 1, ..page };
    let entries = request.app.world.store.read(move |tx| log::list(tx, &view, &one_more)).await;
    Ok(Reply::ok(&List::of(entries.map_err(|why: DbError| Error::from(why))?, size)))
}

async fn read(request: Request) -> Result<Reply, Error> {
    let view = view(&request)?;
    let id = delivery_id(&request)?;
    let look = move |tx: &mut Tx<'_>| Ok((log::get(tx, &view, id.as_str())?, webhook_keys::all(tx)?));
    let found = request.app.world.store.read(look).await;
    let (whole, keys) = found.map_err(|why: DbError| Error::from(why))?;
    let whole = whole.ok_or_else(|| no_delivery(request.path(0)))?;
    Ok(Reply::ok(&Detail::of(whole, &request.caller()?.scopes, &keys)))
}

async fn replay_one(request: Request) -> Result<Reply, Error> {
    let view = view(&request)?;
    let (cx, id) = (request.cx(), delivery_id(&request)?);
    let scopes = request.caller()?.scopes;
    let work =
        move |tx: &mut Tx<'_>| Ok((replays::one(tx, &cx, &view, id.as_str())?, webhook_keys::all(tx)?));
    let wrap = move |(whole, keys): (Whole, Vec<Pair>)| Reply {
        status: StatusCode::ACCEPTED,
        ..Reply::ok(&Detail::of(whole, &scopes, &keys))
    };
    request.write(work, wrap).await
}

async fn replay_many(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let named = |name: &str| body.get(name).and_then(Value::as_str).or_else(|| request.query.get(name));
    let view = view_of(&request, named("locationId"), named("companyId"))?;
    let (cx, filter) = (request.cx(), wire::replay(&body)?);
    let wrap = |replay| Reply { status: StatusCode::ACCEPTED, ..Reply::ok(&wire::progress(&replay)) };
    request.write(move |tx| bulk::start(tx, &cx, &view, &filter), wrap).await
}

async fn progress(request: Request) -> Result<Reply, Error> {
    let (view, id) = (view(&request)?, request.path(0).to_owned());
    let found = request.app.world.store.read(move |tx| bulk::get(tx, &view, &id)).await?;
    Ok(Reply::ok(&wire::progress(&found)))
}

fn delivery_id(request: &Request) -> Result<Id<id::Delivery>, Error> {
    Id::parse(request.path(0)).ok_or_else(|| no_delivery(request.path(0)))
}

/// What the caller may see, of the place that the query names or else its own.
pub(super) fn view(request: &Request) -> Result<View, Error> {
    view_of(request, request.query.get("locationId"), request.query.get("companyId"))
}

fn view_of(request: &Request, location: Option<&str>, company: Option<&str>) -> Result<View, Error> {
    let caller = request.caller()?;
    let app = caller.app.as_ref().map(|app| app.app_id.clone());
    Ok(View { whose: Whose::Of(place_of(caller, location, company)?), app })
}

/// The place that the query names, or else the caller's own.
pub(super) fn place(request: &Request) -> Result<Place, Error> {
    place_of(request.caller()?, request.query.get("locationId"), request.query.get("companyId"))
}

fn place_of(caller: &Caller, location: Option<&str>, company: Option<&str>) -> Result<Place, Error> {
    match (&caller.location_id, location) {
        (None, None) => caller.company(company).map(Place::Company),
        _ => caller.location(location).map(Place::Location),
    }
}
