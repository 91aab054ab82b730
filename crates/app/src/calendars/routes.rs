//! `/contacts/{contactId}/appointments`.

use leadhold_kernel::Error;
use serde_json::json;

use crate::contacts;
use crate::http::{Reply, Request, Route, get};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/contacts/{contactId}/appointments", of_contact)]
}

/// Nothing can make an appointment here yet, so a contact that exists has none.
async fn of_contact(request: Request) -> Result<Reply, Error> {
    let (here, contact) = (request.caller()?.location(None)?, request.path(0).to_owned());
    request.app.world.store.read(move |tx| contacts::must_exist(tx, &here, &contact)).await?;
    Ok(Reply::ok(&json!({ "events": [] })))
}
