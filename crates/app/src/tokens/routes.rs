//! `/leadhold/v1/tokens`: an agency manages its tokens and its locations', a location its own.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::model::{Manager, Owner, Token};
use super::wire::{self, Shown};
use super::{edit, get as find, issue, list as list_all, revoke, rotate};
use crate::http::caller::no_access;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::locations;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/tokens", list),
        post("/leadhold/v1/tokens", create),
        get("/leadhold/v1/tokens/{tokenId}", read),
        put("/leadhold/v1/tokens/{tokenId}", update),
        delete("/leadhold/v1/tokens/{tokenId}", remove),
        post("/leadhold/v1/tokens/{tokenId}/rotate", replace),
    ]
}

/// Those that work; an agency may ask for one location's.
async fn list(request: Request) -> Result<Reply, Error> {
    let who = manager(&request)?.who;
    let (only, now) = (request.query.get("locationId").map(str::to_owned), request.now);
    let found = request.app.world.store.read(move |tx| {
        let who = owner(tx, &who, only.as_deref())?;
        Ok::<_, Error>(list_all(tx, &who)?)
    });
    let working = found.await?.into_iter().filter(|token| token.works_at(now));
    Ok(Reply::ok(&json!({ "tokens": working.map(Shown::from).collect::<Vec<_>>() })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let (manager, cx) = (manager(&request)?, request.cx());
    let new = wire::new(&request.json()?)?;
    let work = move |tx: &mut Tx<'_>| {
        let owner = owner(tx, &manager.who, new.location_id.as_deref())?;
        let issued = issue(tx, &cx, &manager, &owner, new.kind, &new.name, new.scopes)?;
        Ok((find(tx, &owner, issued.id.as_str())?, issued.secret))
    };
    request.write(work, |(token, secret)| Reply::created(&shown_once(token, &secret))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (who, id) = (manager(&request)?.who, request.path(0).to_owned());
    let token = request.app.world.store.read(move |tx| find(tx, &who, &id)).await?;
    Ok(Reply::ok(&json!({ "token": Shown::from(token) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let (manager, id, cx) = (manager(&request)?, request.path(0).to_owned(), request.cx());
    let changes = wire::changes(&request.json()?)?;
    let work = move |tx: &mut Tx<'_>| edit(tx, &cx, &manager, &id, changes.name.as_deref(), changes.scopes);
    request.write(work, |token| Reply::ok(&json!({ "token": Shown::from(token) }))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (who, id, cx) = (manager(&request)?.who, request.path(0).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| revoke(tx, &cx, &who, &id);
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

/// Answers the successor, and when the old token ends.
async fn replace(request: Request) -> Result<Reply, Error> {
    let (manager, id, cx) = (manager(&request)?, request.path(0).to_owned(), request.cx());
    let overlap = wire::overlap(&request.json()?)?;
    let work = move |tx: &mut Tx<'_>| {
        let (issued, old) = rotate(tx, &cx, &manager, &id, overlap)?;
        Ok((find(tx, &manager.who, issued.id.as_str())?, issued.secret, old))
    };
    let wrap = |(token, secret, old): (Token, String, Token)| {
        let mut body = shown_once(token, &secret);
        body["replaced"] = json!({ "id": old.id, "expiresAt": old.expires_at.map(|at| at.iso()) });
        Reply::created(&body)
    };
    request.write(work, wrap).await
}

fn shown_once(token: Token, secret: &str) -> serde_json::Value {
    json!({ "token": Shown::from(token), "secret": secret })
}

fn manager(request: &Request) -> Result<Manager, Error> {
    let caller = request.caller()?;
    let who = match caller.location_id {
        Some(_) => Owner::Location(caller.location(None)?),
        None => Owner::Company(caller.company(None)?),
    };
    Ok(Manager { who, scopes: caller.scopes })
}

/// The owner that a request names: the manager, or one of an agency's locations.
fn owner(tx: &mut Tx<'_>, who: &Owner, location: Option<&str>) -> Result<Owner, Error> {
    match (who, location) {
        (Owner::Company(agency), Some(asked)) => locations::belonging(tx, agency, asked).map(Owner::Location),
        (Owner::Location(here), Some(asked)) if asked != here.location_id().as_str() => Err(no_access()),
        (who, _) => Ok(who.clone()),
    }
}
