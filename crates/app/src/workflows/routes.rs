//! `GET /workflows/` and `/contacts/{contactId}/workflow` as the real service documents them, and our own routes under
//! `/leadhold/v1/`.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::model::{Draft, Status, definition_in};
use super::{enrol, runs, service, wire};
use crate::contacts::or_forbidden;
use crate::http::caller::no_access;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// Keys of a workflow's JSON that are no part of its definition. Those of an answer may come back in a change.
const NOT_DEFINITION: &[&str] = &[
    "id",
    "status",
    "version",
    "publishedVersion",
    "createdAt",
    "updatedAt",
    "locationId",
    "inboundHookPath",
    "inboundHookPathV2",
    "unfinished",
];

/// The most runs or steps in one answer.
const MOST: i64 = 500;

/// The workflows' routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/workflows", list_documented),
        get("/leadhold/v1/workflows", list),
        post("/leadhold/v1/workflows", create),
        get("/leadhold/v1/workflows/{workflowId}", read),
        put("/leadhold/v1/workflows/{workflowId}", change),
        post("/leadhold/v1/workflows/{workflowId}/publish", publish),
        get("/leadhold/v1/workflows/{workflowId}/runs", list_runs),
        get("/leadhold/v1/runs/{runId}", read_run),
        post("/contacts/{contactId}/workflow/{workflowId}", add_contact),
        delete("/contacts/{contactId}/workflow/{workflowId}", remove_contact),
    ]
}

/// Without a `locationId` the real service answers as to a foreign one.
async fn list_documented(request: Request) -> Result<Reply, Error> {
    if request.query.get("locationId").is_none() {
        return Err(no_access());
    }
    list(request).await
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let workflows = request.app.world.store.read(move |tx| service::list(tx, &here)).await?;
    let shown: Vec<Value> = workflows.iter().map(wire::summary).collect();
    let changed = workflows.iter().map(|workflow| workflow.updated_at);
    Ok(Reply::ok(&json!({"workflows": shown})).modified(changed))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = location(&request, &body)?;
    let draft = Draft::read(definition_in(&body, NOT_DEFINITION))?;
    let publishes = wanted_status(&body)? == Some(Status::Published);
    if publishes {
        draft.must_be_finished()?;
    }
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let made = service::create(tx, &cx, &here, &draft)?;
        if publishes { service::publish(tx, &cx, &here, &made.workflow.id) } else { Ok(made) }
    };
    request.write(work, |made| Reply::created(&json!({"workflow": wire::whole(&made)}))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let whole = request.app.world.store.read(move |tx| service::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&json!({"workflow": wire::whole(&whole)})))
}

/// Replaces the definition; `status` publishes or unpublishes as well, `version` guards against a change in between.
async fn change(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let (here, id) = (location(&request, &body)?, workflow_id(&request)?);
    let draft = Draft::read(definition_in(&body, NOT_DEFINITION))?;
    let status = wanted_status(&body)?;
    let expected = match body.get("version") {
        None | Some(Value::Null) => None,
        Some(version) => {
            Some(version.as_i64().ok_or_else(|| Error::field("version must be an integer number"))?)
        }
    };
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let changed = service::update(tx, &cx, &here, &id, &draft, expected)?;
        match status {
            Some(Status::Published) => service::publish(tx, &cx, &here, &id),
            Some(Status::Draft) => service::unpublish(tx, &cx, &here, &id),
            None => Ok(changed),
        }
    };
    request.write(work, |changed| Reply::ok(&json!({"workflow": wire::whole(&changed)}))).await
}

async fn publish(request: Request) -> Result<Reply, Error> {
    let (here, id) = (location(&request, &request.json()?)?, workflow_id(&request)?);
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::publish(tx, &cx, &here, &id);
    request.write(work, |published| Reply::ok(&json!({"workflow": wire::whole(&published)}))).await
}

/// Newest first. `startAfter` and `startAfterId` are the last run's `startedAt` in milliseconds and `id`.
async fn list_runs(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let limit = number(&request, "limit", 20, MOST)?;
    let before = Timestamp(number(&request, "startAfter", i64::MAX, i64::MAX)?);
    let before_id = request.query.get("startAfterId").unwrap_or_default().to_owned();
    if before_id.contains('\0') {
        return Err(Error::field("startAfterId must be the id of a run"));
    }
    let found = request.app.world.store.read(move |tx| {
        let workflow = service::get(tx, &here, &id)?.workflow;
        runs::list(tx, &here, &workflow.id, (before, &before_id), limit)
    });
    let found = found.await?;
    let last = found.last().filter(|_| i64::try_from(found.len()).is_ok_and(|count| count == limit));
    let next = last.map(|run| json!({"startAfter": run.started_at.millis(), "startAfterId": run.id}));
    let shown: Vec<Value> = found.iter().map(wire::run).collect();
    Ok(Reply::ok(&json!({"runs": shown, "next": next})))
}

/// A run with its steps; `after` and `limit` page through a long one by the steps' numbers.
async fn read_run(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let missing = || Error::NotFound(format!("Run with id {} not found", request.path(0)));
    let id = Id::<id::Run>::parse(request.path(0)).ok_or_else(missing)?;
    let limit = number(&request, "limit", 200, MOST)?;
    let after = number(&request, "after", 0, i64::MAX)?;
    let found = request.app.world.store.read(move |tx| {
        let Some(run) = runs::find(tx, &here, &id)? else { return Ok(None) };
        Ok::<_, Error>(Some((runs::steps(tx, &here, &id, after, limit + 1)?, run)))
    });
    let (mut steps, run) = found.await?.ok_or_else(missing)?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = steps.len() > shown;
    steps.truncate(shown);
    Ok(Reply::ok(&json!({"run": wire::run_with_steps(&run, &steps, more)})))
}

async fn add_contact(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let at = or_forbidden(&request, &here, wire::event_start(&request.json()?)).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| enrol::add(tx, &cx, &here, &contact, &id, at);
    request.write(work, move |()| Reply::done(version)).await
}

/// Every run of the contact ends, whatever `eventStartTime` it began with.
async fn remove_contact(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    or_forbidden(&request, &here, wire::event_start(&request.json()?)).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| enrol::remove(tx, &cx, &here, &contact, &id);
    request.write(work, move |()| Reply::done(version)).await
}

/// The location that the body or the query names, else the credential's own.
fn location(request: &Request, body: &Map<String, Value>) -> Result<LocationScope, Error> {
    match body.get("locationId") {
        None | Some(Value::Null) => request.location_of_query(),
        Some(Value::String(asked)) => request.caller()?.location(Some(asked)),
        Some(_) => Err(Error::field("locationId must be a string")),
    }
}

fn wanted_status(body: &Map<String, Value>) -> Result<Option<Status>, Error> {
    match body.get("status") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_str().and_then(Status::parse) {
            Some(status) => Ok(Some(status)),
            None => Err(Error::field("status must be one of the following values: draft, published")),
        },
    }
}

fn workflow_id(request: &Request) -> Result<Id<id::Workflow>, Error> {
    Id::parse(request.path(0))
        .ok_or_else(|| Error::NotFound(format!("Workflow with id {} not found", request.path(0))))
}

fn number(request: &Request, name: &str, absent: i64, most: i64) -> Result<i64, Error> {
    let Some(text) = request.query.get(name) else { return Ok(absent) };
    match text.trim().parse::<i64>() {
        Ok(number) if (0..=most).contains(&number) && (name != "limit" || number > 0) => Ok(number),
        _ => Err(Error::field(format!("{name} must be a whole number, at most {most}"))),
    }
}
