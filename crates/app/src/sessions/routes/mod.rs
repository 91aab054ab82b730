//! The pages of sign-in and of one's own account, and the same for programs under `/leadhold/v1/sessions`.

mod account;
mod api;
mod home;
mod login;
mod qr;

use leadhold_kernel::Error;

use super::cookie;
use super::session::{self, Origin};
use crate::http::page::SESSION_COOKIE;
use crate::http::{Reply, Request, Route, delete, get, post};
use crate::users::User;

/// Every route of this slice.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/", home::show),
        get("/login", login::show),
        post("/login", login::send),
        post("/logout", login::leave),
        get("/account", account::show),
        post("/account", account::send),
        get("/leadhold/v1/sessions", api::list),
        post("/leadhold/v1/sessions", api::open),
        delete("/leadhold/v1/sessions", api::end_all),
        get("/leadhold/v1/sessions/current", api::current),
        delete("/leadhold/v1/sessions/current", api::end_current),
        delete("/leadhold/v1/sessions/{sessionId}", api::end),
    ]
}

/// From where the request's session would be made.
fn origin(request: &Request) -> Origin {
    let agent = request.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin {
        peer: request.peer,
        agent: agent.unwrap_or_default().to_owned(),
        former: request.cookie(SESSION_COOKIE).map(str::to_owned),
    }
}

/// A new session of `user`; its cookie. Not by way of `Request::write`: an answer that is kept for `Idempotency-Key` would
/// be a second key to the account.
async fn open(request: &Request, user: User) -> Result<String, Error> {
    let (cx, origin) = (request.cx(), origin(request));
    tracing::info!(user_id = %user.id, "a person signed in");
    request.app.world.write(move |tx| session::open(tx, &cx, &user, &origin)).await
}

/// `reply` that makes the browser keep the session.
fn with_cookie(reply: Reply, request: &Request, secret: &str) -> Reply {
    reply.header("set-cookie", &cookie::set(secret, &request.app.config.base_url))
}

/// `reply` that makes the browser forget the session.
fn without_cookie(reply: Reply, request: &Request) -> Reply {
    reply.header("set-cookie", &cookie::clear(&request.app.config.base_url))
}
