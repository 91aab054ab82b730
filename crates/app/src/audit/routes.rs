//! `GET /leadhold/v1/audit`.

use leadhold_kernel::Error;
use leadhold_store::DbError;
use serde_json::json;

use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, get};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/audit", list)]
}

/// Newest first; `before` is the `seq` of the last line of the page before.
async fn list(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let mut query = Fields::of_query(&request.query);
    query.declare("companyId");
    let limit = query.integer("limit", 1, 100).unwrap_or(50);
    let before = query.integer("before", 1, i64::MAX).unwrap_or(i64::MAX);
    query.finish()?;
    let lines = request.app.world.store.read(move |tx| super::list(tx, &agency, before, limit)).await;
    Ok(Reply::ok(&json!({ "entries": lines.map_err(|why: DbError| Error::from(why))? })))
}
