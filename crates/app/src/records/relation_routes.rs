//! Relating two records, whosoever they are. The rest of `/associations` is in that folder.

use leadhold_kernel::Error;

use super::hold;
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
            move |tx| {
                let association = associations::get(tx, &here, &new.association_id)?;
                hold(tx, &here, &association.first.object_key, &new.first)?;
                hold(tx, &here, &association.second.object_key, &new.second)?;
                associations::relate(tx, &cx, &here, association, &new.first, &new.second)
            },
            move |made| Reply::created(&associations::shown_relation(&made, &place)),
        )
        .await
}
