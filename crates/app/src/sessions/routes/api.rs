//! `/leadhold/v1/sessions`: signing in and out for programs that then call the API with the session's cookie.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::super::session;
use super::super::sign_in::{Attempt, sign_in};
use super::{open as open_session, with_cookie, without_cookie};
use crate::http::fields::Fields;
use crate::http::page::is_from_elsewhere;
use crate::http::visitor::csrf_of;
use crate::http::{Reply, Request, Visitor};
use crate::tenant::CompanyScope;
use crate::users::{self, User};

/// `POST /leadhold/v1/sessions`
pub async fn open(request: Request) -> Result<Reply, Error> {
    if is_from_elsewhere(&request) {
        return Err(Error::forbidden("Another site cannot sign anybody in here."));
    }
    let attempt = Attempt { peer: request.peer, ..attempt(&request.json()?)? };
    let user = sign_in(&request.app.world, attempt).await?;
    let secret = open_session(&request, user.clone()).await?;
    let body = json!({ "user": shown(&user), "csrf": csrf_of(&secret) });
    let reply = Reply::json(StatusCode::CREATED, &body).header("cache-control", "no-store");
    Ok(with_cookie(reply, &request, &secret))
}

fn attempt(body: &Map<String, Value>) -> Result<Attempt, Error> {
    let mut fields = Fields::of_body(body);
    let email = fields.required_text("email");
    let password = fields.required_text("password");
    let code = fields.text("code").into_option();
    fields.finish()?;
    Ok(Attempt { email, password, code, peer: None })
}

/// `GET /leadhold/v1/sessions`
pub async fn list(request: Request) -> Result<Reply, Error> {
    let (visitor, now) = (visitor(&request)?, request.now);
    let sessions = request.app.world.store.read(move |tx| session::list(tx, &visitor, now)).await?;
    Ok(Reply::ok(&json!({ "sessions": sessions })))
}

/// `GET /leadhold/v1/sessions/current`
pub async fn current(request: Request) -> Result<Reply, Error> {
    let visitor = visitor(&request)?;
    let (csrf, id) = (visitor.csrf.clone(), visitor.session_id.clone());
    let agency = CompanyScope::proven(visitor.company_id); // the session is the proof
    let user = request.app.world.store.read(move |tx| users::get(tx, &agency, &visitor.user_id)).await?;
    let user = user.ok_or_else(crate::http::authenticate::session_ended)?;
    Ok(Reply::ok(&json!({ "id": id, "user": shown(&user), "csrf": csrf })))
}

/// `DELETE /leadhold/v1/sessions/current`
pub async fn end_current(request: Request) -> Result<Reply, Error> {
    let id = visitor(&request)?.session_id.to_string();
    end_session(&request, id).await
}

/// `DELETE /leadhold/v1/sessions/{sessionId}`
pub async fn end(request: Request) -> Result<Reply, Error> {
    let id = request.path(0).to_owned();
    end_session(&request, id).await
}

async fn end_session(request: &Request, id: String) -> Result<Reply, Error> {
    let visitor = visitor(request)?;
    let own = id == visitor.session_id.as_str();
    let reply = request
        .write(move |tx| session::end(tx, &visitor, &id), |()| Reply::ok(&json!({ "succeeded": true })))
        .await?;
    Ok(if own { without_cookie(reply, request) } else { reply })
}

/// `DELETE /leadhold/v1/sessions`: everywhere.
pub async fn end_all(request: Request) -> Result<Reply, Error> {
    let visitor = visitor(&request)?;
    let reply = request
        .write(
            move |tx| session::end_all(tx, &visitor.company_id, &visitor.user_id),
            |ended| Reply::ok(&json!({ "succeeded": true, "ended": ended })),
        )
        .await?;
    Ok(without_cookie(reply, &request))
}

fn visitor(request: &Request) -> Result<Visitor, Error> {
    request.visitor.clone().ok_or_else(|| Error::internal("this operation's row asks for no session"))
}

fn shown(user: &User) -> Value {
    json!({
        "id": user.id, "companyId": user.company_id, "name": user.name(), "firstName": user.first_name,
        "lastName": user.last_name, "email": user.email, "type": user.kind, "role": user.role,
        "locationIds": user.location_ids, "permissions": user.permissions,
    })
}
