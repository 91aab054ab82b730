//! `/contacts/{contactId}/notes`.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::wire;
use crate::contacts::{self, or_forbidden};
use crate::http::{Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/contacts/{contactId}/notes", list),
        post("/contacts/{contactId}/notes", create),
        get("/contacts/{contactId}/notes/{id}", read),
        put("/contacts/{contactId}/notes/{id}", update),
        delete("/contacts/{contactId}/notes/{id}", remove),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let (here, contact) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let notes = request.app.world.store.read(move |tx| {
        contacts::must_exist(tx, &here, &contact)?;
        super::of_contact(tx, &here, &contact)
    });
    let notes = notes.await?;
    let shown: Vec<Value> = notes.iter().map(|(note, _)| wire::shown(note)).collect();
    Ok(Reply::ok(&json!({ "notes": shown })).modified(notes.iter().map(|(_, changed)| *changed)))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = or_forbidden(&request, &here, wire::new(&request.json()?)).await?;
    let (cx, contact) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| super::create(tx, &cx, &here, &contact, &new),
            |note| Reply::created(&wire::one(&note)),
        )
        .await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (contact, id) = (request.path(0).to_owned(), request.path(1).to_owned());
    let note = request.app.world.store.read(move |tx| {
        contacts::must_exist(tx, &here, &contact)?;
        super::get(tx, &here, &contact, &id)
    });
    Ok(Reply::ok(&wire::one(&note.await?)))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let changes = or_forbidden(&request, &here, wire::changes(&request.json()?)).await?;
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(
            move |tx| super::update(tx, &cx, &here, &contact, &id, &changes),
            |note| Reply::ok(&wire::one(&note)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, version) = (request.caller()?.location(None)?, request.version);
    let (cx, contact, id) = (request.cx(), request.path(0).to_owned(), request.path(1).to_owned());
    request
        .write(move |tx| super::delete(tx, &cx, &here, &contact, &id), move |()| Reply::done(version))
        .await
}
