//! `GET /leadhold/v1/notices`, `POST …/{noticeId}/read`: what the person who is signed in was told inside the app.

use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{DbError, Tx, params};
use serde_json::{Value, json};

use super::sql;
use crate::http::{Reply, Request, Route, get, post};
use crate::tenant::CompanyScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/notices", list), post("/leadhold/v1/notices/{noticeId}/read", read)]
}

/// The signed-in person's agency, and the person.
fn reader(request: &Request) -> Result<(CompanyScope, Id<id::User>), Error> {
    let visitor = request.visitor.as_ref().ok_or_else(|| Error::internal("the row asks for a session"))?;
    Ok((CompanyScope::proven(visitor.company_id.clone()), visitor.user_id.clone()))
}

/// The newest hundred.
async fn list(request: Request) -> Result<Reply, Error> {
    let (agency, user) = reader(&request)?;
    let found = request.app.world.store.read(move |tx: &mut Tx<'_>| {
        tx.query(sql::OF_USER, params![agency.company_id(), &user], |row| {
            let (id, location): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            let (subject, text, state): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let made_at: Timestamp = row.get(5)?;
            Ok(json!({
                "id": id, "locationId": location, "subject": subject, "text": text, "read": state == "read",
                "createdAt": made_at.iso(),
            }))
        })
    });
    let notices: Vec<Value> = found.await.map_err(|why: DbError| Error::from(why))?;
    Ok(Reply::ok(&json!({ "notices": notices })))
}

async fn read(request: Request) -> Result<Reply, Error> {
    let ((agency, user), cx) = (reader(&request)?, request.cx());
    let id = request.path(0).to_owned();
    let work =
        move |tx: &mut Tx<'_>| match tx.exec(sql::READ, params![&id, agency.company_id(), &user, cx.now])? {
            0 => Err(Error::NotFound(format!("There is no notice {id} for you."))),
            _ => Ok(()),
        };
    request.write(work, |()| Reply::ok(&json!({ "read": true }))).await
}
