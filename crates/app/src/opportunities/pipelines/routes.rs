//! `/opportunities/pipelines`. The newest published guides have all verbs; the descriptions only the list.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::model::Pipeline;
use super::wire::{self, Shown};
use super::{service, service::get_or_forbidden};
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/opportunities/pipelines", list),
        post("/opportunities/pipelines", create),
        get("/opportunities/pipelines/{pipelineId}", read),
        put("/opportunities/pipelines/{pipelineId}", update),
        delete("/opportunities/pipelines/{pipelineId}", remove),
    ]
}

/// All of the location's pipelines: the real service does not page them.
async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let pipelines = request.app.world.store.read(move |tx| service::list(tx, &here)).await?;
    let shown: Vec<Shown<'_>> = pipelines.iter().map(Shown::from).collect();
    Ok(Reply::ok(&json!({ "pipelines": shown })).modified(pipelines.iter().map(|one| one.updated_at)))
}

fn one(pipeline: &Pipeline) -> Value {
    json!({ "pipeline": Shown::from(pipeline) })
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let fields = wire::create(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &fields);
    request.write(work, |made| Reply::created(&one(&made))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let id = request.path(0).to_owned();
    let found = request.app.world.store.read(move |tx| get_or_forbidden(tx, &here, &id)).await?;
    Ok(Reply::ok(&one(&found)))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let id = request.path(0).to_owned();
    let (location, asked) = (here.clone(), id.clone());
    request.app.world.store.read(move |tx| get_or_forbidden(tx, &location, &asked).map(drop)).await?;
    let fields = wire::update(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &fields);
    request.write(work, |changed| Reply::ok(&one(&changed))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &cx, &here, &id);
    request.write(work, |()| Reply::ok(&json!({ "succeded": true, "success": true }))).await
}
