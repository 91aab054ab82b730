//! `/locations/{locationId}/customFields`. Removing a field ends its values, which lie with the records, so
//! `DELETE` stands in `closing`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::model::Model;
use super::service::Face;
use super::{service, standard, wire};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/locations/{locationId}/customFields", list),
        post("/locations/{locationId}/customFields", define),
        get("/locations/{locationId}/customFields/{id}", read),
        put("/locations/{locationId}/customFields/{id}", change),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let mut query = Fields::of_query(&request.query);
    let model = query.one_of("model", &["contact", "opportunity", "all"]);
    query.finish()?;
    let models = match model.and_then(Model::parse) {
        Some(model) => vec![model],
        None => vec![Model::Contact, Model::Opportunity],
    };
    let location = here.clone();
    let fields = request.app.world.store.read(move |tx| service::list_all(tx, &location, &models)).await?;
    let shown: Vec<_> = fields.iter().map(|field| wire::Shown::of(field, &here)).collect();
    Ok(Reply::ok(&json!({ "customFields": shown })))
}

async fn define(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let new = wire::new(&request.json()?)?;
    let (cx, location) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| service::define(tx, &cx, &location, &new);
    let wrap = move |field| Reply::created(&json!({ "customField": wire::Shown::of(&field, &here) }));
    request.write(work, wrap).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (id, location) = (request.path(1).to_owned(), here.clone());
    // A location's own field goes first: an opportunity's may have the key of a standard one.
    let field = match request
        .app
        .world
        .store
        .read(move |tx| service::get(tx, &location, Face::Location, &id))
        .await
    {
        Err(refusal @ Error::BadRequest(_)) => {
            let standard = standard::of_key(request.path(1)).ok_or(refusal)?;
            return Ok(Reply::ok(&json!({ "customField": wire::Shown::standard(standard, &here) })));
        }
        found => found?,
    };
    Ok(Reply::ok(&json!({ "customField": wire::Shown::of(&field, &here) })))
}

async fn change(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let changes = wire::changes(&request.json()?)?;
    let (cx, location, id) = (request.cx(), here.clone(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| service::change(tx, &cx, &location, Face::Location, &id, &changes);
    let wrap = move |field| Reply::ok(&json!({ "customField": wire::Shown::of(&field, &here) }));
    request.write(work, wrap).await
}
