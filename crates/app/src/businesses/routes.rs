//! `/businesses`, and which contacts belong to one.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::wire;
use crate::contacts;
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/businesses", list),
        post("/businesses", create),
        get("/businesses/{businessId}", show),
        put("/businesses/{businessId}", update),
        delete("/businesses/{businessId}", remove),
        post("/contacts/bulk/business", join),
        get("/contacts/business/{businessId}", contacts_of),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (skip, limit) = wire::page(&request.query)?;
    let found = request.app.world.store.read(move |tx| super::list(tx, &here, skip, limit)).await?;
    let shown: Vec<Value> = found.iter().map(wire::shown).collect();
    let changed = found.iter().map(|business| business.updated_at);
    Ok(Reply::ok(&json!({ "businesses": shown })).modified(changed))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (name, profile) = wire::new(&request.json()?)?;
    let cx = request.cx();
    request
        .write(
            move |tx| super::create(tx, &cx, &here, &name, &profile, &Map::new()),
            |(business, _)| Reply::created(&wire::written(&business)),
        )
        .await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let business = request.app.world.store.read(move |tx| super::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&json!({ "business": wire::shown(&business) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (id, place) = (request.path(0).to_owned(), here.clone());
    request.app.world.store.read(move |tx| super::get(tx, &place, &id)).await?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| super::update(tx, &cx, &here, &id, &changes, |_| ()),
            |(business, _)| Reply::ok(&wire::written(&business)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, cx, id) = (request.caller()?.location(None)?, request.cx(), request.path(0).to_owned());
    request
        .write(move |tx| super::delete(tx, &cx, &here, &id), |()| Reply::ok(&json!({ "success": true })))
        .await
}

async fn join(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (contacts, business) = wire::joining(&body)?;
    let cx = request.cx();
    request
        .write(
            move |tx| super::join(tx, &cx, &here, &contacts, business.as_deref()),
            |ids| Reply::ok(&json!({ "success": true, "ids": ids })),
        )
        .await
}

async fn contacts_of(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let id = request.path(0).to_owned();
    let asked = wire::members(&request.query);
    let page = request.app.world.store.read(move |tx| {
        let business = super::get(tx, &here, &id)?; // another location's is forbidden, whatever else is asked
        contacts::of_business(tx, &here, &business.id, &asked.clone()?)
    });
    Ok(Reply::json_text(StatusCode::OK, page.await?.json(request.version)))
}
