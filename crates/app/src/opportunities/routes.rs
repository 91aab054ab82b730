//! `/opportunities`: extract, authorise, call, wrap.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::model::FollowerChange;
use super::shown::Shown;
use super::{lost_reasons, pipelines, search, service, shown, wire};
use crate::http::fields::Fields;
use crate::http::{ApiVersion, Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes, with those of pipelines and reasons.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        post("/opportunities", create),
        post("/opportunities/upsert", upsert),
        get("/opportunities/{id}", read),
        put("/opportunities/{id}", update),
        delete("/opportunities/{id}", remove),
        put("/opportunities/{id}/status", set_status),
        post("/opportunities/{id}/followers", add_followers),
        delete("/opportunities/{id}/followers", remove_followers),
    ];
    [own, search::routes(), pipelines::routes(), lost_reasons::routes()].concat()
}

/// What was read of a body, or why not: another location's opportunity is forbidden whatever the body says of it.
async fn or_forbidden<T>(
    request: &Request,
    here: &LocationScope,
    read: Result<T, Error>,
) -> Result<T, Error> {
    let (here, id) = (here.clone(), request.path(0).to_owned());
    request.or_forbidden(read, move |tx| service::get(tx, &here, &id).map(drop)).await
}

/// The opportunity as it is shown, within the transaction that wrote it.
fn beside(tx: &mut Tx<'_>, here: &LocationScope, opportunity: super::Opportunity) -> Result<Shown, Error> {
    let id = opportunity.id.to_string();
    match shown::shown(tx, here, vec![opportunity])?.pop() {
        Some(shown) => Ok(shown),
        None => Err(Error::bad_request(format!("Opportunity with id {id} not found"))), // its contact has just gone
    }
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let body = wire::create(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let made = service::create(tx, &cx, &here, &body.contact_id, &body.fields)?;
        beside(tx, &here, made)
    };
    let trace_id = request.trace_id.clone();
    let wrap = move |made: Shown| Reply::created(&json!({ "opportunity": made.body(), "traceId": trace_id }));
    request.write(work, wrap).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let id = request.path(0).to_owned();
    let work = move |tx: &mut Tx<'_>| {
        let found = service::get(tx, &here, &id)?;
        beside(tx, &here, found)
    };
    let found = request.app.world.store.read_by_key(work).await?;
    Ok(Reply::ok(&json!({ "opportunity": found.body(), "traceId": request.trace_id })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, wire::update(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| {
        let changed = service::update(tx, &cx, &here, &id, &fields)?;
        beside(tx, &here, changed)
    };
    let trace_id = request.trace_id.clone();
    let wrap =
        move |changed: Shown| Reply::ok(&json!({ "opportunity": changed.body(), "traceId": trace_id }));
    request.write(work, wrap).await
}

async fn upsert(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (which, fields) = wire::upsert(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let done = service::upsert(tx, &cx, &here, &which, &fields)?;
        Ok((beside(tx, &here, done.opportunity)?, done.new))
    };
    let trace_id = request.trace_id.clone();
    let wrap = move |(opportunity, new): (Shown, bool)| {
        Reply::ok(&json!({ "opportunity": opportunity.body(), "new": new, "traceId": trace_id }))
    };
    request.write(work, wrap).await
}

async fn set_status(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, wire::status(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &fields);
    let done = done(&request);
    request.write(work, move |_| done.clone()).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &cx, &here, &id);
    let done = done(&request);
    request.write(work, move |()| done.clone()).await
}

/// v3 has a second spelling beside the first.
fn done(request: &Request) -> Reply {
    match request.version {
        ApiVersion::V2 => Reply::ok(&json!({ "succeded": true, "traceId": request.trace_id })),
        ApiVersion::V3 => {
            Reply::ok(&json!({ "succeded": true, "success": true, "traceId": request.trace_id }))
        }
    }
}

async fn add_followers(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let ids = or_forbidden(&request, &here, wire::follower_ids(&request.json()?, true)).await?;
    let change = FollowerChange::Add(ids);
    followers(request, here, change, StatusCode::CREATED, "followersAdded").await
}

async fn remove_followers(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let mut query = Fields::of_query(&request.query);
    let all = query.flag("isRemoveAllFollowers").unwrap_or(false);
    let read = query.finish().and_then(|()| wire::follower_ids(&request.json()?, !all));
    let ids = or_forbidden(&request, &here, read).await?;
    let change = if all { FollowerChange::RemoveAll } else { FollowerChange::Remove(ids) };
    followers(request, here, change, StatusCode::OK, "followersRemoved").await
}

/// Changes who follows; `named` is what the changed ones are called.
async fn followers(
    request: Request,
    here: LocationScope,
    change: FollowerChange,
    status: StatusCode,
    named: &'static str,
) -> Result<Reply, Error> {
    let (cx, id, trace_id) = (request.cx(), request.path(0).to_owned(), request.trace_id.clone());
    let work = move |tx: &mut Tx<'_>| service::change_followers(tx, &cx, &here, &id, &change);
    let wrap = move |done: service::Followed| {
        Reply::json(status, &json!({ "followers": done.followers, named: done.changed, "traceId": trace_id }))
    };
    request.write(work, wrap).await
}
