//! `/leadhold/v1/contacts/export`: all contacts, or those that match, as a file.

use bytes::Bytes;
use leadhold_kernel::Error;

use super::export::{self, Asked};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, Streamed, get, post};
use crate::tenant::LocationScope;

/// By a query's words, and by a body's filters.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/contacts/export", by_query), post("/leadhold/v1/contacts/export", by_body)]
}

async fn by_query(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let asked = export::asked(Fields::of_list(&request.query))?;
    file(&request, &here, asked).await
}

async fn by_body(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let asked = export::asked(Fields::of_body(&body))?;
    file(&request, &here, asked).await
}

async fn file(request: &Request, here: &LocationScope, asked: Asked) -> Result<Reply, Error> {
    let content = export::file(&request.app.world, here, asked).await?;
    let reply = Reply::text("text/csv; charset=utf-8", Bytes::new());
    let reply = Reply { stream: Some(Streamed::new(content)), ..reply };
    Ok(reply.header("content-disposition", "attachment; filename=\"contacts.csv\""))
}
