//! `/medias`.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::service::End;
use super::upload::upload;
use super::{query, service, wire};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/medias/files", list),
        post("/medias/folder", create_folder),
        post("/medias/upload-file", upload).takes_files(),
        put("/medias/update-files", bulk_update),
        put("/medias/delete-files", bulk_delete),
        post("/medias/{id}", update),
        delete("/medias/{id}", remove),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(request.query.get("altId"))?;
    let wanted = wire::wanted(&request.query)?;
    let found = request.app.world.store.read(move |tx| query::list(tx, &here, &wanted)).await?;
    let base_url = &request.app.config.base_url;
    let shown: Vec<Value> = found.iter().map(|(media, path)| wire::shown(media, path, base_url)).collect();
    Ok(Reply::ok(&json!({ "files": shown })).modified(found.iter().map(|(media, _)| media.updated_at)))
}

async fn create_folder(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.caller()?.location(body.get("altId").and_then(Value::as_str))?;
    let (name, parent) = wire::folder(&body)?;
    let cx = request.cx();
    request
        .write(
            move |tx| service::create_folder(tx, &cx, &here, &name, parent.as_deref()),
            |folder| Reply::ok(&wire::new_folder(&folder)),
        )
        .await
}

async fn update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = known(&request, body.get("altId").and_then(Value::as_str)).await?;
    let changes = wire::change(&body)?;
    let (cx, id, trace) = (request.cx(), request.path(0).to_owned(), request.trace_id.clone());
    request
        .write(
            move |tx| service::change(tx, &cx, &here, &id, &changes),
            move |()| Reply::ok(&json!({ "updated": true, "traceId": trace })),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = known(&request, request.query.get("altId")).await?;
    wire::deletion(&request.query)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let shown = json!({ "deleted": true, "id": id });
    request.write(move |tx| service::end(tx, &cx, &here, &id, End::Deleted), move |_| Reply::ok(&shown)).await
}

/// The caller's location, once it is known to have what the path names.
async fn known(request: &Request, asked: Option<&str>) -> Result<LocationScope, Error> {
    let here = request.caller()?.location(asked)?;
    let (place, id) = (here.clone(), request.path(0).to_owned());
    request.app.world.store.read(move |tx| service::get(tx, &place, &id)).await?;
    Ok(here)
}

async fn bulk_update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.caller()?.location(body.get("altId").and_then(Value::as_str))?;
    let all = wire::bulk_change(&body)?;
    let shown: Vec<Value> = all.iter().map(|(id, _)| json!({ "updated": true, "id": id })).collect();
    let cx = request.cx();
    let work = move |tx: &mut leadhold_store::Tx<'_>| {
        all.iter().try_for_each(|(id, changes)| service::change(tx, &cx, &here, id, changes))
    };
    request.write(work, move |()| Reply::ok(&shown)).await
}

async fn bulk_delete(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.caller()?.location(body.get("altId").and_then(Value::as_str))?;
    let (all, how) = wire::bulk_end(&body)?;
    let shown: Vec<Value> = all.iter().map(|id| json!({ "deleted": true, "id": id })).collect();
    let cx = request.cx();
    let work = move |tx: &mut leadhold_store::Tx<'_>| service::end_all(tx, &cx, &here, &all, how);
    request.write(work, move |()| Reply::ok(&shown)).await
}
