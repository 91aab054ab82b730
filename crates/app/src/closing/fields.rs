//! The end of a custom field: its definition, and with it the values that records hold of it. The first records follow in
//! the same transaction, the others in a job of the room that keeps them.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::json;

use crate::custom_fields::{self, CustomField, Face, Model, folders};
use crate::http::{ApiVersion, Reply, Request, Route, delete};
use crate::tenant::LocationScope;
use crate::{contacts, objects, opportunities};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        delete("/locations/{locationId}/customFields/{id}", remove),
        delete("/custom-fields/{id}", remove_property),
    ]
}

/// A field; or a folder, whose fields stay.
async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let (cx, id) = (request.cx(), request.path(1).to_owned());
    let work = move |tx: &mut Tx<'_>| match folders::find(tx, &here, Face::Location, &id)? {
        Some(_) => folders::forget(tx, &here, Face::Location, &id).map(drop),
        None => close_field(tx, &cx, &here, Face::Location, &id).map(drop),
    };
    let version = request.version;
    let wrap = move |_| match version {
        ApiVersion::V3 => Reply::ok(&json!({ "succeeded": true, "succeded": true })),
        ApiVersion::V2 => Reply::ok(&json!({ "succeded": true })),
    };
    request.write(work, wrap).await
}

async fn remove_property(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| close_field(tx, &cx, &here, Face::Objects, &id);
    let wrap =
        |field: CustomField| Reply::ok(&json!({ "succeded": true, "id": field.id, "key": field.field_key }));
    request.write(work, wrap).await
}

/// Removes a field from its location and from the records that have a value of it.
///
/// # Errors
/// 400 when there is no such field, or it came with its object; when the store fails.
fn close_field(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    face: Face,
    id: &str,
) -> Result<CustomField, Error> {
    let field = custom_fields::forget(tx, here, face, id)?;
    match &field.model {
        Model::Contact => {
            objects::unsearch(tx, here, &field)?;
            contacts::forget_field(tx, cx, here, &field.id)?;
        }
        Model::Opportunity => {
            objects::unsearch(tx, here, &field)?;
            opportunities::forget_field(tx, cx, here, &field.id)?;
        }
        Model::Business | Model::Object(_) => objects::forget_field(tx, cx, here, &field)?,
    }
    Ok(field)
}
