//! `/associations`, but for relating: `records` does that, which knows whether records exist.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{relations, service, wire};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::objects;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/associations", list),
        post("/associations", define),
        get("/associations/objectKey/{objectKey}", list_of_object),
        get("/associations/key/{key_name}", show_by_key),
        get("/associations/{associationId}", show),
        put("/associations/{associationId}", relabel),
        delete("/associations/{associationId}", remove),
        get("/associations/relations/{recordId}", list_relations),
        delete("/associations/relations/{relationId}", unrelate),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (skip, limit) = wire::page(&request.query)?;
    let place = here.clone();
    let all = request.app.world.store.read(move |tx| service::list(tx, &place)).await?;
    let page: Vec<Value> = all.iter().skip(skip).take(limit).map(|one| wire::shown(one, &here)).collect();
    Ok(Reply::ok(&wire::listed("associations", page, all.len())))
}

async fn define(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = wire::new_association(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        objects::require(tx, &here, &new.first.object_key)?;
        objects::require(tx, &here, &new.second.object_key)?;
        service::define(tx, &cx, &here, &new)
    };
    request.write(work, move |made| Reply::created(&wire::shown(&made, &place))).await
}

async fn list_of_object(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.location_of_query()?, request.path(0).to_owned());
    wire::only_location(&request.query)?;
    let place = here.clone();
    let work = move |tx: &mut Tx<'_>| {
        let object = objects::get(tx, &place, &key)?;
        service::of_object(tx, &place, &object.key)
    };
    let found = request.app.world.store.read(work).await?;
    let shown: Vec<Value> = found.iter().map(|one| wire::shown(one, &here)).collect();
    let total = shown.len();
    Ok(Reply::ok(&wire::listed("associations", shown, total)))
}

async fn show_by_key(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.location_of_query()?, request.path(0).to_owned());
    wire::only_location(&request.query)?;
    let place = here.clone();
    let found = request.app.world.store.read(move |tx| service::by_key(tx, &place, &key)).await?;
    let unknown = || Error::NotFound(format!("Association with key {} not found", request.path(0)));
    Ok(Reply::ok(&wire::shown(&found.ok_or_else(unknown)?, &here)))
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, request.path(0).to_owned());
    let place = here.clone();
    let found = request.app.world.store.read(move |tx| service::get(tx, &place, &id)).await?;
    wire::only_location(&request.query)?;
    Ok(Reply::ok(&wire::shown(&found, &here)))
}

async fn relabel(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, request.path(0).to_owned());
    let (place, asked) = (here.clone(), id.clone());
    request.app.world.store.read(move |tx| service::get(tx, &place, &asked)).await?;
    let (first, second) = wire::labels(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    request
        .write(
            move |tx| service::relabel(tx, &cx, &here, &id, (&first, &second)),
            move |association| Reply::ok(&wire::shown(&association, &place)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, cx, id) = (request.location_of_query()?, request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| service::delete(tx, &cx, &here, &id),
            |gone| {
                let message = "Association deleted successfully";
                Reply::ok(&json!({ "deleted": true, "id": gone.id, "message": message }))
            },
        )
        .await
}

async fn list_relations(request: Request) -> Result<Reply, Error> {
    let (here, record) = (request.location_of_query()?, request.path(0).to_owned());
    let asked = wire::asked(&request.query)?;
    let place = here.clone();
    let (found, total) =
        request.app.world.store.read(move |tx| relations::of_record(tx, &place, &record, &asked)).await?;
    let shown = found.iter().map(|relation| wire::shown_relation(relation, &here)).collect();
    Ok(Reply::ok(&wire::listed("relations", shown, usize::try_from(total).unwrap_or(0))))
}

async fn unrelate(request: Request) -> Result<Reply, Error> {
    let (here, cx, id) = (request.location_of_query()?, request.cx(), request.path(0).to_owned());
    let place = here.clone();
    request
        .write(
            move |tx| relations::unrelate(tx, &cx, &here, &id),
            move |gone| Reply::ok(&wire::shown_relation(&gone, &place)),
        )
        .await
}
