//! `/objects/{schemaKey}/records`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::wire;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::objects::{self, Record, Shape};
use crate::tenant::LocationScope;

/// The verbs on records.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/objects/{schemaKey}/records", create),
        post("/objects/{schemaKey}/records/search", search),
        get("/objects/{schemaKey}/records/{id}", show),
        put("/objects/{schemaKey}/records/{id}", update),
        delete("/objects/{schemaKey}/records/{id}", remove),
    ]
}

/// The object that the path names. Asked before the body is looked at: of another location's object, a caller learns
/// nothing. A write asks again in its transaction ([`objects::held`]), since the object may have changed in between.
async fn shape(request: &Request, here: &LocationScope) -> Result<Shape, Error> {
    let (here, key) = (here.clone(), request.path(0).to_owned());
    request.app.world.store.read(move |tx| objects::shape(tx, &here, &key)).await
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (place, named) = (here.clone(), request.path(0).to_owned());
    let object = request.app.world.store.read(move |tx| objects::get(tx, &place, &named)).await?;
    let key = object.key;
    let write = wire::new(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        let shape = objects::held(tx, &here, &key)?;
        Ok((super::create(tx, &cx, &here, &shape, &write)?, shape))
    };
    let wrap = move |(record, shape): (Record, Shape)| {
        Reply::created(&json!({ "record": wire::shown(&record, &shape, &place) }))
    };
    request.write(work, wrap).await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let shape = shape(&request, &here).await?;
    let (place, of, id) = (here.clone(), shape.clone(), request.path(1).to_owned());
    let record = request.app.world.store.read(move |tx| super::get(tx, &place, &of, &id)).await?;
    Ok(Reply::ok(&json!({ "record": wire::shown(&record, &shape, &here) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let shape = shape(&request, &here).await?;
    let id = request.path(1).to_owned();
    let (place, key, asked) = (here.clone(), shape.object.key.clone(), id.clone());
    request.app.world.store.read(move |tx| super::get(tx, &place, &shape, &asked)).await?;
    let write = wire::changes(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        let shape = objects::held(tx, &here, &key)?;
        Ok((super::update(tx, &cx, &here, &shape, &id, &write)?, shape))
    };
    let wrap = move |(record, shape): (Record, Shape)| {
        Reply::ok(&json!({ "record": wire::shown(&record, &shape, &place) }))
    };
    request.write(work, wrap).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let shape = shape(&request, &here).await?;
    let (cx, id) = (request.cx(), request.path(1).to_owned());
    let gone = id.clone();
    request
        .write(
            move |tx| super::delete(tx, &cx, &here, &shape, &id),
            move |()| Reply::ok(&json!({ "id": gone, "success": true })),
        )
        .await
}

async fn search(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let shape = shape(&request, &here).await?;
    super::is_business(&shape)?;
    let body = request.json()?;
    let (place, of) = (here.clone(), shape.clone());
    let work = move |tx: &mut Tx<'_>| objects::search(tx, &place, &of, &body);
    let (found, total) = request.app.world.store.read(work).await?;
    let shown: Vec<Value> = found.iter().map(|one| wire::found(one, &shape, &here)).collect();
    Ok(Reply::ok(&json!({ "records": shown, "total": total })))
}
