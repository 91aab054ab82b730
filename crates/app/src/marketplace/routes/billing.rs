//! `/marketplace/billing/charges…` and the wallets that they are paid from.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::Tx;
use serde_json::json;

use super::super::charges::{self, ChargeFilter};
use super::super::{Money, wire};
use super::app_of_caller;
use crate::http::caller::Caller;
use crate::http::{Reply, Request};
use crate::locations;

pub(super) async fn charge(request: Request) -> Result<Reply, Error> {
    let body = wire::charge(&request.json()?)?;
    let here = request.caller()?.location(Some(&body.location_id))?;
    app_of_caller(&request, body.new.app.as_str())?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| charges::charge(tx, &cx, &here, &body.new);
    request.write(work, |made| Reply::created(&json!({ "success": true, "chargeId": made.id }))).await
}

/// A location's charges; to an app, those that it made.
pub(super) async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let asked = wire::charge_list(&request.query)?;
    let (skip, limit) = (asked.skip, asked.limit);
    let filter = ChargeFilter { app: own_app(request.caller()?), ..asked.filter };
    let location = here.clone();
    let (charges, count) =
        request.app.world.store.read(move |tx| charges::list(tx, &location, &filter, (skip, limit))).await?;
    let shown: Vec<_> = charges.iter().map(|charge| wire::shown_charge(charge, &here)).collect();
    let pagination = json!({ "total": count, "skip": skip, "limit": limit });
    Ok(Reply::ok(&json!({ "charges": shown, "count": count, "pagination": pagination })))
}

pub(super) async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (app, id, location) = (own_app(request.caller()?), request.path(0).to_owned(), here.clone());
    let charge =
        request.app.world.store.read(move |tx| charges::get(tx, &location, app.as_ref(), &id)).await?;
    Ok(Reply::ok(&wire::shown_charge(&charge, &here)))
}

pub(super) async fn refund(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (app, id, cx) = (own_app(request.caller()?), request.path(0).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| charges::refund(tx, &cx, &here, app.as_ref(), &id);
    request.write(work, |_| Reply::ok(&json!({ "success": true }))).await
}

pub(super) async fn has_funds(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let balance = request.app.world.store.read(move |tx| charges::balance(tx, &here)).await?;
    Ok(Reply::ok(&json!({ "hasFunds": balance > Money::default() })))
}

pub(super) async fn wallet(request: Request) -> Result<Reply, Error> {
    let (caller, asked) = (request.caller()?.clone(), request.path(0).to_owned());
    let shown = request
        .app
        .world
        .store
        .read(move |tx| {
            let here = locations::reachable(tx, &caller, &asked)?;
            Ok::<_, Error>(wire::shown_wallet(&here, charges::balance(tx, &here)?))
        })
        .await?;
    Ok(Reply::ok(&shown))
}

/// Sets a wallet's balance: what its location pays for is between it and its agency.
pub(super) async fn fill_wallet(request: Request) -> Result<Reply, Error> {
    let balance = wire::wallet(&request.json()?)?;
    let (caller, asked, cx) = (request.caller()?.clone(), request.path(0).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let here = locations::reachable(tx, &caller, &asked)?;
        charges::fill_wallet(tx, &cx, &here, balance)?;
        Ok(wire::shown_wallet(&here, balance))
    };
    request.write(work, |shown| Reply::ok(&shown)).await
}

fn own_app(caller: &Caller) -> Option<Id<id::App>> {
    caller.app.as_ref().map(|app| app.app_id.clone())
}
