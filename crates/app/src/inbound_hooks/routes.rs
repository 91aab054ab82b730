//! `GET`, `POST` and `PUT` of a hook's URL, in both of its forms.

use leadhold_kernel::Error;
use leadhold_kernel::id::Id;
use serde_json::{Value, json};

use super::{Hook, body, by_company, by_location, receive};
use crate::http::{Reply, Request, Route, get, post, put};

/// The parameter that names the agency in the guide's form; not data.
const COMPANY: &str = "company_id";

/// The hooks' routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    const GUIDE: &str = "/v1/hooker/{hookId}";
    const TODAY: &str = "/hooks/{locationId}/webhook-trigger/{hookId}";
    vec![
        get(GUIDE, |request| guide(request, "GET")),
        post(GUIDE, |request| guide(request, "POST")),
        put(GUIDE, |request| guide(request, "PUT")),
        get(TODAY, |request| today(request, "GET")),
        post(TODAY, |request| today(request, "POST")),
        put(TODAY, |request| today(request, "PUT")),
    ]
}

async fn guide(request: Request, method: &'static str) -> Result<Reply, Error> {
    let data = body::read(&request, &[COMPANY])?;
    let company = request.query.get(COMPANY).unwrap_or_default().to_owned();
    let hook = match Id::parse(request.path(0)) {
        Some(id) => request.app.world.store.read_by_key(move |tx| by_company(tx, &id, &company)).await?,
        None => None,
    };
    answer(&request, hook, method, data).await
}

async fn today(request: Request, method: &'static str) -> Result<Reply, Error> {
    let data = body::read(&request, &[])?;
    let location = request.path(0).to_owned();
    let hook = match Id::parse(request.path(1)) {
        Some(id) => request.app.world.store.read_by_key(move |tx| by_location(tx, &id, &location)).await?,
        None => None,
    };
    answer(&request, hook, method, data).await
}

async fn answer(
    request: &Request,
    hook: Option<Hook>,
    method: &'static str,
    data: Value,
) -> Result<Reply, Error> {
    let cx = request.cx();
    let accepted = match hook {
        Some(hook) => request.app.world.write(move |tx| receive(tx, &cx, &hook, method, &data)).await?,
        None => None,
    };
    Ok(Reply::ok(&match accepted {
        Some(id) => json!({"status": "Success: request sent to trigger execution server", "id": id}),
        None => json!({"status": "Success: test request received"}),
    }))
}
