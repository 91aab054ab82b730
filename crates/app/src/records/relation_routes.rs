//! Relating two records, whosoever they are. The rest of `/associations` is in that folder.

use leadhold_kernel::Error;

use crate::associations;
use crate::http::{Reply, Request, Route, post};

/// The route.
pub(super) fn routes() -> Vec<Route> {
    vec![post("/associations/relations", relate)]
}

async fn relate(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = associations::new_relation(&request.json()?)?;
    let (cx, place) = (request.cx(), here.clone());
    request
        .write(
            move |tx| super::relate(tx, &cx, &here, &new.association_id, &new.first, &new.second),
            move |made| Reply::created(&associations::shown_relation(&made, &place)),
        )
        .await
}
