//! The bearer credential: from header to [`Caller`], or the real service's exact refusal.

use std::future::Future;
use std::pin::Pin;

use http::{HeaderMap, Method};
use leadhold_kernel::{Error, Id, id};

use super::caller::{Caller, forbidden_resource, no_access, scope_refused, user_type_not_supported};
use super::contract::OperationRow;
use super::page::{Brand, SESSION_COOKIE};
use super::request::Request;
use super::visitor::{Visitor, csrf_of};
use crate::secret;

/// What [`TokenLookup::look_up`] answers.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Option<Caller>, Error>> + Send + 'a>>;

/// Finds the owner of a credential. `http` knows no table: whoever keeps tokens implements this, and `slices.rs` plugs
/// it in.
pub trait TokenLookup: Send + Sync {
    /// The caller with this secret; `None` when there is none, or it expired or was revoked.
    fn look_up<'a>(&'a self, secret: &'a str) -> Lookup<'a>;
}

/// What [`LocationLookup::has`] answers.
pub type Owns<'a> = Pin<Box<dyn Future<Output = Result<bool, Error>> + Send + 'a>>;

/// Knows an agency's locations; as [`TokenLookup`].
pub trait LocationLookup: Send + Sync {
    /// Whether the agency has this location.
    fn has<'a>(&'a self, company: &'a Id<id::Company>, location: &'a str) -> Owns<'a>;
}

/// What [`SessionLookup::visitor`] answers: who it is, and how the page is to look.
pub type Visit<'a> = Pin<Box<dyn Future<Output = Result<(Option<Visitor>, Brand), Error>> + Send + 'a>>;

/// Finds the person behind a session's cookie; as [`TokenLookup`], for browsers.
pub trait SessionLookup: Send + Sync {
    /// The person as a caller of the API at `location`; when none is named, at their only one or at the agency. `None`
    /// when there is no such session, 403 when the person has no business there.
    fn look_up<'a>(&'a self, cookie: &'a str, location: Option<&'a str>) -> Lookup<'a>;

    /// The person as a visitor of pages, and the brand to show.
    fn visitor<'a>(&'a self, cookie: Option<&'a str>) -> Visit<'a>;
}

/// Finds the owner of the request's credential: of the header `Authorization`, or else of the session's cookie.
///
/// # Errors
/// 401 when there is none; for a session also 403 or 400: a missing `x-csrf-token`, a location that is not theirs, or none.
pub async fn authenticate(request: &Request, row: &OperationRow) -> Result<Caller, Error> {
    match request.cookie(SESSION_COOKIE) {
        Some(cookie) if !request.headers.contains_key(http::header::AUTHORIZATION) => {
            by_session(request, row, cookie).await
        }
        _ => by_bearer(&request.headers, request.app.tokens.as_ref()).await,
    }
}

/// The person behind a cookie, at the location that the request names: in the path, the query, the body or the header
/// `x-leadhold-location`.
async fn by_session(request: &Request, row: &OperationRow, cookie: &str) -> Result<Caller, Error> {
    prove_csrf(request, &csrf_of(cookie))?;
    let named = if row.credentials.location { named_location(row, request) } else { None };
    let caller = request.app.sessions.look_up(cookie, named.as_deref()).await?.ok_or_else(session_ended)?;
    if caller.location_id.is_none() && !row.credentials.agency {
        return Err(Error::bad_request(
            "Name a location: send its id in the query as `locationId`, or in the header `x-leadhold-location`.",
        ));
    }
    Ok(caller)
}

fn named_location(row: &OperationRow, request: &Request) -> Option<String> {
    let in_path = path_names(row)
        .zip(&request.path)
        .find(|(name, _)| *name == "locationId")
        .map(|(_, value)| value.clone());
    let names = ["locationId", "location_id", "altId"];
    let in_query = || names.iter().find_map(|name| request.query.get(name)).map(str::to_owned);
    let in_body =
        || request.named_in_body().into_iter().find(|(name, _)| names.contains(name)).map(|(_, value)| value);
    let in_header = || Some(request.headers.get("x-leadhold-location")?.to_str().ok()?.to_owned());
    in_path.or_else(in_query).or_else(in_body).or_else(in_header)
}

