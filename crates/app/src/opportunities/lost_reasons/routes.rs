//! `/opportunities/lost-reason`, which the real service only lists, and `/leadhold/v1/lost-reasons`, which changes them.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::wire::{self, Asked, Shown};
use super::{LostReason, create, rename};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/opportunities/lost-reason", list),
        post("/leadhold/v1/lost-reasons", add),
        put("/leadhold/v1/lost-reasons/{lostReasonId}", change),
        delete("/leadhold/v1/lost-reasons/{lostReasonId}", remove),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let asked = Asked::read(&request.query)?;
    let location = here.clone();
    let all = request.app.world.store.read(move |tx| super::list(tx, &location)).await?;
    let (total, page) = asked.page(all);
    let shown: Vec<_> = page.iter().map(|reason| Shown::of(reason, &here)).collect();
    let mut body = json!({ "lostReasons": shown });
    if asked.count {
        body["total"] = json!(total);
    }
    Ok(Reply::ok(&body).modified(page.iter().map(|reason| reason.updated_at)))
}

async fn add(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let name = wire::name(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| create(tx, &cx, &location, &name);
    request.write(work, move |made| Reply::created(&shown(&made, &here))).await
}

async fn change(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (location, asked) = (here.clone(), request.path(0).to_owned());
    request.app.world.store.read(move |tx| super::reach(tx, &location, &asked)).await?;
    let name = wire::name(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| rename(tx, &cx, &location, &id, &name);
    request.write(work, move |changed| Reply::ok(&shown(&changed, &here))).await
}

fn shown(reason: &LostReason, here: &LocationScope) -> serde_json::Value {
    json!({ "lostReason": Shown::of(reason, here) })
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| super::delete(tx, &cx, &here, &id);
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}
