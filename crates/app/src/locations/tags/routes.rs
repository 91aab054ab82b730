//! `/locations/{locationId}/tags`: reading the list and adding to it.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::LONGEST;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, get, post};

/// The routes that touch no contact.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/{locationId}/tags", list),
        post("/locations/{locationId}/tags", create),
        get("/locations/{locationId}/tags/{tagId}", read),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let tags = request.app.world.store.read(move |tx| super::list(tx, &here)).await?;
    Ok(Reply::ok(&json!({ "tags": tags })).modified(tags.iter().map(|tag| tag.changed)))
}

/// Answers 200, not 201, as documented.
async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let name = name_of(&request.json()?)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| super::create(tx, &cx, &here, &name);
    request.write(work, |tag| Reply::json(StatusCode::OK, &json!({ "tag": tag }))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let id = request.path(1).to_owned();
    let tag = request.app.world.store.read(move |tx| super::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&json!({ "tag": tag })))
}

/// The normal `name` of a body.
///
/// # Errors
/// All faults at once.
pub fn name_of(body: &Map<String, Value>) -> Result<String, Error> {
    let mut fields = Fields::of_body(body);
    let name = super::normal(&fields.required_text_within("name", LONGEST));
    fields.finish()?;
    Ok(name)
}
