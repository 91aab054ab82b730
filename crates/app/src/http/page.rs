//! Pages: HTML made on the server, that works without any script.
//!
//! A page's row in the contract has the credential `page`. The edge then looks for a session's cookie and puts the
//! [`Visitor`] into the request, or leaves it empty; it refuses a form that was sent from another site or without the
//! visitor's `csrf`; and errors become pages, too. Templates lie in `crates/app/pages/`, escape what they show, and get
//! `brand`, `visitor` and `nonce` besides what the handler gives them.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use leadhold_kernel::Error;
use minijinja::{AutoEscape, Environment};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::authenticate::{SessionLookup, prove_csrf, session_ended};
use super::query::Query;
use super::reply::Reply;
use super::request::Request;
use super::visitor::Visitor;
use crate::secret;

/// The session's cookie.
pub const SESSION_COOKIE: &str = "leadhold_session";

/// How an agency wants its pages to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Brand {
    /// What the pages are headed with.
    pub name: String,
    /// A picture, by its https URL.
    pub logo_url: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Leadhold".to_owned(), logo_url: None, color: None }
    }
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Every template by its file's name.
        pub const TEMPLATES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../pages/", $name)))),*];
    };
}

templates![
    "layout.html",
    "error.html",
    "home.html",
    "login.html",
    "code.html",
    "account.html",
    "recovery.html",
    "authorize.html",
    "scopes.html",
    "app_fields.html",
    "developer_apps.html",
    "developer_app_new.html",
    "developer_app.html",
    "developer_tokens.html",
    "developer_token.html",
    "developer_webhook_keys.html",
    "requests.html",
    "request.html",
    "webhooks.html",
    "webhook.html",
    "webhook_replay.html",
    "workflows.html",
    "workflow.html",
    "workflow_steps.html",
    "workflow_run.html",
    "workflow_dry_run.html",
    "outbox.html",
    "developer_sandbox.html",
    "developer_sandbox_said.html",
    "inspectors.html",
    "inspector.html",
    "public.html",
    "public_error.html",
    "form.html",
    "form_item.html",
    "form_thanks.html",
    "unsubscribe.html",
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }
    environment
});

/// `template` with the fields of `given`, a JSON object.
///
/// # Errors
/// Internal, when the template fails.
pub fn page(request: &Request, status: StatusCode, template: &str, given: Value) -> Result<Reply, Error> {
    let reply = render(&Look::of(request), request.trace_id.as_str(), status, template, given)?;
    Ok(guarded(reply, request.trace_id.as_str()))
}

/// As [`page`], for anybody and in any frame: it knows no visitor, and looks as `brand` says.
///
/// # Errors
/// Internal, when the template fails.
pub fn public_page(
    request: &Request,
    brand: &Brand,
    status: StatusCode,
    template: &str,
    given: Value,
) -> Result<Reply, Error> {
    let look = Look { brand: brand.clone(), ..Look::default() };
    let nonce = request.trace_id.as_str();
    Ok(headed(render(&look, nonce, status, template, given)?, nonce, "*"))
}

/// As [`public_page`], why there is none.
///
/// # Errors
/// Internal, when the template fails.
pub fn public_error(request: &Request, error: Error) -> Result<Reply, Error> {
    let message = error.client_message();
    let plain = super::error::to_reply(error, super::error::Dialect::Usual, request.trace_id.as_str());
    let heading = plain.status.canonical_reason().unwrap_or("Error");
    let given = json!({ "heading": heading, "message": message });
    let mut reply = public_page(request, &Brand::default(), plain.status, "public_error.html", given)?;
    reply.headers.extend(plain.headers);
    Ok(reply)
}

/// What a page says of a refusal that the person can do something about.
///
/// # Errors
/// All other errors.
pub fn told(error: Error) -> Result<(StatusCode, Vec<String>), Error> {
    let status = match &error {
        Error::Validation(faults) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, faults.clone())),
        Error::BadRequest(_) => StatusCode::BAD_REQUEST,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Conflict(_) => StatusCode::CONFLICT,
        _ => return Err(error),
    };
    Ok((status, vec![error.client_message()]))
}

/// For whom a page is made, and how it is to look.
#[derive(Default)]
pub(super) struct Look {
    brand: Brand,
    visitor: Option<Visitor>,
    /// Whether there is a sandbox to lead to.
    sandbox: bool,
}

impl Look {
    fn of(request: &Request) -> Self {
        let (brand, visitor) = (request.brand.clone(), request.visitor.clone());
        Self { brand, visitor, sandbox: request.app.config.sandbox }
    }
}

/// Lets a request for a page in: finds the visitor, and refuses a form that no page of ours has sent.
///
/// # Errors
/// 403 for a form of another site, or of another session; 400 for one with a NUL character in it.
pub(super) async fn enter(
    request: &mut Request,
    sessions: &dyn SessionLookup,
    look: &mut Option<Look>,
) -> Result<(), Error> {
    let look = look.insert(Look::default());
    let cookie = request.cookie(SESSION_COOKIE).map(str::to_owned);
    (request.visitor, request.brand) = sessions.visitor(cookie.as_deref()).await?;
    *look = Look::of(request);
    if request.method == Method::POST { from_our_page(request) } else { Ok(()) }
}

