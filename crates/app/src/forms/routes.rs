//! `/forms`, `/surveys` and our own `/leadhold/v1/…`, where they are defined: extract, authorise, call, wrap.

use jiff::ToSpan;
use jiff::civil;
use jiff::tz::TimeZone;
use leadhold_kernel::date::Date;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::model::{Form, Kind};
use super::submissions::{self, Asked, Kept};
use super::{service, wire};
use crate::custom_fields::{self, CustomField, Model};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::locations;
use crate::tenant::LocationScope;

/// How far lists go.
const FARTHEST: i64 = 100_000;
const LAST_PAGE: i64 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/forms", |request| list(request, Kind::Form)),
        get("/surveys", |request| list(request, Kind::Survey)),
        get("/forms/submissions", |request| submissions(request, Kind::Form)),
        get("/surveys/submissions", |request| submissions(request, Kind::Survey)),
        post("/leadhold/v1/forms", |request| create(request, Kind::Form)),
        get("/leadhold/v1/forms/{formId}", |request| read(request, Kind::Form)),
        put("/leadhold/v1/forms/{formId}", |request| change(request, Kind::Form)),
        delete("/leadhold/v1/forms/{formId}", |request| remove(request, Kind::Form)),
        post("/leadhold/v1/surveys", |request| create(request, Kind::Survey)),
        get("/leadhold/v1/surveys/{surveyId}", |request| read(request, Kind::Survey)),
        put("/leadhold/v1/surveys/{surveyId}", |request| change(request, Kind::Survey)),
        delete("/leadhold/v1/surveys/{surveyId}", |request| remove(request, Kind::Survey)),
    ]
}

/// What a location's forms are called in answers.
fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Form => "forms",
        Kind::Survey => "surveys",
    }
}

async fn list(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_query(&request.query);
    fields.declare("locationId");
    fields.text_within("type", 100); // nothing tells what types there are
    let skip = fields.integer("skip", 0, FARTHEST).unwrap_or(0);
    let limit = fields.integer("limit", 1, 50).unwrap_or(10);
    fields.finish()?;
    let location = here.location_id().clone();
    let (forms, total) =
        request.app.world.store.read(move |tx| service::list(tx, &here, kind, skip, limit)).await?;
    let shown = forms.iter().map(|(id, name, _)| json!({"id": id, "name": name, "locationId": location}));
    let body = json!({plural(kind): shown.collect::<Vec<_>>(), "total": total});
    Ok(Reply::ok(&body).modified(forms.iter().map(|(.., changed)| *changed)))
}

async fn submissions(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_query(&request.query);
    fields.declare("locationId");
    let page = fields.integer("page", 1, LAST_PAGE).unwrap_or(1);
    let limit = fields.integer("limit", 1, 100).unwrap_or(20);
    let form = fields.text_within(if kind == Kind::Form { "formId" } else { "surveyId" }, 100).into_option();
    let q = fields.text_within("q", 100).into_option().unwrap_or_default();
    let (start, end) = (day(&mut fields, "startAt"), day(&mut fields, "endAt"));
    fields.finish()?;
    let now = request.now;
    let find = move |tx: &mut Tx<'_>| {
        let zone = locations::zone(tx, &here)?;
        let (from, until) = span(now, &zone, start, end);
        let form = form.clone().filter(|form| !form.is_empty());
        submissions::list(tx, &here, &Asked { kind, form, q: q.clone(), from, until, page, limit })
    };
    let (found, total) = request.app.world.store.read(find).await?;
    let shown: Vec<Value> = found.iter().map(|one| one.shown(kind)).collect();
    let meta = json!({
        "total": total,
        "currentPage": page,
        "nextPage": (page * limit < total && page < LAST_PAGE).then_some(page + 1),
        "prevPage": (page > 1).then_some(page - 1),
    });
    // What was sent does not change.
    let sent = found.iter().map(Kept::sent_at);
    Ok(Reply::ok(&json!({"submissions": shown, "meta": meta})).modified(sent))
}

fn day(fields: &mut Fields<'_>, name: &'static str) -> Option<Date> {
    let text = fields.text_within(name, 100).into_option().filter(|text| !text.trim().is_empty())?;
    let day = Date::parse(&text);
    if day.is_none() {
        fields.fault(name, "must be a valid date string: YYYY-MM-DD");
    }
    day
}

/// From the beginning of the first day to the end of the last, in the location's zone. Left out, they are the same day of
/// the last month, and today.
fn span(now: Timestamp, zone: &TimeZone, start: Option<Date>, end: Option<Date>) -> (Timestamp, Timestamp) {
    let today =
        jiff::Timestamp::from_millisecond(now.millis()).unwrap_or_default().to_zoned(zone.clone()).date();
    let civil = |day: Date| day.iso().parse::<civil::Date>().unwrap_or(today);
    let first = start.map_or_else(|| today.saturating_sub(1.month()), civil);
    let last = end.map_or(today, civil);
    let begins = |day: civil::Date| {
        let moment = day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        Timestamp(moment.unwrap_or(now.millis()))
    };
    (begins(first), begins(last.saturating_add(1.day())))
}

/// The custom fields of the location's contacts.
async fn known(request: &Request, here: &LocationScope) -> Result<Vec<CustomField>, Error> {
    let here = here.clone();
    request.app.world.store.read(move |tx| custom_fields::list(tx, &here, &Model::Contact)).await
}

fn wrapped(request: &Request, known: Vec<CustomField>) -> impl Fn(&Form) -> Value + Send + use<> {
    let base_url = request.app.config.base_url.clone();
    move |form| json!({form.kind.name(): wire::shown(form, &known, &base_url)})
}

async fn create(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let known = known(&request, &here).await?;
    let (name, definition) = wire::form(&request.json()?, kind, &known)?;
    let (cx, shown) = (request.cx(), wrapped(&request, known));
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, kind, &name, &definition);
    request.write(work, move |form| Reply::created(&shown(&form))).await
}

async fn read(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let known = known(&request, &here).await?;
    let id = request.path(0).to_owned();
    let form = request.app.world.store.read(move |tx| service::get(tx, &here, kind, &id)).await?;
    Ok(Reply::ok(&wrapped(&request, known)(&form)))
}

/// The whole definition is replaced.
async fn change(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (id, location) = (request.path(0).to_owned(), here.clone());
    request.app.world.store.read(move |tx| service::get(tx, &location, kind, &id)).await?;
    let known = known(&request, &here).await?;
    let (name, definition) = wire::form(&request.json()?, kind, &known)?;
    let (cx, shown, id) = (request.cx(), wrapped(&request, known), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::change(tx, &cx, &here, kind, &id, &name, &definition);
    request.write(work, move |form| Reply::ok(&shown(&form))).await
}

async fn remove(request: Request, kind: Kind) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let id = request.path(0).to_owned();
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &here, kind, &id);
    request.write(work, |()| Reply::ok(&json!({"success": true}))).await
}
