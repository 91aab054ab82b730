//! `/calendars/appointments/{appointmentId}/notes`: extract, authorise, call, wrap.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::AppointmentNote;
use super::service::{self, NoteFields};
use crate::calendars::appointments;
use crate::calendars::wire::ID_LENGTH;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// Characters of a note.
const BODY_LENGTH: usize = 5000;
/// Notes of a page.
const PAGE: i64 = 20;

/// The part's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/calendars/appointments/{appointmentId}/notes", list),
        post("/calendars/appointments/{appointmentId}/notes", create),
        put("/calendars/appointments/{appointmentId}/notes/{noteId}", update),
        delete("/calendars/appointments/{appointmentId}/notes/{noteId}", remove),
    ]
}

/// What was read, or why not: another location's appointment is forbidden whatever is said of it.
async fn or_forbidden<T>(
    request: &Request,
    here: &LocationScope,
    read: Result<T, Error>,
) -> Result<T, Error> {
    let (here, id) = (here.clone(), request.path(0).to_owned());
    request.or_forbidden(read, move |tx| appointments::get(tx, &here, &id).map(drop)).await
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let mut fields = Fields::of_query(&request.query);
    let [limit, offset] = [("limit", 1, PAGE), ("offset", 0, 1_000_000)]
        .map(|(name, least, most)| fields.required_integer(name, least, most));
    or_forbidden(&request, &here, fields.finish()).await?;
    let id = request.path(0).to_owned();
    let work = move |tx: &mut Tx<'_>| service::page(tx, &here, &id, limit, offset);
    let (notes, more) = request.app.world.store.read(work).await?;
    let shown: Vec<Value> = notes.iter().map(shown).collect();
    Ok(Reply::ok(&json!({ "notes": shown, "hasMore": more })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, read(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &id, &fields);
    request.write(work, |note| Reply::created(&json!({ "note": shown(&note) }))).await
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, read(&request.json()?)).await?;
    let (cx, id, note) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, (&id, &note), &fields);
    request.write(work, |note| Reply::ok(&json!({ "note": shown(&note) }))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (id, note) = (request.path(0).to_owned(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &here, &id, &note);
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}

fn read(body: &Map<String, Value>) -> Result<NoteFields, Error> {
    let mut fields = Fields::of_body(body);
    let user_id = fields.text_within("userId", ID_LENGTH).into_option().filter(|id| !id.is_empty());
    let body = fields.required_text_within("body", BODY_LENGTH);
    fields.finish()?;
    Ok(NoteFields { body, user_id })
}

fn shown(note: &AppointmentNote) -> Value {
    let mut all = json!({
        "id": note.id,
        "body": note.body,
        "dateAdded": note.date_added.iso(),
        "contactId": note.contact_id,
    });
    if let Some(user) = &note.user_id {
        all["userId"] = json!(user);
        all["createdBy"] = json!({ "id": user, "name": note.user_name.clone().unwrap_or_default() });
    }
    all
}
