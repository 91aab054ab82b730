//! `/calendars/events/block-slots`, and the lists of what stands in calendars.

use leadhold_kernel::{Error, Timestamp, time::LATEST};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::BlockedSlot;
use super::service::{self, BlockedFields};
use crate::calendars::appointments::{self, Of, moment};
use crate::calendars::wire::ID_LENGTH;
use crate::http::fields::Fields;
use crate::http::query::Query;
use crate::http::{Reply, Request, Route, get, post, put};

/// Characters of a title.
const TITLE_LENGTH: usize = 500;
/// What a list shows at most: there are no pages.
const MOST: usize = 10_000;
/// One more, which says that it would show more.
const TOO_MANY: i64 = 10_001;

/// The part's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/calendars/events", appointments_within),
        get("/calendars/blocked-slots", blocked_within),
        post("/calendars/events/block-slots", create),
        put("/calendars/events/block-slots/{eventId}", update),
    ]
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let fields = read(&body, true)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &fields);
    request.write(work, |made| Reply::created(&flat(&made))).await
}

/// 201, as the descriptions have it.
async fn update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (scope, id) = (here.clone(), request.path(0).to_owned());
    let look = move |tx: &mut Tx<'_>| service::get(tx, &scope, &id).map(drop);
    let fields = request.or_forbidden(read(&body, false), look).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &fields);
    request.write(work, |changed| Reply::created(&flat(&changed))).await
}

async fn appointments_within(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (of, span) = asked(&request.query)?;
    let work = move |tx: &mut Tx<'_>| appointments::within(tx, &here, &of, span, TOO_MANY);
    let all = few_enough(request.app.world.store.read(work).await?)?;
    let shown: Vec<Value> = all.iter().map(appointments::event).collect();
    Ok(Reply::ok(&json!({ "events": shown })))
}

async fn blocked_within(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (of, span) = asked(&request.query)?;
    let work = move |tx: &mut Tx<'_>| service::within(tx, &here, &of, span, TOO_MANY);
    let all = few_enough(request.app.world.store.read(work).await?)?;
    let shown: Vec<Value> = all.iter().map(event).collect();
    Ok(Reply::ok(&json!({ "events": shown })))
}

/// What a list shows, or a refusal: to leave out the rest in silence would be worse.
fn few_enough<T>(all: Vec<T>) -> Result<Vec<T>, Error> {
    if all.len() > MOST {
        let why =
            format!("More than {MOST} events lie between startTime and endTime; ask for less time at once.");
        return Err(Error::bad_request(why));
    }
    Ok(all)
}

/// Reads the query of both lists: exactly one of a calendar, a group and a person, and a span in milliseconds.
fn asked(query: &Query) -> Result<(Of, (Timestamp, Timestamp)), Error> {
    let mut fields = Fields::of_query(query);
    fields.text("locationId");
    let named = [
        fields.text("calendarId").into_option().map(Of::Calendar),
        fields.text("groupId").into_option().map(Of::Group),
        fields.text("userId").into_option().map(Of::User),
    ];
    let mut named = named.into_iter().flatten();
    let (of, more) = (named.next(), named.next());
    if of.is_none() || more.is_some() {
        fields.fault("userId, calendarId or groupId", "must be given, and only one of them");
    }
    let [from, to] =
        ["startTime", "endTime"].map(|name| Timestamp(fields.required_integer(name, 0, LATEST.0)));
    fields.finish()?;
    Ok((of.unwrap_or_else(|| Of::Calendar(String::new())), (from, to)))
}

fn read(body: &Map<String, Value>, required: bool) -> Result<BlockedFields, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId");
    let title = fields.text_within("title", TITLE_LENGTH).into_option();
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let calendar_id = filled(fields.text_within("calendarId", ID_LENGTH).into_option());
    let assigned_user_id = filled(fields.text_within("assignedUserId", ID_LENGTH).into_option());
    let start = moment(&mut fields, "startTime", required);
    let end = moment(&mut fields, "endTime", required);
    fields.finish()?;
    Ok(BlockedFields { title: filled(title), calendar_id, assigned_user_id, start, end })
}

fn flat(slot: &BlockedSlot) -> Value {
    let mut all = json!({
        "id": slot.id,
        "locationId": slot.location_id,
        "title": slot.title,
        "startTime": slot.start.iso(),
        "endTime": slot.end.iso(),
    });
    for (key, id) in [("calendarId", &slot.calendar_id), ("assignedUserId", &slot.assigned_user_id)] {
        if !id.is_empty() {
            all[key] = json!(id);
        }
    }
    all
}

/// A blocked slot in the form of an event of a calendar, most of whose fields it does not have.
fn event(slot: &BlockedSlot) -> Value {
    let users: Vec<&str> =
        Some(slot.assigned_user_id.as_str()).into_iter().filter(|id| !id.is_empty()).collect();
    json!({
        "id": slot.id,
        "title": slot.title,
        "calendarId": slot.calendar_id,
        "locationId": slot.location_id,
        "contactId": "",
        "groupId": "",
        "appointmentStatus": "",
        "assignedUserId": slot.assigned_user_id,
        "users": users,
        "isRecurring": false,
        "startTime": slot.start.iso(),
        "endTime": slot.end.iso(),
        "dateAdded": slot.date_added.iso(),
        "dateUpdated": slot.date_updated.iso(),
    })
}
