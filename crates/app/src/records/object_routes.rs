//! The change of an object, which those follow who keep its records. The rest of `/objects` is in that folder.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use crate::http::{Reply, Request, Route, put};
use crate::objects::{self, Standard};
use crate::{contacts, opportunities};

/// The route.
pub(super) fn routes() -> Vec<Route> {
    vec![put("/objects/{key}", change)]
}

async fn change(request: Request) -> Result<Reply, Error> {
    let (here, key) = (request.caller()?.location(None)?, request.path(0).to_owned());
    let (place, asked) = (here.clone(), key.clone());
    request.app.world.store.read(move |tx| objects::require(tx, &place, &asked)).await?;
    let changes = objects::changes(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    let work = move |tx: &mut Tx<'_>| {
        let (object, rewords) = objects::change(tx, &cx, &here, &key, &changes)?;
        match object.standard().filter(|_| rewords) {
            Some(Standard::Contact) => contacts::reword(tx, &cx, &here)?,
            Some(Standard::Opportunity) => opportunities::reword(tx, &cx, &here)?,
            Some(Standard::Business) | None => {} // `objects` keeps their search texts
        }
        Ok(object)
    };
    request.write(work, move |object| Reply::ok(&json!({ "object": objects::shown(&object, &place) }))).await
}
