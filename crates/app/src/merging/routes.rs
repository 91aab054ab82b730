//! `/leadhold/v1/contacts/duplicates` and `/leadhold/v1/contacts/{contactId}/merge`: extract, authorise, call, wrap.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::service::{self, Merged};
use super::wire;
use crate::contacts;
use crate::http::{Reply, Request, Route, get, post};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/contacts/duplicates", duplicates),
        post("/leadhold/v1/contacts/{contactId}/merge", merge),
    ]
}

async fn duplicates(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let wire::Asked { by, after, limit } = wire::duplicates(&request.query)?;
    let page =
        request.app.world.store.read(move |tx| contacts::doubles(tx, &here, by, &after, limit)).await?;
    let groups: Vec<Value> = page
        .groups
        .iter()
        .map(|group| json!({ "value": group.value, "count": group.count, "contacts": group.contacts }))
        .collect();
    let body = json!({
        "by": by.word(), "groups": groups, "nextAfter": page.next_after, "traceId": request.trace_id,
    });
    Ok(Reply::ok(&body))
}

async fn merge(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let master = request.path(0).to_owned();
    let (place, id) = (here.clone(), master.clone());
    // Another location's contact is forbidden whatever the body says of it.
    request.app.world.store.read(move |tx| contacts::get(tx, &place, &id).map(drop)).await?;
    let asked = wire::merge(&request.json()?, &master)?;
    let (cx, others, dry_run) = (request.cx(), asked.others.clone(), asked.dry_run);
    let trace_id = request.trace_id.clone();
    let work = move |tx: &mut Tx<'_>| service::merge(tx, &cx, &here, &master, &asked);
    let wrap = move |Merged { contact, filled, moved }: Merged| {
        Reply::ok(&json!({
            "contact": contacts::as_read(&contact), "merged": others, "filled": filled, "moved": moved,
            "dryRun": dry_run, "traceId": trace_id,
        }))
    };
    request.write(work, wrap).await
}
