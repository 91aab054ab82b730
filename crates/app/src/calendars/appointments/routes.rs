//! `/calendars/events/appointments` and `/contacts/{contactId}/appointments`.

use jiff::tz::TimeZone;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Appointment, service, shown, wire};
use crate::http::{Reply, Request, Route, get, post, put};
use crate::{contacts, locations};

/// The part's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        post("/calendars/events/appointments", create),
        get("/calendars/events/appointments/{eventId}", read),
        put("/calendars/events/appointments/{eventId}", update),
        get("/contacts/{contactId}/appointments", of_contact),
    ]
}

async fn create(request: Request) -> Result<Reply, Error> {
    let (body, version) = (request.json()?, request.version);
    let here = request.location_of_body(&body)?;
    let new = wire::new(&body, version)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::book(tx, &cx, &here, &new);
    request.write(work, move |made: Appointment| Reply::ok(&shown(&made, version))).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let id = request.path(0).to_owned();
    let found = request.app.world.store.read(move |tx| service::get(tx, &here, &id)).await?;
    let shown = shown::event(&found);
    // The descriptions say `event`, live accounts answer `appointment`.
    Ok(Reply::ok(&json!({ "event": shown, "appointment": shown, "traceId": request.trace_id })))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let (scope, id) = (here.clone(), request.path(0).to_owned());
    let look = move |tx: &mut Tx<'_>| service::get(tx, &scope, &id).map(drop);
    let change = request.or_forbidden(wire::change(&request.json()?, version), look).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::change(tx, &cx, &here, &id, &change);
    request.write(work, move |changed: Appointment| Reply::ok(&shown(&changed, version))).await
}

async fn of_contact(request: Request) -> Result<Reply, Error> {
    let (here, contact) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| -> Result<_, Error> {
        contacts::must_exist(tx, &here, &contact)?;
        Ok((locations::zone(tx, &here)?, service::of_contact(tx, &here, &contact)?))
    };
    let (zone, all) = request.app.world.store.read(work).await?;
    let shown: Vec<Value> = all.iter().map(|one| zoneless(one, &zone)).collect();
    Ok(Reply::ok(&json!({ "events": shown })).modified(all.iter().map(|one| one.date_updated)))
}

/// An appointment whose times are the location's and do not say so, as in live accounts.
fn zoneless(appointment: &Appointment, zone: &TimeZone) -> Value {
    let mut all = shown::event(appointment);
    let times = [
        ("startTime", appointment.start.at),
        ("endTime", appointment.end.at),
        ("dateAdded", appointment.date_added),
        ("dateUpdated", appointment.date_updated),
    ];
    for (key, at) in times {
        all[key] = json!(zone.to_datetime(at.instant()).strftime("%Y-%m-%d %H:%M:%S").to_string());
    }
    all
}
