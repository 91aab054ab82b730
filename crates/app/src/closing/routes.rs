//! `DELETE /locations/{locationId}`, and the routes of the other ends.

use leadhold_kernel::{Error, Id};
use serde_json::json;

use super::close_location;
use crate::http::caller::no_access;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [vec![delete("/locations/{locationId}", delete_location)], super::fields::routes()].concat()
}

async fn delete_location(request: Request) -> Result<Reply, Error> {
    let agency = request.caller()?.company(None)?;
    let id = Id::parse(request.path(0)).ok_or_else(no_access)?;
    let (owner, asked) = (agency.clone(), id.clone());
    let found = request.app.world.store.read(move |tx| crate::locations::of_company(tx, &owner, &asked));
    found.await?.ok_or_else(no_access)?;
    check(&request)?;
    let (cx, gone) = (request.cx(), id.clone());
    request
        .write(
            move |tx| close_location(tx, &cx, &agency, &gone),
            move |()| {
                Reply::ok(&json!({ "success": true, "message": format!("Deleted location with id: {id}") }))
            },
        )
        .await
}

/// `deleteTwilioAccount` has to be said, and either word does the same: there is no account of ours at Twilio to delete,
/// and the location's own credentials are forgotten with it.
fn check(request: &Request) -> Result<(), Error> {
    let mut query = Fields::of_query(&request.query);
    if query.flag("deleteTwilioAccount").is_none() && query.sound() {
        query.fault("deleteTwilioAccount", "must be a boolean value");
    }
    query.finish()
}
