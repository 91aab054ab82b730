//! `/calendars`: extract, authorise, call, wrap.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Calendar, appointments, blocked, groups, notes, service, shown, slots, wire};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        get("/calendars", list),
        post("/calendars", create),
        get("/calendars/{calendarId}", read),
        put("/calendars/{calendarId}", update),
        delete("/calendars/{calendarId}", remove),
        delete("/calendars/events/{eventId}", remove_event),
    ];
    [own, appointments::routes(), blocked::routes(), groups::routes(), notes::routes(), slots::routes()]
        .concat()
}

/// Those of a group where one is named; what is switched off counts as a draft, and is shown unless it is refused.
async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_query(&request.query);
    fields.text("locationId");
    let group = fields.text("groupId").into_option();
    let drafts = fields.flag("showDrafted").unwrap_or(true);
    fields.finish()?;
    let all = request.app.world.store.read(move |tx| service::all(tx, &here)).await?;
    let asked = |one: &&Calendar| (drafts || one.is_active) && (group.is_none() || one.group_id == group);
    let shown: Vec<Value> = all.iter().filter(asked).map(shown::shown).collect();
    Ok(Reply::ok(&json!({ "calendars": shown })).modified(all.iter().map(|one| one.date_updated)))
}

/// What was read of a body, or why not: another location's calendar is forbidden whatever the body says of it.
async fn or_forbidden<T>(
    request: &Request,
    here: &LocationScope,
    read: Result<T, Error>,
) -> Result<T, Error> {
    let (here, id) = (here.clone(), request.path(0).to_owned());
    request.or_forbidden(read, move |tx| service::get(tx, &here, &id).map(drop)).await
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let fields = wire::create(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &fields);
    request.write(work, |made| Reply::ok(&json!({ "calendar": shown::shown(&made) }))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let found = request.app.world.store.read(move |tx| service::get(tx, &here, &id)).await?;
    Ok(Reply::ok(&json!({ "calendar": shown::shown(&found) })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, wire::update(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &fields);
    request.write(work, |changed| Reply::ok(&json!({ "calendar": shown::shown(&changed) }))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &here, &id);
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}

/// Whatever stands in a calendar, an appointment or a blocked slot; 201, as the descriptions have it.
async fn remove_event(request: Request) -> Result<Reply, Error> {
    let (here, id, cx) = (request.caller()?.location(None)?, request.path(0).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| match blocked::forget(tx, &here, &id)? {
        true => Ok(()),
        false => appointments::delete(tx, &cx, &here, &id),
    };
    request.write(work, |()| Reply::json(StatusCode::CREATED, &json!({ "succeeded": true }))).await
}
