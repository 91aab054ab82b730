//! `GET`, `POST` and `PUT` of a hook's URL, in both of its forms; and what whoever edits the workflow sees of it.

use leadhold_kernel::Error;
use leadhold_kernel::id::Id;
use serde_json::{Value, json};

use super::{Hook, Received, Repeat, body, by_company, by_location, manage, purpose, receive};
use crate::http::request_log::redact;
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
        get("/leadhold/v1/workflows/{workflowId}/hook", manage::show),
        put("/leadhold/v1/workflows/{workflowId}/hook", manage::guard),
        get("/leadhold/v1/workflows/{workflowId}/hook/samples", manage::samples),
    ]
}

async fn guide(request: Request, method: &'static str) -> Result<Reply, Error> {
    let data = body::read(&request, &[COMPANY]).await?;
    let company = request.query.get(COMPANY).unwrap_or_default().to_owned();
    let hook = match Id::parse(request.path(0)) {
        Some(id) => request.app.world.store.read_by_key(move |tx| by_company(tx, &id, &company)).await?,
        None => None,
    };
    answer(&request, hook, method, data).await
}

async fn today(request: Request, method: &'static str) -> Result<Reply, Error> {
    let data = body::read(&request, &[]).await?;
    let location = request.path(0).to_owned();
    let hook = match Id::parse(request.path(1)) {
        Some(id) => request.app.world.store.read_by_key(move |tx| by_location(tx, &id, &location)).await?,
        None => None,
    };
    answer(&request, hook, method, data).await
}

/// Who does not know the URL learns nothing; who does, what is wrong with the rest.
async fn answer(
    request: &Request,
    hook: Option<Hook>,
    method: &'static str,
    data: Value,
) -> Result<Reply, Error> {
    let Some(hook) = hook else { return Ok(Reply::ok(&json!({"status": TEST}))) };
    if request.app.config.rate_limit {
        request.app.hook_pace.admit(&hook.id, request.now)?;
    }
    if let Some(guard) = &hook.guard {
        guard.check(&request.app.world.seal, &purpose(&hook.id), &request.headers, &request.body)?;
    }
    let parts = [method.as_bytes(), request.target.as_bytes(), &request.body];
    let came = Received {
        method,
        headers: redacted(request, &hook),
        body: data,
        repeat: Repeat::of(&request.headers, &parts)?,
    };
    let cx = request.cx();
    let done = request.app.world.write(move |tx| receive(tx, &cx, &hook, &came)).await?;
    let reply = Reply::ok(&match done.id {
        Some(id) => json!({"status": "Success: request sent to trigger execution server", "id": id}),
        None => json!({"status": TEST}),
    });
    Ok(if done.again { reply.header("idempotency-replayed", "true") } else { reply })
}

fn redacted(request: &Request, hook: &Hook) -> String {
    let mut headers = request.headers.clone();
    if let Some(guard) = &hook.guard
        && let Some(value) = headers.get_mut(&guard.header)
    {
        *value = http::HeaderValue::from_static("***");
    }
    redact::headers(&headers)
}

/// Said where nothing listens, and where nothing is.
const TEST: &str = "Success: test request received";
