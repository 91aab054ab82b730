//! `GET /leadhold/v1/sandbox/outbox`: the newest notices, for developers to see what would be mailed.

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{DbError, params};
use serde_json::{Value, json};

use super::sql;
use crate::http::{Reply, Request, Route, get};

/// The route.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/sandbox/outbox", outbox)]
}

async fn outbox(request: Request) -> Result<Reply, Error> {
    if !request.app.config.sandbox {
        return Err(Error::forbidden("This route exists only when the server runs with --sandbox."));
    }
    let found = request.app.world.store.read(move |tx| {
        tx.query(sql::OUTBOX, params![], |row| {
            let (id, company, to): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (subject, text, state): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
            let made_at: Timestamp = row.get(6)?;
            Ok(json!({
                "id": id, "companyId": company, "to": to, "subject": subject, "text": text, "state": state,
                "createdAt": made_at.iso(),
            }))
        })
    });
    let notices: Vec<Value> = found.await.map_err(|why: DbError| Error::from(why))?;
    Ok(Reply::ok(&json!({ "notices": notices })))
}
