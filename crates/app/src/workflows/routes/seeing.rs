//! What was made and what came of it: versions, runs with their steps, counters.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use serde_json::{Value, json};

use super::workflow_id;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, get};
use crate::tenant::LocationScope;
use crate::workflows::runs::{self, Filter, STATUSES};
use crate::workflows::{counts, replay, service, trials, wire};

/// The most runs, steps or versions in one answer.
const MOST: i64 = 500;
/// The longest id that is asked for.
const LONGEST: usize = 200;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/workflows/{workflowId}/versions", versions),
        get("/leadhold/v1/workflows/{workflowId}/versions/{number}", version),
        get("/leadhold/v1/workflows/{workflowId}/counts", count),
        get("/leadhold/v1/workflows/{workflowId}/runs", list),
        get("/leadhold/v1/workflows/{workflowId}/why", why),
        get("/leadhold/v1/runs/{runId}", read),
    ]
}

/// Newest first; `before` is the last version of the page before.
async fn versions(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let limit = number(&request, "limit", 100, MOST)?;
    let before = number(&request, "before", i64::MAX, i64::MAX)?;
    let found = request.app.world.store.read(move |tx| {
        let workflow = service::get(tx, &here, &id)?.workflow;
        Ok::<_, Error>((service::versions(tx, &here, &id, before, limit)?, workflow))
    });
    let (versions, workflow) = found.await?;
    let shown = versions.iter().map(|(version, made_at)| {
        let published = workflow.published_version == Some(*version);
        json!({"version": version, "madeAt": made_at.iso(), "published": published})
    });
    Ok(Reply::ok(&json!({"versions": shown.collect::<Vec<_>>()})))
}

async fn version(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let missing = || Error::NotFound(format!("The workflow has no version {}", request.path(1)));
    let number: i64 = request.path(1).parse().map_err(|_| missing())?;
    let found = request.app.world.store.read(move |tx| {
        service::get(tx, &here, &id)?;
        service::version(tx, &here, &id, number)
    });
    let mut definition = found.await?.ok_or_else(missing)?;
    if let Some(map) = definition.as_object_mut() {
        map.insert("version".to_owned(), number.into());
    }
    Ok(Reply::ok(&json!({"workflow": definition})))
}

/// Of all versions together, or of the one that `version` names.
async fn count(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let version = Some(number(&request, "version", 0, i64::MAX)?).filter(|version| *version > 0);
    let found = request.app.world.store.read(move |tx| {
        service::get(tx, &here, &id)?;
        counts::of(tx, &here, &id, version)
    });
    Ok(Reply::ok(&found.await?))
}

/// Which triggers of a workflow were tested lately, for one contact or for everybody, with which values, and what came of
/// it; newest first. `before` is the last one's `number`.
async fn why(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let limit = number(&request, "limit", 20, MOST)?;
    let before = number(&request, "before", i64::MAX, i64::MAX)?;
    let contact = request.query.get("contactId").map(str::to_owned);
    if contact.as_ref().is_some_and(|contact| contact.contains('\0')) {
        return Err(Error::field("contactId must be the id of a contact"));
    }
    let found = request.app.world.store.read(move |tx| {
        let workflow = service::get(tx, &here, &id)?.workflow;
        let trials = trials::list(tx, &here, &id, contact.as_deref(), before, limit)?;
        let active = match &contact {
            Some(contact) => service::runs_of_contact(tx, &here, &id, contact)?,
            None => Vec::new(),
        };
        Ok::<_, Error>(wire::why(&workflow, &trials, &active, limit))
    });
    Ok(Reply::ok(&found.await?))
}

/// Newest first. `startAfter` and `startAfterId` are the last run's `startedAt` in milliseconds and `id`.
async fn list(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, workflow_id(&request)?);
    let limit = number(&request, "limit", 20, MOST)?;
    let filter = filter(&request)?;
    let before = Timestamp(number(&request, "startAfter", i64::MAX, i64::MAX)?);
    let before_id = request.query.get("startAfterId").unwrap_or_default().to_owned();
    if before_id.contains('\0') {
        return Err(Error::field("startAfterId must be the id of a run"));
    }
    let found = request.app.world.store.read(move |tx| {
        let workflow = service::get(tx, &here, &id)?.workflow;
        runs::list(tx, &here, &workflow.id, &filter, (before, &before_id), limit)
    });
    let found = found.await?;
    let last = found.last().filter(|_| i64::try_from(found.len()).is_ok_and(|count| count == limit));
    let next = last.map(|run| json!({"startAfter": run.started_at.millis(), "startAfterId": run.id}));
    let shown: Vec<Value> = found.iter().map(wire::run).collect();
    Ok(Reply::ok(&json!({"runs": shown, "next": next})))
}

/// What `status`, `contactId`, `version`, `stepId`, `from` and `to` ask for.
fn filter(request: &Request) -> Result<Filter, Error> {
    let mut fields = Fields::of_query(&request.query);
    fields.ignore_undeclared();
    let filter = Filter {
        status: fields.one_of("status", STATUSES),
        contact: fields.text_within("contactId", LONGEST).into_option(),
        version: fields.integer("version", 1, i64::MAX),
        step: fields.text_within("stepId", LONGEST).into_option(),
        from: fields.moment("from").into_option(),
        to: fields.moment("to").into_option(),
    };
    fields.finish()?;
    Ok(filter)
}

/// A run with its steps; `after` and `limit` page through a long one by the steps' numbers.
async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let id = run_id(&request)?;
    let limit = number(&request, "limit", 200, MOST)?;
    let after = number(&request, "after", 0, i64::MAX)?;
    let look = move |tx: &mut leadhold_store::Tx<'_>| shown(tx, &here, &id, after, limit);
    Ok(Reply::ok(&json!({"run": request.app.world.store.read(look).await?})))
}

/// A run with those of its steps that come after visit number `after`, at most `limit` of them.
///
/// # Errors
/// 404 when there is no such run.
pub(in crate::workflows) fn shown(
    tx: &mut leadhold_store::Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Run>,
    after: i64,
    limit: i64,
) -> Result<Value, Error> {
    let run = runs::find(tx, here, id)?.ok_or_else(|| runs::missing(id.as_str()))?;
    let mut steps = runs::steps(tx, here, id, after, limit + 1)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = steps.len() > most;
    steps.truncate(most);
    let mut shown = wire::run_with_steps(&run, &steps, more);
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(replay::of(tx, here, id)?);
    }
    Ok(shown)
}

/// The run that the path names.
///
/// # Errors
/// 404 when it can be none's id.
pub(super) fn run_id(request: &Request) -> Result<Id<id::Run>, Error> {
    Id::parse(request.path(0)).ok_or_else(|| runs::missing(request.path(0)))
}

fn number(request: &Request, name: &str, absent: i64, most: i64) -> Result<i64, Error> {
    let Some(text) = request.query.get(name) else { return Ok(absent) };
    match text.trim().parse::<i64>() {
        Ok(number) if (0..=most).contains(&number) && (name != "limit" || number > 0) => Ok(number),
        _ => Err(Error::field(format!("{name} must be a whole number, at most {most}"))),
    }
}