/// Whether a browser says that another site made it send this request.
#[must_use]
pub fn is_from_elsewhere(request: &Request) -> bool {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site != "same-origin" && site != "none",
        // Browsers without fetch metadata. A client that sends neither is no browser, and has no cookie to abuse.
        (None, Some(origin)) => origin.split("://").nth(1) != header("host"),
        (None, None) => false,
    }
}

fn from_our_page(request: &Request) -> Result<(), Error> {
    let sent = Query::parse(&request.body);
    if sent.has_nul() {
        return Err(Error::bad_request("A form must not contain the character U+0000."));
    }
    let csrf = sent.get("csrf").unwrap_or_default();
    let another_session = request.visitor.as_ref().is_some_and(|visitor| !secret::same(csrf, &visitor.csrf));
    if is_from_elsewhere(request) || another_session {
        return Err(Error::forbidden(
            "This form was sent from another site or has expired. Go back, reload the page and send it again.",
        ));
    }
    Ok(())
}

/// Lets a request in that only a signed-in person may make, and that is answered with JSON.
///
/// # Errors
/// 401 without a session; 403 without its `x-csrf-token`.
pub(super) async fn enter_by_session(
    request: &mut Request,
    sessions: &dyn SessionLookup,
) -> Result<(), Error> {
    let cookie = request.cookie(SESSION_COOKIE).map(str::to_owned);
    let (visitor, brand) = sessions.visitor(cookie.as_deref()).await?;
    prove_csrf(request, &visitor.as_ref().ok_or_else(session_ended)?.csrf)?;
    (request.visitor, request.brand) = (visitor, brand);
    Ok(())
}

/// The page that says why there is none.
pub(super) fn error_page(look: &Look, status: StatusCode, trace_id: &str, error: &Error) -> Reply {
    let heading = status.canonical_reason().unwrap_or("Error");
    let given = json!({ "heading": heading, "message": error.client_message() });
    let page = render(look, trace_id, status, "error.html", given).map(|reply| guarded(reply, trace_id));
    page.unwrap_or_else(|fault| super::error::to_reply(fault, super::error::Dialect::Usual, trace_id))
}

fn render(
    look: &Look,
    nonce: &str,
    status: StatusCode,
    template: &str,
    mut given: Value,
) -> Result<Reply, Error> {
    let visitor = look.visitor.as_ref().map(|visitor| {
        json!({
            "name": visitor.name, "email": visitor.email, "agency": visitor.agency, "admin": visitor.admin,
            "csrf": visitor.csrf,
        })
    });
    // The nonce is the trace id: fresh chance for each request is all that it has to be.
    let around = json!({
        "brand": look.brand, "visitor": visitor, "nonce": nonce, "trace_id": nonce, "sandbox": look.sandbox,
    });
    if let (Value::Object(given), Value::Object(around)) = (&mut given, around) {
        given.extend(around);
    }
    let given = minijinja::Value::deserialize(given).map_err(Error::internal)?;
    let rendered = ENVIRONMENT
        .get_template(template)
        .and_then(|template| template.render(given))
        .map_err(|fault| Error::internal(format!("{template}: {fault:#}")))?;
    let mut reply = Reply::text("text/html; charset=utf-8", rendered);
    reply.status = status;
    Ok(reply)
}

/// With the headers of a page that no other site may show in a frame.
fn guarded(reply: Reply, nonce: &str) -> Reply {
    headed(reply, nonce, "'none'").header("x-frame-options", "DENY")
}

/// With the headers of every page; `framed_by` are the sites that may show it in a frame.
fn headed(reply: Reply, nonce: &str, framed_by: &str) -> Reply {
    let policy = format!(
        "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' https: data:; form-action *; \
         frame-ancestors {framed_by}; base-uri 'none'"
    );
    reply
        .header("content-security-policy", &policy)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
        .header("cache-control", "no-store")
}

/// Leads on to `location`, by `GET`.
#[must_use]
pub fn redirect(location: &str) -> Reply {
    let mut reply = Reply::text("", "").header("location", location).header("cache-control", "no-store");
    reply.status = StatusCode::SEE_OTHER;
    reply
}

/// To sign in, and back to the whole link as it was.
#[must_use]
pub fn sign_in_first(request: &Request) -> Reply {
    let next: String = form_urlencoded::byte_serialize(request.target.as_bytes()).collect();
    redirect(&format!("/login?next={next}"))
}

/// `GET /leadhold/style.css`.
///
/// # Errors
/// Never.
pub async fn style(_: Request) -> Result<Reply, Error> {
    let sheet = include_str!("../../pages/style.css");
    Ok(Reply::text("text/css; charset=utf-8", sheet).header("cache-control", "public, max-age=3600"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for (name, _) in TEMPLATES {
            assert!(ENVIRONMENT.get_template(name).is_ok(), "{name}");
        }
    }
}
