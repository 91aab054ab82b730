//! `/developer/webhooks`: what was delivered where, and sending it again. For administrators of the agency, who see it of all
//! of its locations.

use std::collections::HashMap;

use http::StatusCode;
use leadhold_kernel::{Error, ScopeSet, Timestamp};
use leadhold_store::{DbError, Tx};
use serde_json::{Map, Value, json};

use super::log::{self, Filter, Page, View, Whose, day};
use super::replays::{self, bulk, no_delivery};
use super::wire::{self, Detail, List};
use crate::http::fields::Fields;
use crate::http::{Query, Reply, Request, Route, get, page, post, redirect, sign_in_first};
use crate::oauth::apps;
use crate::requests;
use crate::tenant::CompanyScope;
use crate::webhook_keys;

/// What the form can filter by.
const FIELDS: &[&str] =
    &["state", "type", "appId", "locationId", "recordId", "webhookId", "subscriptionId", "from", "to"];
/// Rows of a page.
const SIZE: usize = 50;
/// A replay's confirmation counts up to here.
const COUNTED: i64 = 1000;

/// The pages.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/developer/webhooks", list),
        post("/developer/webhooks", replay_many),
        get("/developer/webhooks/{deliveryId}", one),
        post("/developer/webhooks/{deliveryId}", replay_one),
        get("/developer/webhooks/replays/{replayId}", progress),
    ]
}

/// What the person sees, or where they are led to instead.
fn view(request: &Request) -> Result<Result<(CompanyScope, View), Reply>, Error> {
    let Some(visitor) = &request.visitor else { return Ok(Err(sign_in_first(request))) };
    let agency = visitor.agency_admin()?;
    Ok(Ok((agency.clone(), View { whose: Whose::Agency(agency), app: None })))
}

