//! `/developer/workflows`: workflows with their counters, what their runs did, and trying them. For administrators of the
//! agency, who see it of all of its locations.

mod graph;
mod trying;

use http::StatusCode;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::definition::Definition;
use super::routes::seeing;
use super::runs::{self, Filter, STATUSES};
use super::{counts, replay, service, sql, trials, wire};
use crate::http::{Query, Reply, Request, Route, get, page, post, redirect, sign_in_first};
use crate::locations::{self, Search};
use crate::tenant::{CompanyScope, LocationScope};

/// Locations in the form, and workflows in the list.
const MOST: i64 = 500;
/// Runs of a page.
const SIZE: i64 = 50;
/// Tests of triggers on a workflow's page.
const TRIALS: i64 = 10;
/// What narrows the runs.
const NARROWS: [&str; 3] = ["status", "contactId", "stepId"];
/// Steps of a run's page.
const STEPS: i64 = 500;

/// The pages.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/developer/workflows", list),
        get("/developer/workflows/{workflowId}", one),
        get("/developer/workflows/{workflowId}/dry-run", trying::form),
        post("/developer/workflows/{workflowId}/dry-run", trying::tried),
        get("/developer/workflows/{workflowId}/runs/{runId}", run),
        post("/developer/workflows/{workflowId}/runs/{runId}", again),
    ]
}

/// The agency of the administrator who looks, or where they are led to instead.
fn admin(request: &Request) -> Result<Result<CompanyScope, Reply>, Error> {
    match &request.visitor {
        Some(visitor) => visitor.agency_admin().map(Ok),
        None => Ok(Err(sign_in_first(request))),
    }
}

/// The workflow that the path names, and the location of the agency whose it is.
fn asked(request: &Request) -> Result<Id<id::Workflow>, Error> {
    Id::parse(request.path(0)).ok_or_else(|| missing(request.path(0)))
}

fn missing(id: &str) -> Error {
    Error::NotFound(format!("Workflow with id {id} not found"))
}

fn place(tx: &mut Tx<'_>, agency: &CompanyScope, id: &Id<id::Workflow>) -> Result<LocationScope, Error> {
    let location: Option<Id<id::Location>> =
        tx.query_opt(sql::LOCATION_OF, leadhold_store::params![agency.company_id(), id], |row| row.get(0))?;
    let here = match location {
        Some(location) => locations::of_company(tx, agency, &location)?,
        None => None,
    };
    here.ok_or_else(|| missing(id.as_str()))
}

async fn list(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let wanted = request.query.get("locationId").filter(|id| !id.is_empty()).map(str::to_owned);
    let look = move |tx: &mut Tx<'_>| {
        let search = Search { email: String::new(), newest_first: false, skip: 0, limit: MOST };
        let all = locations::search(tx, &agency, &search)?;
        let chosen = wanted.clone().or_else(|| all.first().map(|first| first.id.to_string()));
        let mut shown = Vec::new();
        if let Some(id) = &chosen {
            let here = locations::belonging(tx, &agency, id)?;
            for workflow in service::list(tx, &here)?.iter().rev().take(500) {
                let mut one = wire::summary(workflow);
                one["runs"] = counts::runs_of(tx, &here, &workflow.id, None)?;
                shown.push(one);
            }
        }
        let all: Vec<Value> = all.iter().map(|one| json!({"id": one.id, "name": one.name})).collect();
        Ok::<_, Error>(json!({"locations": all, "location": chosen, "workflows": shown}))
    };
    let given = request.app.world.store.read(look).await?;
    page(&request, StatusCode::OK, "workflows.html", given)
}

async fn one(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (id, query) = (asked(&request)?, request.query.clone());
    let look = move |tx: &mut Tx<'_>| {
        let here = place(tx, &agency, &id)?;
        let whole = service::get(tx, &here, &id)?;
        let version = whole.workflow.published_version.unwrap_or(whole.workflow.version);
        let json = service::version(tx, &here, &id, version)?.unwrap_or_default();
        let (definition, faults) = match Definition::draft(&json) {
            Ok((definition, _)) => (Some(definition), Vec::new()),
            Err(faults) => (None, faults),
        };
        let counts = counts::of(tx, &here, &id, None)?;
        let drawn = definition.as_ref().map(graph::draw).map(serde_json::to_value);
        let faults: Vec<String> =
            faults.iter().map(|fault| format!("{}: {}", fault.at, fault.message)).collect();
        let steps = definition.iter().flat_map(|definition| &definition.steps);
        let steps = steps.map(|step| {
            let link = link(id.as_str(), &[("stepId", &step.id)]);
            json!({"id": step.id, "kind": step.kind, "counts": counts["steps"].get(&step.id), "link": link})
        });
        let steps: Vec<Value> = steps.collect();
        let (filter, before) = narrowed(&query);
        let trials = trials::list(tx, &here, &id, filter.contact.as_deref(), i64::MAX, TRIALS)?;
        let mut why = wire::why(&whole.workflow, &trials, &[], TRIALS);
        why["trials"].as_array_mut().into_iter().flatten().for_each(plain);
        let found = runs::list(tx, &here, &id, &filter, (before.0, &before.1), SIZE)?;
        let older = found.last().filter(|_| i64::try_from(found.len()) == Ok(SIZE));
        let older = older.map(|last| {
            let at = last.started_at.millis().to_string();
            let narrowed = NARROWS.map(|name| (name, query.get(name).unwrap_or_default()));
            let after = [("startAfter", at.as_str()), ("startAfterId", last.id.as_str())];
            link(id.as_str(), &[narrowed.as_slice(), &after].concat())
        });
        Ok::<_, Error>(json!({
            "workflow": wire::whole(&whole), "shown": version, "graph": drawn.transpose().map_err(Error::internal)?,
            "steps": steps, "counts": counts, "faults": faults,
            "runs": found.iter().map(wire::run).collect::<Vec<_>>(), "older": older,
            "filter": {"status": query.get("status"), "contactId": query.get("contactId"), "stepId": query.get("stepId")},
            "filtered": NARROWS.iter().any(|name| query.get(name).is_some_and(|text| !text.is_empty())),
            "statuses": STATUSES, "trials": why["trials"],
        }))
    };
    let given = request.app.world.store.read(look).await?;
    page(&request, StatusCode::OK, "workflow.html", given)
}

