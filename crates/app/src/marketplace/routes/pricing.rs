//! What apps cost, and what agencies add: `…/rebilling-config/…` and our own routes that set it.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::super::{Place, pricing, wire};
use super::{app_of_caller, install_at};
use crate::http::{Reply, Request};
use crate::tenant::CompanyScope;

/// What a location pays for the app.
pub(super) async fn rebilling_config(request: Request) -> Result<Reply, Error> {
    let app = app_of_caller(&request, request.path(0))?;
    let here = request.caller()?.location(Some(request.path(1)))?;
    let plans = request
        .app
        .world
        .store
        .read(move |tx| {
            install_at(tx, &Place::Location(here.clone()), &app)?;
            let markup = pricing::markup(tx, here.company_id(), &app)?;
            let subscription = wire::subscription_plans(&pricing::plans(tx, &app)?, markup);
            let usage = wire::usage_plans(&pricing::meters(tx, &app)?, markup);
            Ok::<_, Error>(json!({ "subscription": subscription, "usage": usage }))
        })
        .await?;
    Ok(Reply::ok(&json!({ "plans": plans })))
}

pub(super) async fn meters(request: Request) -> Result<Reply, Error> {
    shown(&request, |tx, owner, app| {
        pricing::require_owned(tx, owner, app)?;
        shown_meters(tx, app)
    })
    .await
}

pub(super) async fn set_meters(request: Request) -> Result<Reply, Error> {
    let (owner, app) = owner_and_app(&request)?;
    let meters = wire::meters(&request.json()?, request.app.world.random.as_ref())?;
    let work = move |tx: &mut Tx<'_>| {
        pricing::set_meters(tx, &owner, &app, &meters)?;
        shown_meters(tx, &app)
    };
    request.write(work, |shown| Reply::ok(&shown)).await
}

fn shown_meters(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Value, Error> {
    Ok(json!({ "meters": wire::usage_plans(&pricing::meters(tx, app)?, None) }))
}

pub(super) async fn plans(request: Request) -> Result<Reply, Error> {
    shown(&request, |tx, owner, app| {
        pricing::require_owned(tx, owner, app)?;
        shown_plans(tx, app)
    })
    .await
}

pub(super) async fn set_plans(request: Request) -> Result<Reply, Error> {
    let (owner, app) = owner_and_app(&request)?;
    let plans = wire::plans(&request.json()?, request.app.world.random.as_ref())?;
    let work = move |tx: &mut Tx<'_>| {
        pricing::set_plans(tx, &owner, &app, &plans)?;
        shown_plans(tx, &app)
    };
    request.write(work, |shown| Reply::ok(&shown)).await
}

fn shown_plans(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Value, Error> {
    Ok(json!({ "plans": wire::own_plans(&pricing::plans(tx, app)?) }))
}

pub(super) async fn rebilling(request: Request) -> Result<Reply, Error> {
    shown(&request, |tx, agency, app| {
        pricing::require_installed(tx, agency, app)?;
        let markup = pricing::markup(tx, agency.company_id(), app)?;
        Ok(json!({ "appId": app, "markupPercent": markup }))
    })
    .await
}

pub(super) async fn set_rebilling(request: Request) -> Result<Reply, Error> {
    let (agency, app) = owner_and_app(&request)?;
    let (percent, cx) = (wire::rebilling(&request.json()?)?, request.cx());
    let work = move |tx: &mut Tx<'_>| {
        pricing::set_markup(tx, &cx, &agency, &app, percent)?;
        Ok(json!({ "appId": app, "markupPercent": percent }))
    };
    request.write(work, |shown| Reply::ok(&shown)).await
}

/// The calling agency and the app of the path.
fn owner_and_app(request: &Request) -> Result<(CompanyScope, Id<id::App>), Error> {
    let owner = request.caller()?.company(None)?;
    let app = Id::parse(request.path(0)).ok_or_else(|| pricing::no_app(request.path(0)))?;
    Ok((owner, app))
}

async fn shown<F>(request: &Request, read: F) -> Result<Reply, Error>
where
    F: Fn(&mut Tx<'_>, &CompanyScope, &Id<id::App>) -> Result<Value, Error> + Send + 'static,
{
    let (owner, app) = owner_and_app(request)?;
    let shown = request.app.world.store.read(move |tx| read(tx, &owner, &app)).await?;
    Ok(Reply::ok(&shown))
}
