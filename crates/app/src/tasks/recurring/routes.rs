//! `/locations/{locationId}/recurring-tasks`.

use leadhold_kernel::Error;
use serde_json::json;

use super::{service, wire};
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        post("/locations/{locationId}/recurring-tasks", create),
        get("/locations/{locationId}/recurring-tasks/{id}", read),
        put("/locations/{locationId}/recurring-tasks/{id}", update),
        delete("/locations/{locationId}/recurring-tasks/{id}", remove),
    ]
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (title, rule, more) = wire::new(&request.json()?)?;
    let (cx, location) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| service::create(tx, &cx, &here, &title, &rule, &more),
            move |made| Reply::created(&wire::one(&made, &location)),
        )
        .await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let id = request.path(1).to_owned();
    let found = request.app.world.store.read(move |tx| service::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&wire::one(&found, request.path(0))))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, location, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(
            move |tx| service::update(tx, &cx, &here, &id, &changes),
            move |changed| Reply::ok(&wire::one(&changed, &location)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (id, gone) = (request.path(1).to_owned(), request.path(1).to_owned());
    request
        .write(
            move |tx| service::delete(tx, &here, &id),
            move |()| Reply::ok(&json!({ "id": gone, "success": true })),
        )
        .await
}
