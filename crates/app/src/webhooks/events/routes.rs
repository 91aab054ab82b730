//! `GET /leadhold/v1/events`.

use leadhold_kernel::Error;
use leadhold_store::DbError;

use super::{Listener, behind, wire};
use crate::http::{Reply, Request, Route, get};
use crate::webhooks::routes::place;

/// The routes.
pub(in crate::webhooks) fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/events", list)]
}

/// Oldest first. A location's credential reads its location's events, an agency's those of the agency itself.
async fn list(request: Request) -> Result<Reply, Error> {
    let place = place(&request)?;
    let caller = request.caller()?;
    let app = caller.app.as_ref().map(|app| app.app_id.clone());
    let listener = Listener { place, app, scopes: caller.scopes };
    let asked = wire::asked(&request.query)?;
    let listening = listener.clone();
    let found = request.app.world.store.read(move |tx| behind(tx, &listening, &asked)).await;
    let found = found.map_err(|why: DbError| Error::from(why))?;
    Ok(Reply::ok(&wire::page(&listener, &found)))
}
