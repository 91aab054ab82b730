//! `/campaigns`, `/contacts/{contactId}/campaigns`, and our own routes under `/leadhold/v1/`.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::wire;
use crate::contacts::or_forbidden;
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/campaigns", list),
        post("/contacts/{contactId}/campaigns/{campaignId}", add),
        delete("/contacts/{contactId}/campaigns/{campaignId}", remove),
        delete("/contacts/{contactId}/campaigns/removeAll", remove_from_all),
        delete("/contacts/{contactId}/campaigns/remove-all", remove_from_all),
        post("/leadhold/v1/campaigns", create),
        get("/leadhold/v1/campaigns/{campaignId}", read),
        put("/leadhold/v1/campaigns/{campaignId}", update),
        delete("/leadhold/v1/campaigns/{campaignId}", forget),
        get("/leadhold/v1/campaigns/{campaignId}/contacts", places),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (status, location) = (wire::list(&request.query)?, here.location_id().to_string());
    let found = request.app.world.store.read(move |tx| super::list(tx, &here, status)).await?;
    let shown: Vec<Value> = found.iter().map(|campaign| wire::listed(campaign, &location)).collect();
    Ok(Reply::ok(&json!({ "campaigns": shown })).modified(found.iter().map(|campaign| campaign.updated_at)))
}

async fn add(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    or_forbidden(&request, &here, wire::nothing(&request.json()?)).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(
            move |tx| super::add(tx, &cx, &here, &contact, &id),
            move |()| Reply { status: StatusCode::CREATED, ..Reply::done(version) },
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(move |tx| super::remove(tx, &cx, &here, &contact, &id), move |()| Reply::done(version))
        .await
}

async fn remove_from_all(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let (cx, contact) = (request.cx(), request.path(0).to_owned());
    request
        .write(move |tx| super::remove_from_all(tx, &cx, &here, &contact), move |()| Reply::done(version))
        .await
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (name, status, plan) = wire::new(&body)?;
    let (cx, location) = (request.cx(), here.location_id().to_string());
    request
        .write(
            move |tx| super::create(tx, &cx, &here, &name, status, &plan),
            move |made| Reply::created(&wire::one(&made, &location)),
        )
        .await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (id, location) = (request.path(0).to_owned(), here.location_id().to_string());
    let found = request.app.world.store.read(move |tx| super::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&wire::one(&found, &location)))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (name, status, plan) = wire::changes(&body)?;
    let (cx, id, location) = (request.cx(), request.path(0).to_owned(), here.location_id().to_string());
    request
        .write(
            move |tx| super::update(tx, &cx, &here, &id, name.as_deref(), status, &plan),
            move |changed| Reply::ok(&wire::one(&changed, &location)),
        )
        .await
}

async fn forget(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.location_of_query()?, request.version);
    let id = request.path(0).to_owned();
    request.write(move |tx| super::delete(tx, &here, &id), move |()| Reply::done(version)).await
}

async fn places(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let id = request.path(0).to_owned();
    let (place, look) = (here.clone(), id.clone());
    let read = wire::places(&request.query);
    let asked = request.or_forbidden(read, move |tx| super::get(tx, &place, &look).map(drop)).await?;
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let found = request.app.world.store.read(move |tx| super::places_of(tx, &here, &id, &asked));
    let super::Page { mut places, counts } = found.await?;
    let more = places.len() > limit;
    places.truncate(limit);
    let next = places.last().filter(|_| more).map(|place| place.id.clone());
    let shown: Vec<Value> = places.iter().map(wire::place).collect();
    let counts: Map<String, Value> = counts.into_iter().map(|(status, n)| (status, n.into())).collect();
    Ok(Reply::ok(&json!({ "contacts": shown, "counts": counts, "next": next })))
}
