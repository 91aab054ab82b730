//! `GET /opportunities/pipelines`.

use leadhold_kernel::Error;
use serde_json::json;

use super::pipelines;
use super::wire::PipelineBody;
use crate::http::{Reply, Request, Route, get};

/// This slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/opportunities/pipelines", list_pipelines)]
}

/// All of the location's pipelines: the real service does not page them.
async fn list_pipelines(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let pipelines = request.app.world.store.read(move |tx| pipelines(tx, &here)).await?;
    let bodies: Vec<PipelineBody<'_>> = pipelines.iter().map(PipelineBody::from).collect();
    Ok(Reply::ok(&json!({ "pipelines": bodies })))
}
