//! `/leadhold/v1/apps/{appId}/listeners`: for `leadhold listen`, with a credential of the app's own agency.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use leadhold_kernel::{Error, EventKind};
use leadhold_store::{Tx, params};
use serde_json::{Map, Value, json};

use super::{Due, Listener, due, ensure, find, of_app, remove, report, sql, waiting};
use crate::http::fields::Fields;
use crate::http::standstill::Standstill;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::oauth::apps;
use crate::tenant::CompanyScope;
use crate::webhook_keys::KeyRing;
use crate::webhooks::deliver;
use crate::webhooks::standard::Message;

/// How often a machine that waits is looked after, beside the hints that it gets.
const LOOK: Duration = Duration::from_millis(200);
/// How exactly it is known when a listener last asked, in milliseconds.
const SEEN: i64 = 60_000;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    const ONE: &str = "/leadhold/v1/apps/{appId}/listeners/{listenerName}";
    vec![
        get("/leadhold/v1/apps/{appId}/listeners", list),
        put(ONE, begin),
        delete(ONE, end),
        get("/leadhold/v1/apps/{appId}/listeners/{listenerName}/deliveries", ask),
        post("/leadhold/v1/apps/{appId}/listeners/{listenerName}/attempts", report),
    ]
}

/// The listener that the path names, of one of the agency's apps.
fn named(tx: &mut Tx<'_>, owner: &CompanyScope, app: &str, name: &str) -> Result<Listener, Error> {
    let app = apps::get(tx, owner, app)?;
    find(tx, &app.id, name)?
        .ok_or_else(|| Error::NotFound(format!("The app has no listener with the name {name}.")))
}

/// The listener that the path names; before a body is looked at, a stranger learns that there is none for them.
async fn known(request: &Request) -> Result<Listener, Error> {
    let owner = request.caller()?.company(None)?;
    let (app, name) = (request.path(0).to_owned(), request.path(1).to_owned());
    request.app.world.store.read(move |tx| named(tx, &owner, &app, &name)).await
}

async fn list(request: Request) -> Result<Reply, Error> {
    let (owner, app) = (request.caller()?.company(None)?, request.path(0).to_owned());
    let found = request.app.world.store.read(move |tx| {
        let app = apps::get(tx, &owner, &app)?;
        let all = of_app(tx, &app.id)?;
        all.into_iter().map(|one| Ok((waiting(tx, &one)?, one))).collect::<Result<Vec<_>, Error>>()
    });
    let shown: Vec<_> = found.await?.iter().map(|(waiting, one)| shown(one, *waiting)).collect();
    Ok(Reply::ok(&json!({ "listeners": shown })))
}

/// Makes the listener, or goes on with it. `{"events": ["ContactCreate"]}`; without `events` it hears all.
async fn begin(request: Request) -> Result<Reply, Error> {
    let (owner, cx) = (request.caller()?.company(None)?, request.cx());
    let (app, name) = (request.path(0).to_owned(), name(&request)?);
    let kinds = kinds(&request.json()?)?;
    let work = move |tx: &mut Tx<'_>| {
        let app = apps::get(tx, &owner, &app)?;
        let listener = ensure(tx, &cx, &app.id, &name, kinds.as_deref())?;
        Ok((waiting(tx, &listener)?, listener))
    };
    request.write(work, |(waiting, one)| Reply::ok(&json!({ "listener": shown(&one, waiting) }))).await
}

fn name(request: &Request) -> Result<String, Error> {
    let name = request.path(1);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !name.is_empty() && name.len() <= 64 && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err(Error::field("the name must be 1 to 64 letters, digits, dashes, dots and underscores")),
    }
}