async fn list(request: Request) -> Result<Reply, Error> {
    match view(&request)? {
        Ok((agency, view)) => sheet(&request, agency, view, &request.query, Vec::new()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// The list, narrowed as `asked` says; `faults` are those of what was tried before.
async fn sheet(
    request: &Request,
    agency: CompanyScope,
    view: View,
    asked: &Query,
    mut faults: Vec<String>,
) -> Result<Reply, Error> {
    let given = given(asked);
    let wanted = match wanted(asked, request.now) {
        Ok(wanted) => Some(wanted),
        Err(Error::Validation(found)) => {
            faults.extend(found);
            None
        }
        Err(other) => return Err(other),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let confirm = asked.get("confirm").is_some();
    let now = request.now;
    let look = move |tx: &mut Tx<'_>| {
        let names: HashMap<_, _> =
            apps::list(tx, &agency)?.into_iter().map(|app| (app.id.to_string(), app.name)).collect();
        let Some((filter, after)) = wanted.clone() else { return Ok::<_, Error>((names, None)) };
        let day = day::read(tx, agency.company_id(), filter.app_id.as_deref(), now)?;
        let filter_only = Page { after: None, filter: filter.clone(), limit: COUNTED + 1 };
        let count = if confirm { log::list(tx, &view, &filter_only)?.len() } else { 0 };
        let size = i64::try_from(SIZE).unwrap_or(0) + 1;
        let entries = log::list(tx, &view, &Page { after, filter, limit: size })?;
        Ok((names, Some((entries, day, count))))
    };
    let (names, found) = request.app.world.store.read(look).await?;
    let (entries, day, count) = found.unwrap_or_default();
    let shown = serde_json::to_value(List::of(entries, SIZE)).map_err(Error::internal)?;
    let link = |more: &[(&str, &str)]| link(&given, more);
    let older = shown["next"].as_str().map(|next| link(&[("after", next)]));
    let filtered = given.values().any(|value| value != "");
    let given = json!({
        "deliveries": shown["deliveries"], "filter": given, "filtered": filtered, "faults": faults, "older": older,
        "apps": names, "states": log::State::ALL.map(log::State::name), "day": day.shown(),
        "confirm": confirm && faults.is_empty(), "count": count, "counted": COUNTED,
        "confirm_link": link(&[("confirm", "replay")]), "cancel_link": link(&[]),
    });
    page(request, status, "webhooks.html", given)
}

/// The form's fields as they were filled in.
fn given(asked: &Query) -> Map<String, Value> {
    FIELDS.iter().map(|name| ((*name).to_owned(), asked.get(name).unwrap_or_default().into())).collect()
}

type Wanted = (Filter, Option<(Timestamp, String)>);

/// What the form asks for. Empty fields ask for nothing, and times may be so long ago.
fn wanted(asked: &Query, now: Timestamp) -> Result<Wanted, Error> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for name in FIELDS {
        let value = asked.get(name).unwrap_or_default().trim();
        let moment = Some(value).filter(|_| matches!(*name, "from" | "to"));
        match moment.and_then(|value| requests::moment(value, now)) {
            Some(at) => drop(text.append_pair(name, &at.iso())),
            None if value.is_empty() => {}
            None => drop(text.append_pair(name, value)),
        }
    }
    let query = Query::parse(text.finish().as_bytes());
    let mut fields = Fields::of_query(&query);
    let location_id = fields.text_within("locationId", 64).into_option();
    let filter = Filter { location_id, ..Filter::read(&mut fields) };
    let after = asked.get("after").map(wire::cursor);
    if after == Some(None) {
        fields.fault("after", "must be the link to older deliveries");
    }
    fields.finish()?;
    Ok((filter, after.flatten()))
}

/// The list narrowed as it is, and `more`.
fn link(given: &Map<String, Value>, more: &[(&str, &str)]) -> String {
    let path = String::from("/developer/webhooks?");
    let length = path.len();
    let mut text = form_urlencoded::Serializer::for_suffix(path, length);
    let filled = given.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    for (name, value) in filled.filter(|(_, value)| !value.is_empty()).chain(more.iter().copied()) {
        text.append_pair(name, value);
    }
    text.finish()
}

async fn replay_many(request: Request) -> Result<Reply, Error> {
    let (agency, view) = match view(&request)? {
        Ok(seen) => seen,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sent = Query::parse(&request.body);
    let filter = match wanted(&sent, request.now) {
        Ok((filter, _)) if !filter.is_empty() => filter,
        Ok(_) => {
            let fault = "Narrow the list first: nobody means to send everything again.".to_owned();
            return sheet(&request, agency, view, &sent, vec![fault]).await;
        }
        Err(Error::Validation(_)) => return sheet(&request, agency, view, &sent, Vec::new()).await,
        Err(other) => return Err(other),
    };
    let cx = request.cx();
    let wrap = |replay: bulk::Replay| redirect(&format!("/developer/webhooks/replays/{}", replay.id));
    request.write(move |tx| bulk::start(tx, &cx, &view, &filter), wrap).await
}

async fn one(request: Request) -> Result<Reply, Error> {
    match view(&request)? {
        Ok((_, view)) => detail(&request, view, StatusCode::OK, Vec::new()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

async fn detail(
    request: &Request,
    view: View,
    status: StatusCode,
    faults: Vec<String>,
) -> Result<Reply, Error> {
    let id = request.path(0).to_owned();
    let look = move |tx: &mut Tx<'_>| Ok((log::get(tx, &view, &id)?, webhook_keys::all(tx)?));
    let found = request.app.world.store.read(look).await;
    let (whole, keys) = found.map_err(|why: DbError| Error::from(why))?;
    let whole = whole.ok_or_else(|| no_delivery(request.path(0)))?;
    let shown = serde_json::to_value(Detail::of(whole, &ScopeSet::all(), &keys)).map_err(Error::internal)?;
    let slowest = shown["attempts"].as_array().into_iter().flatten();
    let slowest = slowest.filter_map(|attempt| attempt["tookMillis"].as_i64()).max().unwrap_or(0).max(1);
    let body = shown["body"].as_str().unwrap_or_default();
    let pretty = serde_json::from_str::<Value>(body).ok();
    let pretty = pretty.and_then(|value| serde_json::to_string_pretty(&value).ok());
    let given = json!({
        "delivery": shown, "slowest": slowest, "pretty": pretty, "faults": faults,
        "done": request.query.get("done") == Some("replay"),
    });
    page(request, status, "webhook.html", given)
}

async fn replay_one(request: Request) -> Result<Reply, Error> {
    let view = match view(&request)? {
        Ok((_, view)) => view,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (cx, id, seen) = (request.cx(), request.path(0).to_owned(), view.clone());
    let done = redirect(&format!("/developer/webhooks/{id}?done=replay"));
    let sent = request.write(move |tx| replays::one(tx, &cx, &seen, &id), move |_| done.clone()).await;
    match sent {
        Err(Error::Validation(faults)) => {
            detail(&request, view, StatusCode::UNPROCESSABLE_ENTITY, faults).await
        }
        other => other,
    }
}

async fn progress(request: Request) -> Result<Reply, Error> {
    let view = match view(&request)? {
        Ok((_, view)) => view,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let id = request.path(0).to_owned();
    let found = request.app.world.store.read(move |tx| bulk::get(tx, &view, &id)).await?;
    page(&request, StatusCode::OK, "webhook_replay.html", wire::progress(&found))
}
