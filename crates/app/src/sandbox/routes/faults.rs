//! `/leadhold/v1/sandbox/faults`.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::super::faults;
use super::sandbox;
use crate::http::{Reply, Request, Route, delete, get, post};

const FAULTS: &str = "/leadhold/v1/sandbox/faults";
const FAULT: &str = "/leadhold/v1/sandbox/faults/{faultId}";

pub(super) fn routes() -> Vec<Route> {
    vec![get(FAULTS, list), post(FAULTS, add), delete(FAULTS, clear), get(FAULT, show), delete(FAULT, remove)]
}

async fn list(request: Request) -> Result<Reply, Error> {
    sandbox(&request)?;
    let kept = request.app.world.store.read(faults::all).await?;
    let shown: Vec<Value> = kept.iter().map(faults::shown).collect();
    Ok(Reply::ok(&json!({ "faults": shown })))
}

/// `{"route": "POST /contacts/*", "fault": "status", "status": 503, "times": 2}`, and as `docs/sandbox.md` says.
async fn add(request: Request) -> Result<Reply, Error> {
    let sandbox = sandbox(&request)?;
    let (rule, cx) = (faults::read(&request.json()?)?, request.cx());
    let work = move |tx: &mut leadhold_store::Tx<'_>| faults::add(tx, &cx, &rule);
    let reply = request.write(work, |kept| Reply::created(&json!({ "fault": faults::shown(&kept) }))).await?;
    sandbox.faults.forget();
    Ok(reply)
}

async fn show(request: Request) -> Result<Reply, Error> {
    sandbox(&request)?;
    let id = request.path(0).to_owned();
    let kept = request.app.world.store.read(move |tx| faults::one(tx, &id)).await?;
    Ok(Reply::ok(&json!({ "fault": faults::shown(&kept) })))
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let sandbox = sandbox(&request)?;
    let id = request.path(0).to_owned();
    let work = move |tx: &mut leadhold_store::Tx<'_>| faults::remove(tx, &id);
    let reply = request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await?;
    sandbox.faults.forget();
    Ok(reply)
}

async fn clear(request: Request) -> Result<Reply, Error> {
    let sandbox = sandbox(&request)?;
    let reply = request
        .write(faults::clear, |removed| Reply::ok(&json!({ "succeeded": true, "removed": removed })))
        .await?;
    sandbox.faults.forget();
    Ok(reply)
}
