//! Pages for developers, at `/developer/…`: their agency's apps and tokens. For administrators of the agency; whoever is not
//! signed in is led to sign in and back. A form posts to its own page; a secret is shown in the answer to the form, this once.

mod app;
mod apps;
mod form;
mod tokens;
mod webhook_keys;

use leadhold_kernel::{Error, Timestamp};
use serde_json::Value;

use crate::http::{Reply, Request, Route, sign_in_first};
use crate::tenant::CompanyScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [apps::routes(), app::routes(), tokens::routes(), webhook_keys::routes()].concat()
}

/// The agency of the administrator who looks; or where to go instead.
///
/// # Errors
/// 403 for everybody else who is signed in.
fn admin(request: &Request) -> Result<Result<CompanyScope, Reply>, Error> {
    match &request.visitor {
        Some(visitor) => visitor.agency_admin().map(Ok),
        None => Ok(Err(sign_in_first(request))),
    }
}

/// `2026-01-15 10:00`, in UTC.
fn moment(at: Timestamp) -> String {
    let iso = at.iso();
    iso.get(..16).unwrap_or(&iso).replace('T', " ")
}

/// `whole` with the fields of `more`.
fn with(mut whole: Value, more: Value) -> Value {
    if let (Value::Object(whole), Value::Object(more)) = (&mut whole, more) {
        whole.extend(more);
    }
    whole
}
