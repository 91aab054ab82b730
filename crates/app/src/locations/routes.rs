//! `/locations`. Deleting one touches more than this slice: that route is `closing`'s.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::{providers, service, wire, words};
use crate::http::{Reply, Request, Route, get, post, put};

/// The slice's routes, without those of its tags.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/search", search),
        post("/locations", open),
        get("/locations/{locationId}", show),
        put("/locations/{locationId}", update),
        get("/locations/{locationId}/timezones", timezones),
        get("/locations/{locationId}/permissions", permissions),
        put("/locations/{locationId}/permissions", set_permissions),
        get("/locations/{locationId}/conversationChannels/{type}", channel),
    ]
}

async fn search(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(request.query.get("companyId"))?;
    let search = wire::search(&request.query)?;
    let found = request.app.world.store.read(move |tx| service::search(tx, &agency, &search)).await?;
    let shown: Vec<Value> = found.iter().map(wire::listed).collect();
    Ok(Reply::ok(&json!({ "locations": shown })))
}

/// Answers 200, not 201, as documented.
async fn open(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let (name, mut changes) = wire::new(&request.json()?)?;
    changes.accounts = providers::seal(&request.app.world, changes.accounts)?;
    let cx = request.cx();
    request
        .write(
            move |tx| service::open(tx, &cx, &agency, &name, &changes),
            |location| Reply::ok(&wire::written(&location)),
        )
        .await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (caller, id) = (request.caller()?.clone(), request.path(0).to_owned());
    let location = request.app.world.store.read(move |tx| {
        let here = super::reachable(tx, &caller, &id)?;
        super::get(tx, &here)
    });
    Ok(Reply::ok(&json!({ "location": wire::whole(&location.await?) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    // Whether the location is the agency's is asked first: a stranger is told nothing about his body.
    let (id, owner) = (request.path(0).to_owned(), agency.clone());
    request.app.world.store.read(move |tx| service::belonging(tx, &owner, &id)).await?;
    let mut changes = wire::changes(&request.json()?)?;
    changes.accounts = providers::seal(&request.app.world, changes.accounts)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| service::update(tx, &cx, &agency, &id, &changes),
            |location| Reply::ok(&wire::written(&location)),
        )
        .await
}

async fn timezones(request: Request) -> Result<Reply, Error> {
    request.caller()?.location(Some(request.path(0)))?;
    Ok(Reply::ok(&json!({ "timeZones": words::timezones() })))
}

async fn permissions(request: Request) -> Result<Reply, Error> {
    let (agency, id) = (request.caller()?.company(None)?, request.path(0).to_owned());
    let chosen = request.app.world.store.read(move |tx| {
        let here = service::belonging(tx, &agency, &id)?;
        service::permissions(tx, &here)
    });
    Ok(Reply::ok(&wire::shown_permissions(chosen.await?)))
}

async fn set_permissions(request: Request) -> Result<Reply, Error> {
    let (agency, id) = (request.caller()?.company(None)?, request.path(0).to_owned());
    let here = request.app.world.store.read(move |tx| service::belonging(tx, &agency, &id)).await?;
    let chosen = wire::permissions(&request.json()?)?;
    let cx = request.cx();
    request
        .write(
            move |tx| service::set_permissions(tx, &cx, &here, &chosen).map(|()| chosen.clone()),
            |chosen| Reply::ok(&wire::shown_permissions(Some(chosen))),
        )
        .await
}

async fn channel(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let channel = ["SMS", "Email"].into_iter().find(|known| *known == request.path(1));
    let channel =
        channel.ok_or_else(|| Error::field("type must be one of the following values: SMS, Email"))?;
    let configured = request.app.world.store.read(move |tx| providers::configured(tx, &here)).await?;
    Ok(Reply::ok(&wire::channel(channel, &configured)))
}
