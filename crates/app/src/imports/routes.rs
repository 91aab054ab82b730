//! `/leadhold/v1/contacts/imports`: extract, authorise, call, wrap.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::model::Import;
use super::{file, service, wire};
use crate::custom_fields::{self, Model};
use crate::http::{Reply, Request, Route, get, post};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        post("/leadhold/v1/contacts/imports", start).takes_files(),
        get("/leadhold/v1/contacts/imports", list),
        get("/leadhold/v1/contacts/imports/{importId}", read),
        get("/leadhold/v1/contacts/imports/{importId}/rows", rows),
        post("/leadhold/v1/contacts/imports/{importId}/cancel", cancel),
        post("/leadhold/v1/contacts/imports/{importId}/undo", undo),
    ]
}

/// How an answer shows an import.
fn shown(request: &Request) -> impl Fn(Import) -> Reply + Send + use<> {
    let (now, trace_id) = (request.now, request.trace_id.clone());
    move |import| Reply::ok(&json!({ "import": wire::shown(&import, now), "traceId": trace_id }))
}

async fn start(mut request: Request) -> Result<Reply, Error> {
    let (here, bytes, asked) = wire::upload(&mut request).await?;
    let (encoding, separator) = (asked.encoding, asked.separator);
    // Reading takes a while: other requests go on meanwhile.
    let read = tokio::task::spawn_blocking(move || file::read(&bytes, encoding, separator)).await;
    let file = read.map_err(Error::internal)??;
    let location = here.clone();
    let custom = request.app.world.store.read(move |tx| custom_fields::list(tx, &location, &Model::Contact));
    let settings = wire::settings(asked, &file, &custom.await?)?;
    let (cx, chunks, total) = (request.cx(), file.chunks, file.total);
    let work = move |tx: &mut Tx<'_>| service::start(tx, &cx, &here, &settings, &chunks, total);
    let wrap = shown(&request);
    request.write(work, move |import| Reply { status: http::StatusCode::CREATED, ..wrap(import) }).await
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (limit, after) = wire::list(&request)?;
    let found = request.app.world.store.read(move |tx| service::list(tx, &here, limit, after.as_deref()));
    let imports: Vec<_> = found.await?.iter().map(|import| wire::shown(import, request.now)).collect();
    Ok(Reply::ok(&json!({ "imports": imports, "traceId": request.trace_id })))
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let id = request.path(0).to_owned();
    let found = request.app.world.store.read(move |tx| service::get(tx, &here, &id)).await?;
    Ok(shown(&request)(found))
}

async fn rows(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let wire::RowsAsked { outcome, after, limit } = wire::rows(&request)?;
    let id = request.path(0).to_owned();
    let found =
        request.app.world.store.read(move |tx| service::rows(tx, &here, &id, outcome, after, limit)).await?;
    let next = found.last().filter(|_| found.len() as i64 == limit).map(|row| row.no);
    let rows: Vec<_> = found.iter().map(wire::shown_row).collect();
    Ok(Reply::ok(&json!({ "rows": rows, "nextAfter": next, "traceId": request.trace_id })))
}

async fn cancel(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request.write(move |tx| service::cancel(tx, &cx, &here, &id), shown(&request)).await
}

async fn undo(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request.write(move |tx| service::start_undo(tx, &cx, &here, &id), shown(&request)).await
}
