//! The changes of a location's tags that contacts follow.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::service;
use crate::http::{Reply, Request, Route, delete, put};
use crate::locations::tags;

/// Renaming and removing.
pub(super) fn routes() -> Vec<Route> {
    vec![
        put("/locations/{locationId}/tags/{tagId}", rename_tag),
        delete("/locations/{locationId}/tags/{tagId}", remove_tag),
    ]
}

async fn rename_tag(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let name = tags::name_of(&request.json()?)?;
    let (cx, id) = (request.cx(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| service::rename_tag_everywhere(tx, &cx, &here, &id, &name);
    request.write(work, |tag| Reply::ok(&json!({ "tag": tag }))).await
}

async fn remove_tag(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (cx, id) = (request.cx(), request.path(1).to_owned());
    let (work, version) =
        (move |tx: &mut Tx<'_>| service::remove_tag_everywhere(tx, &cx, &here, &id), request.version);
    request.write(work, move |_| Reply::done(version)).await
}
