//! `/custom-fields`. Removing a property ends its values, which lie with the records, so `DELETE` stands in `closing`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::wire;
use crate::custom_fields::model::{Folder, Model};
use crate::custom_fields::service::{self, Face};
use crate::custom_fields::{CustomField, folders};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The routes that touch no record.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        post("/custom-fields", define),
        get("/custom-fields/{id}", read),
        put("/custom-fields/{id}", change),
        get("/custom-fields/object-key/{objectKey}", list),
        post("/custom-fields/folder", make_folder),
        put("/custom-fields/folder/{id}", rename_folder),
        delete("/custom-fields/folder/{id}", remove_folder),
    ]
}

async fn define(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = wire::new(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        known(tx, &location, &new.model)?;
        service::define(tx, &cx, &location, &new)
    };
    request.write(work, move |field| Reply::created(&json!({ "field": wire::shown(&field, &here) }))).await
}

/// A field, or a folder.
async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let shown = found(&request, &here).await?;
    Ok(Reply::ok(&json!({ "field": shown })))
}

/// The field or folder that the path names, as it is read. Asked before the body is looked at: of another location's, a
/// caller learns nothing but that it is forbidden.
async fn found(request: &Request, here: &LocationScope) -> Result<Value, Error> {
    let (id, here) = (request.path(0).to_owned(), here.clone());
    let read = move |tx: &mut Tx<'_>| match folders::find(tx, &here, Face::Objects, &id)? {
        Some(folder) => Ok(wire::shown_folder(&folder, &here)),
        None => service::get(tx, &here, Face::Objects, &id).map(|field| wire::shown(&field, &here)),
    };
    request.app.world.store.read(read).await
}

async fn change(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    found(&request, &here).await?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::change(tx, &cx, &location, Face::Objects, &id, &changes);
    request.write(work, move |field| Reply::ok(&json!({ "field": wire::shown(&field, &here) }))).await
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let model = wire::model_of(request.path(0)).map_err(Error::bad_request)?;
    let location = here.clone();
    let read = move |tx: &mut Tx<'_>| -> Result<(Vec<CustomField>, Vec<Folder>), Error> {
        known(tx, &location, &model)?;
        Ok((service::list(tx, &location, &model)?, folders::list(tx, &location, &model)?))
    };
    let (fields, folders) = request.app.world.store.read(read).await?;
    let changed = fields.iter().map(|field| field.date_updated);
    let changed = changed.chain(folders.iter().map(|folder| folder.date_updated));
    let shown: Vec<Value> = fields.iter().map(|field| wire::shown(field, &here)).collect();
    let shown_folders: Vec<Value> = folders.iter().map(|folder| wire::shown_folder(folder, &here)).collect();
    Ok(Reply::ok(&json!({ "fields": shown, "folders": shown_folders })).modified(changed))
}

async fn make_folder(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = wire::new_folder(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        known(tx, &location, &new.model)?;
        folders::create(tx, &cx, &location, &new)
    };
    request.write(work, move |folder| Reply::created(&wire::written_folder(&folder, &here))).await
}

async fn rename_folder(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    found(&request, &here).await?;
    let name = wire::folder_name(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(0).to_owned());
    let work =
        move |tx: &mut Tx<'_>| folders::change(tx, &cx, &location, Face::Objects, &id, Some(&name), None);
    request.write(work, move |folder| Reply::ok(&wire::written_folder(&folder, &here))).await
}

async fn remove_folder(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let id = request.path(0).to_owned();
    let work = move |tx: &mut Tx<'_>| folders::forget(tx, &here, Face::Objects, &id);
    let wrap =
        |folder: Folder| Reply::ok(&json!({ "succeded": true, "id": folder.id, "key": folder.field_key }));
    request.write(work, wrap).await
}

/// Refuses a custom object that the location does not have.
fn known(tx: &mut Tx<'_>, here: &LocationScope, model: &Model) -> Result<(), Error> {
    match folders::is_known(tx, here, model)? {
        true => Ok(()),
        false => Err(Error::NotFound(format!("Object with key {} not found", model.key()))),
    }
}
