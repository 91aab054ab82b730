//! `/locations/{locationId}/customFields`. Removing a field ends its values, which lie with the records, so
//! `DELETE` stands in `closing`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::model::{CustomField, Folder, Model};
use super::search::Search;
use super::service::{self, Face};
use super::upload::upload;
use super::wire::{self, New};
use super::{folders, standard};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/{locationId}/customFields", list),
        post("/locations/{locationId}/customFields", define),
        get("/locations/{locationId}/customFields/search", search),
        post("/locations/{locationId}/customFields/upload", upload).takes_files(),
        get("/locations/{locationId}/customFields/{id}", read),
        put("/locations/{locationId}/customFields/{id}", change),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let mut query = Fields::of_list(&request.query);
    let model = query.one_of("model", &["contact", "opportunity", "all"]);
    query.finish()?;
    let models = match model.and_then(Model::parse) {
        Some(model) => vec![model],
        None => Face::LOCATION.to_vec(),
    };
    let location = here.clone();
    let fields = request.app.world.store.read(move |tx| service::list_all(tx, &location, &models)).await?;
    let shown: Vec<_> = fields.iter().map(|field| wire::Shown::of(field, &here)).collect();
    Ok(Reply::ok(&json!({ "customFields": shown })).modified(fields.iter().map(|field| field.date_updated)))
}

async fn search(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let search = Search::of(&request.query)?;
    let found = request.app.world.store.read(move |tx| search.run(tx, &here)).await?;
    Ok(Reply::ok(&found))
}

/// Makes a field, or with `documentType: "folder"` a folder.
async fn define(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let new = wire::new(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| match &new {
        New::Field(new) => service::define(tx, &cx, &location, new).map(Definition::Field),
        New::Folder(new) => folders::create(tx, &cx, &location, new).map(Definition::Folder),
    };
    request.write(work, move |made| Reply::created(&made.shown(&here))).await
}

/// What an id names.
enum Definition {
    Field(CustomField),
    Folder(Folder),
}

impl Definition {
    /// Each under its own key.
    fn shown(&self, here: &LocationScope) -> Value {
        match self {
            Self::Field(field) => json!({ "customField": wire::Shown::of(field, here) }),
            Self::Folder(folder) => json!({ "customFieldFolder": wire::folder(folder, here) }),
        }
    }
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (id, location) = (request.path(1).to_owned(), here.clone());
    let read = move |tx: &mut Tx<'_>| match folders::find(tx, &location, Face::Location, &id)? {
        Some(folder) => Ok(Definition::Folder(folder)),
        None => service::get(tx, &location, Face::Location, &id).map(Definition::Field),
    };
    // A location's own field goes first: an opportunity's may have the key of a standard one.
    let definition = match request.app.world.store.read(read).await {
        Err(refusal @ Error::BadRequest(_)) => {
            let standard = standard::of_key(request.path(1)).ok_or(refusal)?;
            return Ok(Reply::ok(&json!({ "customField": wire::Shown::standard(standard, &here) })));
        }
        found => found?,
    };
    Ok(Reply::ok(&definition.shown(&here)))
}

async fn change(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| match folders::find(tx, &location, Face::Location, &id)? {
        Some(_) => {
            let (name, position) = (changes.name.as_deref(), changes.position);
            folders::change(tx, &cx, &location, Face::Location, &id, name, position).map(Definition::Folder)
        }
        None => service::change(tx, &cx, &location, Face::Location, &id, &changes).map(Definition::Field),
    };
    request.write(work, move |changed| Reply::ok(&changed.shown(&here))).await
}
