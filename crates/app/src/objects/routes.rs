//! `/objects`, but for their records.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{service, wire};
use crate::http::{Reply, Request, Route, get, post, put};
use crate::locations;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/objects", list),
        post("/objects", define),
        get("/objects/{key}", show),
        put("/objects/{key}", change),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    wire::with_properties(&request.query)?;
    let place = here.clone();
    let all = request.app.world.store.read(move |tx| service::list(tx, &place)).await?;
    let shown: Vec<Value> = all.iter().map(|object| wire::shown(object, &here)).collect();
    Ok(Reply::ok(&json!({ "objects": shown })))
}

/// For an agency, as documented, and for a location, whose integrations expect it.
async fn define(request: Request) -> Result<Reply, Error> {
    let (location, new) = wire::new(&request.json()?)?;
    let (caller, cx) = (request.caller()?.clone(), request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let here = locations::reachable(tx, &caller, &location)?;
        let object = service::define(tx, &cx, &here, &new)?;
        Ok(wire::shown(&object, &here))
    };
    request.write(work, |object| Reply::created(&json!({ "object": object }))).await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.location_of_query()?, request.path(0).to_owned());
    let asked = wire::with_properties(&request.query)?;
    let place = here.clone();
    let shape = request.app.world.store.read(move |tx| service::shape(tx, &place, &key)).await?;
    let fields = if asked { wire::shown_fields(&shape, &here) } else { Vec::new() };
    Ok(Reply::ok(&json!({ "object": wire::shown(&shape.object, &here), "cache": false, "fields": fields })))
}

async fn change(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let (place, asked) = (here.clone(), key.clone());
    request.app.world.store.read(move |tx| service::require(tx, &place, &asked)).await?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| service::change(tx, &cx, &here, &key, &changes);
    request.write(work, move |object| Reply::ok(&json!({ "object": wire::shown(&object, &place) }))).await
}
