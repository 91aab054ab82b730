//! What of `/associations` needs to know which objects and records there are.

use leadhold_kernel::Error;

use super::{hold_record, require};
use crate::associations;
use crate::http::{Reply, Request, Route, get, post};

/// Defining, relating, and what an object can be related with.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/associations", define),
        get("/associations/objectKey/{objectKey}", list_of_object),
        post("/associations/relations", relate),
    ]
}

async fn define(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = associations::new_association(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    request
        .write(
            move |tx| {
                require(tx, &here, &new.first.object_key)?;
                require(tx, &here, &new.second.object_key)?;
                associations::define(tx, &cx, &here, &new)
            },
            move |made| Reply::created(&associations::shown(&made, &place)),
        )
        .await
}

async fn list_of_object(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.location_of_query()?, request.path(0).to_owned());
    associations::check_query(&request.query)?;
    let place = here.clone();
    let work = move |tx: &mut leadhold_store::Tx<'_>| {
        require(tx, &place, &key)?;
        associations::of_object(tx, &place, &key)
    };
    let found = request.app.world.store.read(work).await?;
    Ok(Reply::ok(&associations::shown_list(&found, &here)))
}

async fn relate(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = associations::new_relation(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    request
        .write(
            move |tx| {
                let association = associations::get(tx, &here, &new.association_id)?;
                hold_record(tx, &here, &association.first.object_key, &new.first)?;
                hold_record(tx, &here, &association.second.object_key, &new.second)?;
                associations::relate(tx, &cx, &here, association, &new.first, &new.second)
            },
            move |made| Reply::created(&associations::shown_relation(&made, &place)),
        )
        .await
}
