//! `/custom-menus`.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::wire;
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/custom-menus", list),
        post("/custom-menus", create),
        get("/custom-menus/{customMenuId}", show),
        put("/custom-menus/{customMenuId}", update),
        delete("/custom-menus/{customMenuId}", remove),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let wanted = wire::wanted(&request.query)?;
    let found = request.app.world.store.read(move |tx| super::list(tx, &agency, &wanted)).await?;
    let shown: Vec<Value> = found.0.iter().map(wire::shown).collect();
    Ok(Reply::ok(&json!({ "customMenus": shown, "totalLinks": found.1 })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let link = wire::new(&request.json()?)?;
    let cx = request.cx();
    request
        .write(
            move |tx| super::create(tx, &cx, &agency, &link),
            |menu| Reply::created(&json!({ "customMenu": wire::shown(&menu) })),
        )
        .await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let id = request.path(0).to_owned();
    let found = request.app.world.store.read(move |tx| super::get(tx, &agency, &id)).await?;
    let menu = found.ok_or_else(|| not_found(request.path(0)))?;
    Ok(Reply::ok(&json!({ "customMenu": wire::shown(&menu) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let (place, id) = (agency.clone(), request.path(0).to_owned());
    let found = request.app.world.store.read(move |tx| super::get(tx, &place, &id)).await?;
    found.ok_or_else(|| not_found(request.path(0)))?;
    let changes = wire::changes(&request.json()?)?;
    let id = request.path(0).to_owned();
    request
        .write(
            move |tx| super::update(tx, &agency, &id, &changes)?.ok_or_else(|| not_found(&id)),
            |menu| Reply::ok(&json!({ "success": true, "customMenu": wire::shown(&menu) })),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let (id, now) = (request.path(0).to_owned(), request.now);
    let answer = json!({
        "success": true,
        "message": "Custom menu successfully deleted",
        "deletedMenuId": id,
        "deletedAt": now.iso(),
    });
    let work = move |tx: &mut leadhold_store::Tx<'_>| match super::delete(tx, &agency, &id)? {
        true => Ok(()),
        false => Err(not_found(&id)),
    };
    request.write(work, move |()| Reply::ok(&answer)).await
}

fn not_found(id: &str) -> Error {
    Error::NotFound(format!("Custom menu with id {id} not found"))
}
