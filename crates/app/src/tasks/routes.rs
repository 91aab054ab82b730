//! `/contacts/{contactId}/tasks`, and the search through all tasks of a location.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::{search, service, wire};
use crate::contacts::{self, or_forbidden};
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/contacts/{contactId}/tasks", list),
        post("/contacts/{contactId}/tasks", create),
        get("/contacts/{contactId}/tasks/{taskId}", read),
        put("/contacts/{contactId}/tasks/{taskId}", update),
        put("/contacts/{contactId}/tasks/{taskId}/completed", complete),
        delete("/contacts/{contactId}/tasks/{taskId}", remove),
        post("/locations/{locationId}/tasks/search", find),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let (here, contact) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let tasks = request.app.world.store.read(move |tx| {
        contacts::must_exist(tx, &here, &contact)?;
        service::of_contact(tx, &here, &contact)
    });
    let tasks = tasks.await?;
    let shown: Vec<Value> = tasks.iter().map(|(task, _)| wire::shown(task)).collect();
    Ok(Reply::ok(&json!({ "tasks": shown })).modified(tasks.iter().map(|(_, changed)| *changed)))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = or_forbidden(&request, &here, wire::new(&request.json()?)).await?;
    let (cx, contact) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| service::create(tx, &cx, &here, &contact, &new),
            |task| Reply::created(&wire::one(&task)),
        )
        .await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (contact, id) = (request.path(0).to_owned(), request.path(1).to_owned());
    let task = request.app.world.store.read(move |tx| {
        contacts::must_exist(tx, &here, &contact)?;
        service::get(tx, &here, &contact, &id)
    });
    Ok(Reply::ok(&wire::one(&task.await?)))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let changes = wire::changes(&request.json()?);
    change(request, changes).await
}

async fn complete(request: Request) -> Result<Reply, Error> {
    let changes = wire::completion(&request.json()?);
    change(request, changes).await
}

async fn change(request: Request, changes: Result<Map<String, Value>, Error>) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let changes = or_forbidden(&request, &here, changes).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(
            move |tx| service::update(tx, &cx, &here, &contact, &id, &changes),
            |task| Reply::ok(&wire::one(&task)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(move |tx| service::delete(tx, &cx, &here, &contact, &id), move |()| Reply::done(version))
        .await
}

async fn find(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let asked = wire::search(&request.json()?)?;
    let found = request.app.world.store.read(move |tx| search::search(tx, &here, &asked)).await?;
    let shown: Vec<Value> = found.iter().map(|one| wire::found(one, request.path(0))).collect();
    Ok(Reply::ok(&json!({ "tasks": shown, "traceId": request.trace_id })))
}