/// Which runs the form asks for. What it does not know asks for nothing.
fn narrowed(query: &Query) -> (Filter, (Timestamp, String)) {
    let text = |name: &str| {
        let given = query.get(name).map(str::trim).filter(|text| !text.is_empty() && text.len() <= 200);
        given.filter(|text| !text.contains('\0')).map(str::to_owned)
    };
    let status = text("status").and_then(|text| STATUSES.iter().find(|status| **status == text).copied());
    let filter = Filter { status, contact: text("contactId"), step: text("stepId"), ..Filter::default() };
    let at = query.get("startAfter").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    (filter, (Timestamp(at), text("startAfterId").unwrap_or_default()))
}

/// The workflow's page, with these fields of the query.
fn link(id: &str, query: &[(&str, &str)]) -> String {
    let path = format!("/developer/workflows/{id}?");
    let length = path.len();
    let mut text = form_urlencoded::Serializer::for_suffix(path, length);
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    text.finish()
}

async fn run(request: Request) -> Result<Reply, Error> {
    match admin(&request)? {
        Ok(agency) => sheet(&request, agency, StatusCode::OK, Vec::new()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

async fn sheet(
    request: &Request,
    agency: CompanyScope,
    status: StatusCode,
    faults: Vec<String>,
) -> Result<Reply, Error> {
    let (workflow, id) = (asked(request)?, run_id(request)?);
    let after = request.query.get("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let look = move |tx: &mut Tx<'_>| {
        let here = place(tx, &agency, &workflow)?;
        let mut run = seeing::shown(tx, &here, &id, after, STEPS)?;
        if run["workflowId"].as_str() != Some(workflow.as_str()) {
            return Err(runs::missing(id.as_str()));
        }
        pretty(&mut run);
        let whole = service::get(tx, &here, &workflow)?;
        let version = run["version"].as_i64().unwrap_or(0);
        let definition = service::version(tx, &here, &workflow, version)?.unwrap_or_default();
        let steps = definition["steps"].as_array().cloned().unwrap_or_default();
        let steps: Vec<Value> = steps.iter().map(|step| step["id"].clone()).collect();
        Ok::<_, Error>(json!({"run": run, "workflow": wire::summary(&whole.workflow), "steps": steps}))
    };
    let mut given = request.app.world.store.read(look).await?;
    given["faults"] = json!(faults);
    given["begun"] = json!(request.query.get("done") == Some("replay"));
    page(request, status, "workflow_run.html", given)
}

/// What the filters were tested against, as text.
fn plain(tested: &mut Value) {
    for filter in tested["filters"].as_array_mut().into_iter().flatten() {
        filter["left"] = filter["left"].to_string().into();
    }
}

/// What steps were given and brought, as people read JSON.
fn pretty(run: &mut Value) {
    let indented = |value: &Value| match value {
        Value::Null => Value::Null,
        value => serde_json::to_string_pretty(value).unwrap_or_default().into(),
    };
    if run["triggerData"].is_object() {
        run["triggerData"] = indented(&run["triggerData"]);
    }
    for step in run["steps"].as_array_mut().into_iter().flatten() {
        for name in ["input", "output"] {
            step[name] = indented(&step[name]);
        }
    }
}

fn run_id(request: &Request) -> Result<Id<id::Run>, Error> {
    Id::parse(request.path(1)).ok_or_else(|| runs::missing(request.path(1)))
}

async fn again(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (workflow, id) = (asked(&request)?, run_id(&request)?);
    let from = Query::parse(&request.body).get("from").filter(|from| !from.is_empty()).map(str::to_owned);
    let (cx, of, back) = (request.cx(), agency.clone(), workflow.clone());
    let work = move |tx: &mut Tx<'_>| {
        let here = place(tx, &of, &workflow)?;
        replay::begin(tx, &cx, &here, &id, from.as_deref())
    };
    let wrap =
        move |run: super::Run| redirect(&format!("/developer/workflows/{back}/runs/{}?done=replay", run.id));
    match request.write(work, wrap).await {
        Err(Error::Validation(faults)) => {
            sheet(&request, agency, StatusCode::UNPROCESSABLE_ENTITY, faults).await
        }
        Err(conflict @ Error::Conflict(_)) => {
            sheet(&request, agency, StatusCode::CONFLICT, vec![conflict.client_message()]).await
        }
        other => other,
    }
}
