//! `GET /workflows/` and `/contacts/{contactId}/workflow` as the real service documents them, and our own routes under
//! `/leadhold/v1/`.

mod defining;
pub(super) mod seeing;
pub(super) mod trying;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::model::{Draft, Status, definition_in};
use super::{enrol, pages, service, wire};
use crate::contacts::or_forbidden;
use crate::http::caller::no_access;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// Keys of a workflow's JSON that are no part of its definition. Those of an answer may come back in a change.
const NOT_DEFINITION: &[&str] = &[
    "$schema",
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

/// The workflows' routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [defining::routes(), making(), seeing::routes(), trying::routes(), pages::routes()].concat()
}

fn making() -> Vec<Route> {
    vec![
        get("/workflows", list_documented),
        get("/leadhold/v1/workflows", list),
        post("/leadhold/v1/workflows", create),
        get("/leadhold/v1/workflows/{workflowId}", read),
        put("/leadhold/v1/workflows/{workflowId}", change),
        post("/leadhold/v1/workflows/{workflowId}/publish", publish),
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

async fn add_contact(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let at = or_forbidden(&request, &here, wire::event_start(&request.json()?)).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| enrol::add(tx, &cx, &here, &contact, &id, at);
    request.write(work, move |_| Reply::done(version)).await
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
