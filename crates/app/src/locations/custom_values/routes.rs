//! `/locations/{locationId}/customValues`, and many at once at `/leadhold/v1/custom-values/bulk`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{bulk, wire};
use crate::http::{ApiVersion, Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/{locationId}/customValues", list),
        post("/locations/{locationId}/customValues", create),
        put("/locations/{locationId}/customValues/bulk", bulk_of_location),
        get("/locations/{locationId}/customValues/{id}", read),
        put("/locations/{locationId}/customValues/{id}", update),
        delete("/locations/{locationId}/customValues/{id}", remove),
        post("/leadhold/v1/custom-values/bulk", bulk_of_caller),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let location = here.clone();
    let all = request.app.world.store.read(move |tx| super::list(tx, &location)).await?;
    let shown: Vec<Value> = all.iter().map(|one| wire::shown(one, &here)).collect();
    Ok(Reply::ok(&json!({ "customValues": shown })).modified(all.iter().map(|one| one.date_updated)))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (name, value) = wire::named(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| super::create(tx, &cx, &location, &name, &value);
    request.write(work, move |one| Reply::created(&json!({ "customValue": wire::shown(&one, &here) }))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (location, id) = (here.clone(), request.path(1).to_owned());
    let one = request.app.world.store.read(move |tx| super::get(tx, &location, &id)).await?;
    Ok(Reply::ok(&json!({ "customValue": wire::shown(&one, &here) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (name, value) = wire::named(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| super::update(tx, &cx, &location, &id, &name, &value);
    request.write(work, move |one| Reply::ok(&json!({ "customValue": wire::shown(&one, &here) }))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (id, version) = (request.path(1).to_owned(), request.version);
    let wrap = move |()| match version {
        ApiVersion::V3 => Reply::ok(&json!({ "succeeded": true, "succeded": true })),
        ApiVersion::V2 => Reply::ok(&json!({ "succeded": true })),
    };
    request.write(move |tx| super::delete(tx, &here, &id), wrap).await
}

/// As older clients ask for it.
async fn bulk_of_location(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    set_many(&request, here).await
}

async fn bulk_of_caller(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    set_many(&request, here).await
}

async fn set_many(request: &Request, here: LocationScope) -> Result<Reply, Error> {
    let wire::Bulk { all, sets } = wire::bulk(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        let outcomes = bulk::set(tx, &cx, &location, &sets)?;
        match wire::refused(&outcomes).filter(|_| all) {
            Some(refusal) => Err(refusal),
            None => Ok(outcomes),
        }
    };
    request.write(work, move |outcomes| Reply::ok(&wire::outcomes(&outcomes, &here))).await
}