/// Other sites can make a browser send the cookie, but neither read it nor add a header to the request.
///
/// # Errors
/// 403 when a request that may change something lacks the header.
pub fn prove_csrf(request: &Request, expected: &str) -> Result<(), Error> {
    let sent = request.headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if [Method::GET, Method::HEAD].contains(&request.method) || secret::same(sent, expected) {
        return Ok(());
    }
    Err(Error::forbidden("With a session's cookie, send the session's `csrf` in the header x-csrf-token."))
}

/// The answer to a cookie without a session.
#[must_use]
pub fn session_ended() -> Error {
    Error::Unauthorized("There is no session, or it has ended. Sign in again.".into())
}

/// Reads `Authorization: Bearer …` and finds its owner.
///
/// # Errors
/// 401 `Invalid JWT` or `Invalid Private Integration token`, as the real service tells them apart.
async fn by_bearer(headers: &HeaderMap, tokens: &dyn TokenLookup) -> Result<Caller, Error> {
    let secret = bearer_of(headers).ok_or_else(invalid_jwt)?;
    if secret.len() > 16_384 {
        return Err(invalid_jwt());
    }
    match tokens.look_up(secret).await? {
        Some(caller) => Ok(caller),
        None if secret.starts_with("pit-") => {
            Err(Error::Unauthorized("Invalid Private Integration token".into()))
        }
        None => Err(invalid_jwt()),
    }
}

/// The bearer credential of a request, where it has one.
pub(super) fn bearer_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer)
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.trim().split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}

/// The answer to a token that is none, or no longer.
pub(super) fn invalid_jwt() -> Error {
    Error::Unauthorized("Invalid JWT".into())
}

/// Whether the caller's kind of credential and scopes fit the operation's row.
///
/// # Errors
/// 401 or 403 in the real service's words.
pub fn authorise(caller: &Caller, row: &OperationRow) -> Result<(), Error> {
    let fits = if caller.location_id.is_some() { row.credentials.location } else { row.credentials.agency };
    if !fits && caller.location_id.is_some() {
        return Err(if row.area == "oauth" { user_type_not_supported() } else { forbidden_resource() });
    }
    if !fits {
        return Err(Error::Unauthorized(
            "This authClass type is not allowed to access this scope. \
             Please verify your IAM configuration if this is not the case."
                .into(),
        ));
    }
    if !caller.scopes.any_of(&row.scopes) {
        return Err(scope_refused());
    }
    Ok(())
}

/// Whether the tenant that the path, the query or the body names is the caller's own. Handlers prove it again for what they
/// touch; this holds for every operation, also for one whose handler would forget.
///
/// # Errors
/// 403 in the real service's words.
pub async fn same_tenant(
    caller: &Caller,
    row: &OperationRow,
    request: &Request,
    locations: &dyn LocationLookup,
) -> Result<(), Error> {
    let body = request.named_in_body();
    let in_path = path_names(row).zip(request.path.iter().map(String::as_str));
    let in_body = body.iter().map(|(name, value)| (*name, value.as_str()));
    let mut known = None; // the same location is often named twice
    for (name, value) in in_path.chain(request.query.iter()).chain(in_body) {
        let own = match (name, &caller.location_id) {
            ("companyId" | "company_id", _) => caller.company_id.as_str() == value,
            ("locationId" | "location_id", Some(own)) => own.as_str() == value,
            ("locationId" | "location_id", None) => {
                known == Some(value) || locations.has(&caller.company_id, value).await?
            }
            _ => true,
        };
        if !own {
            return Err(no_access());
        }
        if name.starts_with("location") {
            known = Some(value);
        }
    }
    Ok(())
}

/// The names of the path's parameters in their order.
fn path_names(row: &OperationRow) -> impl Iterator<Item = &str> {
    row.path.split('/').filter_map(|s| s.strip_prefix('{').and_then(|s| s.strip_suffix('}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_read_without_case_and_the_secret_trimmed() {
        assert_eq!(bearer("Bearer  pit-1 "), Some("pit-1"));
        assert_eq!(bearer("bearer pit-1"), Some("pit-1"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer "), None);
    }
}
