//! `GET /companies/{companyId}`, and our own `/leadhold/v1/company`, where an agency sets its name, address and brand.

use leadhold_kernel::Error;
use serde_json::json;

use super::wire;
use crate::http::{Reply, Request, Route, get, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/companies/{companyId}", show),
        get("/leadhold/v1/company", show_own),
        put("/leadhold/v1/company", change_own),
    ]
}

async fn show(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(Some(request.path(0)))?;
    let company = request.app.world.store.read(move |tx| super::get(tx, &agency)).await?;
    Ok(Reply::ok(&wire::documented(&company)))
}

async fn show_own(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let company = request.app.world.store.read(move |tx| super::get(tx, &agency)).await?;
    Ok(Reply::ok(&json!({ "company": company })))
}

async fn change_own(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let changes = wire::changes(&request.json()?)?;
    let cx = request.cx();
    request
        .write(
            move |tx| super::update(tx, &cx, &agency, &changes),
            |company| Reply::ok(&json!({ "company": company })),
        )
        .await
}
