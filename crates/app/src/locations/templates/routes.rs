//! `/locations/{locationId}/templates`, and making and changing them at `/leadhold/v1/templates`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::wire;
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/{locationId}/templates", list),
        delete("/locations/{locationId}/templates/{id}", remove),
        post("/leadhold/v1/templates", create),
        get("/leadhold/v1/templates/{templateId}", read),
        put("/leadhold/v1/templates/{templateId}", update),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let page = wire::page(&request.query)?;
    let location = here.clone();
    let read = move |tx: &mut Tx<'_>| super::list(tx, &location, &page);
    let (templates, total) = request.app.world.store.read(read).await?;
    let shown: Vec<Value> = templates.iter().map(|template| wire::shown(template, &here)).collect();
    let changed = templates.iter().map(|template| template.date_updated);
    Ok(Reply::ok(&json!({ "templates": shown, "totalCount": total })).modified(changed))
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (cx, id) = (request.cx(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| super::delete(tx, &cx, &here, &id);
    request.write(work, |()| Reply::ok(&json!({ "succeded": true }))).await
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = wire::new(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| super::create(tx, &cx, &location, &new);
    request.write(work, move |made| Reply::created(&json!({ "template": wire::shown(&made, &here) }))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (location, id) = (here.clone(), request.path(0).to_owned());
    let template = request.app.world.store.read(move |tx| super::get(tx, &location, &id)).await?;
    Ok(Reply::ok(&json!({ "template": wire::shown(&template, &here) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    // What may be said depends on the kind, so it is looked up first.
    let (location, id) = (here.clone(), request.path(0).to_owned());
    let kind = request.app.world.store.read(move |tx| super::get(tx, &location, &id)).await?.kind;
    let changes = wire::changes(&request.json()?, kind)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| super::update(tx, &cx, &location, &id, &changes);
    request.write(work, move |changed| Reply::ok(&json!({ "template": wire::shown(&changed, &here) }))).await
}
