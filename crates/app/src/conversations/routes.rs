//! `/leadhold/v1/conversations`, and what the sandbox has in place of telephones and mail servers.

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::{Tx, params};
use serde_json::{Map, Value, json};

use super::model::Message;
use super::{Unsubscribing, pages, sql, stored, thread, unsubscribe, wire};
use crate::http::{Reply, Request, Route, get, post};
use crate::notices;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        get("/leadhold/v1/conversations", threads),
        get("/leadhold/v1/conversations/{conversationId}/messages", messages),
        get("/leadhold/v1/sandbox/outbox", outbox),
        post("/leadhold/v1/sandbox/inbound-messages", receive),
        post("/leadhold/v1/sandbox/messages/{messageId}/events", report),
        get("/developer/outbox", pages::outbox),
    ];
    [own, unsubscribe::routes()].concat()
}

async fn threads(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let wire::Page { contact, after, limit } = wire::page(&request.query)?;
    let location = here.location_id().to_string();
    let found = request.app.world.store.read(move |tx: &mut Tx<'_>| {
        let before = match &after {
            Some(after) => (thread::get(tx, &here, after)?.last_message_at, after.as_str()),
            None => (wire::BEGINNING, ""),
        };
        thread::list(tx, &here, &contact, before, limit + 1)
    });
    let mut found = found.await?;
    let next = cut(&mut found, limit, |(thread, _)| thread.id.to_string());
    let shown: Vec<Value> =
        found.iter().map(|(thread, newest)| wire::thread(&location, thread, newest.as_ref())).collect();
    Ok(Reply::ok(&json!({ "conversations": shown, "next": next })))
}

async fn messages(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(request.query.get("locationId"))?;
    let id = request.path(0).to_owned();
    let (place, look) = (here.clone(), id.clone());
    let asked =
        request.or_forbidden(wire::page(&request.query), move |tx| thread::get(tx, &place, &look).map(drop));
    let wire::Page { after, limit, .. } = asked.await?;
    let location = here.location_id().to_string();
    let found = request.app.world.store.read(move |tx: &mut Tx<'_>| {
        let thread = thread::get(tx, &here, &id)?;
        let before = stored::page_from(tx, after.as_deref())?;
        stored::of_thread(tx, &here, &thread.id, before, limit + 1)
    });
    let mut found = found.await?;
    let next = cut(&mut found, limit, |message: &Message| message.id.to_string());
    let shown: Vec<Value> = found.iter().map(|message| wire::message(&location, message)).collect();
    Ok(Reply::ok(&json!({ "messages": shown, "next": next })))
}

/// The list without what belongs to the next page, and where that begins.
fn cut<T>(found: &mut Vec<T>, limit: i64, id: impl Fn(&T) -> String) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    found.last().filter(|_| more).map(id)
}

async fn outbox(request: Request) -> Result<Reply, Error> {
    let (shown, next) = outbox_of(&request).await?;
    let notices = request.app.world.store.read(notices::outbox).await.map_err(Error::from)?;
    Ok(Reply::ok(&json!({ "messages": shown, "next": next, "notices": notices })))
}

/// What would have left the house, newest first, and what to send as `after` for older ones.
///
/// # Errors
/// 422 with all faults of the query.
pub(super) async fn outbox_of(request: &Request) -> Result<(Vec<Value>, Option<String>), Error> {
    let (page, kind, location) = wire::outbox(&request.query)?;
    let limit = page.limit;
    let found = request.app.world.store.read(move |tx: &mut Tx<'_>| {
        let before = stored::page_from(tx, page.after.as_deref())?;
        let row = params![before, kind, &page.contact, &location, limit + 1];
        Ok::<_, Error>(tx.query(sql::OUTBOX, row, |row| Ok((stored::read(row)?, row.get::<String>(19)?)))?)
    });
    let mut found = found.await?;
    let next = cut(&mut found, limit, |(message, _)| message.id.to_string());
    let links = Unsubscribing::new(&request.app.config.base_url, Arc::clone(&request.app.world.seal));
    let shown = found.iter().map(|(message, location)| {
        let mut shown = wire::message(location, message);
        let headers: Map<String, Value> =
            links.headers(message).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        if !headers.is_empty() {
            shown["headers"] = headers.into();
        }
        shown
    });
    Ok((shown.collect(), next))
}

/// `{"contactId": "…", "type": "SMS", "body": "Yes, please"}`: the contact says that.
async fn receive(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let incoming = wire::incoming(&body)?;
    let (cx, location) = (request.cx(), here.location_id().to_string());
    request
        .write(
            move |tx| super::receive(tx, &cx, &here, &incoming),
            move |message| {
                let shown = json!({ "message": wire::message(&location, &message) });
                Reply::json(StatusCode::CREATED, &shown)
            },
        )
        .await
}

/// `{"event": "opened"}`: that happened to the message.
async fn report(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let id = request.path(0).to_owned();
    let (place, look) = (here.clone(), id.clone());
    let read = wire::report(&body);
    let report = request.or_forbidden(read, move |tx| stored::message(tx, &place, &look).map(drop)).await?;
    let (cx, location) = (request.cx(), here.location_id().to_string());
    request
        .write(
            move |tx| super::report(tx, &cx, &here, &id, &report),
            move |message| Reply::ok(&json!({ "message": wire::message(&location, &message) })),
        )
        .await
}
