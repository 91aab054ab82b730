//! `/leadhold/v1/webhooks/subscriptions`: for an agency's developers with the scopes of their apps, and for an app with the
//! token of an install, which sees that install's alone.

use std::sync::Arc;

use leadhold_kernel::{Error, Scope};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::find::{Holder, List};
use super::model::{NewSubscription, Subscription};
use super::wire::{self, Shown};
use super::{Enabled, secret_of};
use crate::http::caller::{forbidden_resource, scope_refused};
use crate::http::{Reply, Request, Route, delete, get, patch, post};
use crate::locations;
use crate::marketplace::Place;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/webhooks/subscriptions", list),
        post("/leadhold/v1/webhooks/subscriptions", create),
        get("/leadhold/v1/webhooks/subscriptions/{subscriptionId}", read),
        patch("/leadhold/v1/webhooks/subscriptions/{subscriptionId}", change),
        delete("/leadhold/v1/webhooks/subscriptions/{subscriptionId}", remove),
        post("/leadhold/v1/webhooks/subscriptions/{subscriptionId}/enable", enable),
        post("/leadhold/v1/webhooks/subscriptions/{subscriptionId}/secret", rotate),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let holder = holder(&request, "apps.readonly")?;
    let page = wire::page(&request.query)?;
    let size = usize::try_from(page.limit).unwrap_or(0);
    let one_more = List { limit: page.limit + 1, ..page };
    let found = request.app.world.store.read(move |tx| super::list(tx, &holder, &one_more)).await;
    let mut found = found?;
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| last.id.clone());
    let shown: Vec<_> = found.iter().map(Shown::from).collect();
    Ok(Reply::ok(&json!({ "subscriptions": shown, "next": next })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let holder = holder(&request, "apps.write")?;
    let own = match &holder {
        Holder::Developer(_) => None,
        Holder::App { app_id, .. } => Some(app_id.to_string()),
    };
    let asked = wire::new(&request.json()?, own.is_none())?;
    let (cx, wrap) = (request.cx(), with_secret(&request, Reply::created));
    let app = asked.app_id.clone().or(own).unwrap_or_default();
    let work = move |tx: &mut Tx<'_>| {
        let place = match (&holder, &asked.location_id, &asked.company_id) {
            (Holder::Developer(owner), Some(location), _) => {
                Some(Place::Location(locations::belonging(tx, owner, location)?))
            }
            (Holder::Developer(owner), None, Some(_)) => Some(Place::Company(owner.clone())),
            _ => None, // an app's own is where its token is for
        };
        super::create(tx, &cx, &holder, &app, &NewSubscription { place, ..asked.new.clone() })
    };
    request.write(work, wrap).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (holder, id) = (holder(&request, "apps.readonly")?, request.path(0).to_owned());
    let found = request.app.world.store.read(move |tx| super::get(tx, &holder, &id)).await?;
    Ok(shown(&found))
}

async fn change(request: Request) -> Result<Reply, Error> {
    let (holder, id) = (holder(&request, "apps.write")?, request.path(0).to_owned());
    let (changes, cx) = (wire::changes(&request.json()?)?, request.cx());
    let work = move |tx: &mut Tx<'_>| super::change(tx, &cx, &holder, &id, &changes);
    request.write(work, |changed| shown(&changed)).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (holder, id) = (holder(&request, "apps.write")?, request.path(0).to_owned());
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| super::delete(tx, &cx, &holder, &id);
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

async fn enable(request: Request) -> Result<Reply, Error> {
    let (holder, id) = (holder(&request, "apps.write")?, request.path(0).to_owned());
    let (replay, cx) = (wire::replay(&request.json()?)?, request.cx());
    let work = move |tx: &mut Tx<'_>| super::enable(tx, &cx, &holder, &id, replay);
    let wrap = |done: Enabled| {
        Reply::ok(&json!({ "subscription": Shown::from(&done.subscription), "replays": done.replays }))
    };
    request.write(work, wrap).await
}

async fn rotate(request: Request) -> Result<Reply, Error> {
    let (holder, id) = (holder(&request, "apps.write")?, request.path(0).to_owned());
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| super::rotate_secret(tx, &cx, &holder, &id);
    request.write(work, with_secret(&request, Reply::ok)).await
}

fn shown(subscription: &Subscription) -> Reply {
    Reply::ok(&json!({ "subscription": Shown::from(subscription) }))
}

/// With the secret, which is shown this once.
fn with_secret(
    request: &Request,
    reply: fn(&Value) -> Reply,
) -> impl Fn((Subscription, String)) -> Reply + Send + 'static {
    let seal = Arc::clone(&request.app.world.seal);
    move |(subscription, salt)| {
        let secret = secret_of(&seal, &subscription.id, &salt).shown();
        reply(&json!({ "subscription": Shown::from(&subscription), "secret": secret }))
    }
}

/// An app's own token needs no scope: what it is told is bounded by the install's. Everybody else needs those of apps.
fn holder(request: &Request, scope: &str) -> Result<Holder, Error> {
    let caller = request.caller()?;
    let place = |asked: Option<&str>| match &caller.location_id {
        Some(_) => caller.location(asked).map(Place::Location),
        None => caller.company(None).map(Place::Company),
    };
    match &caller.app {
        Some(app) => Ok(Holder::App { app_id: app.app_id.clone(), place: place(None)? }),
        None if caller.location_id.is_some() => Err(forbidden_resource()),
        None if !Scope::parse(scope).is_some_and(|scope| caller.scopes.contains(scope)) => {
            Err(scope_refused())
        }
        None => caller.company(None).map(Holder::Developer),
    }
}
