//! `/objects`, but for their records and their change, which lie in `records`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{service, wire};
use crate::http::{Reply, Request, Route, get, post};
use crate::locations;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/objects", list), post("/objects", define), get("/objects/{key}", show)]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    wire::with_properties(&request.query)?;
    let place = here.clone();
    let all = request.app.world.store.read(move |tx| service::list(tx, &place)).await?;
    let shown: Vec<Value> = all.iter().map(|object| wire::shown(object, &here)).collect();
    Ok(Reply::ok(&json!({ "objects": shown })).modified(all.iter().map(|object| object.updated_at)))
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