fn kinds(body: &Map<String, Value>) -> Result<Option<Vec<String>>, Error> {
    let mut fields = Fields::of_body(body);
    let names = fields.texts("events");
    for name in names.iter().flatten() {
        if !EventKind::parse(name).is_some_and(apps::is_chosen) {
            fields.fault_of_each("events", &format!("must be an event that apps can choose; {name} is none"));
        }
    }
    if names.as_ref().is_some_and(Vec::is_empty) {
        fields.fault("events", "must name an event, or be left out to hear all");
    }
    fields.finish()?;
    Ok(names)
}

async fn end(request: Request) -> Result<Reply, Error> {
    let owner = request.caller()?.company(None)?;
    let (app, name) = (request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| {
        let listener = named(tx, &owner, &app, &name)?;
        remove(tx, &listener).map_err(Error::from)
    };
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

/// What is due, in order, each signed now: at once, or when there is something within `wait` seconds (0 to 20).
async fn ask(request: Request) -> Result<Reply, Error> {
    let listener = known(&request).await?;
    let mut fields = Fields::of_query(&request.query);
    let wait = fields.integer("wait", 0, 20).unwrap_or(0);
    let limit = fields.integer("limit", 1, 100).unwrap_or(50);
    fields.declare("companyId");
    fields.finish()?;
    let world = &request.app.world;
    let (now, seen) = (world.clock.now(), listener.clone());
    if now.millis() - listener.seen_at.millis() > SEEN {
        world.store.write(move |tx| tx.exec(sql::SEEN, params![&seen.id, now])).await.map_err(Error::from)?;
    }
    let mut left = Duration::from_secs(u64::try_from(wait).unwrap_or(0));
    loop {
        let (now, listener) = (world.clock.now(), listener.clone());
        let found = world.store.read(move |tx| due(tx, &listener, now, limit).map_err(Error::from)).await?;
        if !found.is_empty() || left.is_zero() {
            let mut deliveries = Vec::new();
            for one in &found {
                deliveries.push(handed_out(one, &world.keys, now.millis() / 1000).await);
            }
            return Ok(Reply::ok(&json!({ "deliveries": deliveries })));
        }
        left = left.saturating_sub(LOOK);
        if Standstill::wanted_within(request.app.standstill.as_ref(), LOOK).await {
            left = Duration::ZERO; // somebody waits for all requests to end
        }
    }
}

async fn handed_out(due: &Due, keys: &KeyRing, seconds: i64) -> Value {
    let message = Message { id: &due.event, seconds, body: &due.body };
    let signed = deliver::signed(keys, &[], &message, &[]).await;
    let text = |value: &HeaderValue| value.to_str().map(Value::from).ok();
    let headers: Map<String, Value> =
        signed.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?))).collect();
    json!({
        "id": due.delivery, "type": due.kind, "webhookId": due.event, "number": due.number, "headers": headers,
        "bodyBase64": STANDARD.encode(&due.body), "createdAt": due.made_at.iso(),
    })
}

/// `{"attempts": [{"deliveryId": …, "number": 1, "status": 200, "tookMillis": 12}]}`; `error` where there was no answer.
async fn report(request: Request) -> Result<Reply, Error> {
    let (owner, cx) = (request.caller()?.company(None)?, request.cx());
    let (app, name) = (request.path(0).to_owned(), request.path(1).to_owned());
    known(&request).await?;
    let reports = report::read(&request.json()?)?;
    let jitter = request.app.world.random.below(super::super::backoff::JITTER);
    let work = move |tx: &mut Tx<'_>| {
        let listener = named(tx, &owner, &app, &name)?;
        let mut recorded = 0;
        for report in &reports {
            recorded += i64::from(report::record(tx, &cx, &listener, report, jitter)?);
        }
        Ok(recorded)
    };
    request.write(work, |recorded| Reply::ok(&json!({ "recorded": recorded }))).await
}

fn shown(listener: &Listener, waiting: i64) -> Value {
    json!({
        "id": listener.id, "appId": listener.app_id, "name": listener.name, "events": listener.kinds,
        "waiting": waiting, "createdAt": listener.made_at.iso(), "seenAt": listener.seen_at.iso(),
    })
}
