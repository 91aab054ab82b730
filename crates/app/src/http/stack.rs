//! The edge: what happens to every request, from top to bottom, in one function.
//!
//! trace id → operation → body, unless files are in it → version → credential → row of the contract → rate limit → faults
//! that are wished for → handler → conditions → log and metrics. Every answer, refusals included, leaves with the
//! rate-limit headers and its trace id.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request as HttpRequest, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leadhold_kernel::{Error, Id};

use super::authenticate::{authenticate, authorise, same_tenant};
use super::conditional::Conditions;
use super::contract::{Api, OperationRow};
use super::error::{Dialect, to_reply};
use super::fault::{self, Asked, Mishap};
use super::idempotency;
use super::operation::{Endpoint, Operation};
use super::page::{self, Brand, Look};
use super::peer::{self, Peer};
use super::query::Query;
use super::rate_limit::Decision;
use super::reply::{Reply, Streamed};
use super::request::Request;
use super::request_log::{Bodies, Calling, Line, Sent, redact, scope_of};

use super::version::{self, ApiVersion};
use crate::App;

/// The largest body that is read, in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// How long a body may take to come: slow clients hold a socket, and sockets end.
const BODY_TIME: Duration = Duration::from_secs(60);

/// What the layers learn on the way, for the answer's headers and the log.
#[derive(Default)]
struct Passage {
    /// `None`: not counted.
    rate: Option<Decision>,
    caller: Option<Calling>,
    /// The scopes that let the request in.
    scope: Option<Cow<'static, str>>,
    /// The request's headers and body, where bodies are logged.
    body: Option<(HeaderMap, Bytes)>,
    /// Set on pages: errors are pages there, too.
    look: Option<Look>,
    /// Set on reads with a credential: what the client has already.
    conditions: Option<Conditions>,
    /// What is wished to befall the answer.
    mishap: Mishap,
}

/// Serves one request. `endpoint` is what the router found for the path; `None`: nothing.
pub async fn serve(
    app: Arc<App>,
    endpoint: Option<&Endpoint>,
    path: Vec<String>,
    request: HttpRequest<Body>,
) -> Response<Body> {
    let began = app.world.clock.stopwatch_micros();
    let at = app.world.clock.now();
    let trace_id = Id::generate(app.world.random.as_ref());
    let (method, url) = (request.method().clone(), request.uri().clone());
    let operation = endpoint.and_then(|endpoint| endpoint.operation(&method));

    let mut passage = Passage::default();
    let (parts, body) = request.into_parts();
    let sent = Sent::of(operation.map(Operation::path), &url, &parts.headers);
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
    let peer = peer::client(peer, &parts.headers, &app.config.trusted_proxies);
    let request = Request {
        app: Arc::clone(&app),
        version: ApiVersion::V2,
        method: method.clone(),
        target: url.path_and_query().map_or_else(|| url.path().to_owned(), ToString::to_string),
        caller: None,
        visitor: None,
        peer,
        brand: Brand::default(),
        path,
        query: Query::parse(url.query().unwrap_or_default().as_bytes()),
        headers: parts.headers,
        body: Bytes::new(),
        stream: Mutex::new(None),
        fingerprint: Bytes::new(),
        parsed: Mutex::new(None),
        trace_id,
        now: at,
        deferred: None,
    };
    let trace_id = request.trace_id.clone();
    let passed = pass(operation, request, &method, url.path(), body, &mut passage);
    // A bug in a handler ends one request, with an answer, and not the connection.
    let result = AssertUnwindSafe(passed).catch_unwind().await;
    let result = result.unwrap_or_else(|_| Err(Error::internal("a handler panicked")));
    let dialect = operation.map(|operation| Dialect::of_area(operation.area())).unwrap_or_default();
    let mut reply =
        result.unwrap_or_else(|error| refuse(error, passage.look.as_ref(), dialect, trace_id.as_str()));
    if let Some(conditions) = &passage.conditions {
        reply = conditions.answer(reply, trace_id.as_str());
    }

    if let Some(pause) = passage.mishap.slow {
        tokio::time::sleep(pause).await;
    }
    let status = reply.status.as_u16();
    let micros = app.world.clock.stopwatch_micros().saturating_sub(began);
    app.metrics.answered(operation.map_or(&app.unknown_operation, |o| &o.counters), status, micros);
    let Passage { rate, caller, scope, body, mishap, .. } = passage;
    let caller = caller.or_else(|| reply.proven.take().map(|app| Calling::of_app(*app)));
    let kept = app.request_log.write(Line {
        at,
        trace_id: trace_id.clone(),
        method: method.clone(),
        sent,
        caller,
        scope,
        rate,
        status,
        response_headers: redact::reply_headers(&reply),
        micros,
        bodies: body.map(|(headers, body)| Bodies::of(&headers, &body, &reply)),
    });
    if !kept {
        app.metrics.log_line_dropped();
    }
    let head = method == Method::HEAD;
    respond(reply, &rate.unwrap_or(Decision::UNCOUNTED), trace_id.as_str(), head, mishap.cut)
}

/// The layers that may refuse, in their order.
async fn pass(
    operation: Option<&Operation>,
    mut request: Request,
    method: &Method,
    url: &str,
    body: Body,
    passage: &mut Passage,
) -> Result<Reply, Error> {
    let app = Arc::clone(&request.app);
    let operation = operation.ok_or_else(|| not_found(method, url))?;
    // As in bodies: neither database can keep it, and one of them fails over it.
    if request.path.iter().any(|part| part.contains('\0')) || request.query.has_nul() {
        return Err(Error::bad_request("The URL must not contain the character U+0000."));
    }
    if operation.takes_files {
        request.stream = Mutex::new(Some(body)); // long, so it is read when the caller is known: `multipart.rs`
    } else {
        request.body = read_body(body, BODY_LIMIT).await?;
    }
    let row = row_for(operation, &mut request, method, url)?;
    // A person's forms are theirs: passwords stand in them under any name.
    if app.config.log_bodies && !row.credentials.page && !row.credentials.session {
        passage.body = Some((request.headers.clone(), request.body.clone()));
    }
    if row.credentials.sandbox && !app.config.sandbox {
        return Err(Error::forbidden("This route exists only when the server runs with --sandbox."));
    }
    // What turns the clock and exchanges the data waits for the others, and so is none of them.
    let _inside = match app.standstill.as_ref().filter(|_| row.slice != "sandbox") {
        Some(standstill) => Some(standstill.inside().await),
        None => None,
    };
    if row.credentials.page {
        page::enter(&mut request, app.sessions.as_ref(), &mut passage.look).await?;
    }
    if row.credentials.session {
        page::enter_by_session(&mut request, app.sessions.as_ref()).await?;
    }
    if row.credentials.location || row.credentials.agency {
        let caller = authenticate(&request, row).await?;
        passage.caller = Some(Calling::of(&caller));
        authorise(&caller, row)?;
        passage.scope = scope_of(&caller, &row.scopes);
        same_tenant(&caller, row, &request, app.locations.as_ref()).await?;
        if app.config.rate_limit {
            let rate = app.limiter.admit(&caller.rate_key(), request.now);
            passage.rate = Some(rate);
            if !rate.admitted {
                return Err(Error::TooManyRequests);
            }
        }
        if idempotency::concerns(method) {
            idempotency::key(&request.headers)?;
        }
        passage.conditions = Conditions::of(method, &request.headers);
        request.caller = Some(caller);
    }
    let Some(handler) = operation.handler.as_ref().filter(|_| row.served) else {
        return Err(Error::NotImplemented(format!(
            "{} is part of the documented API and is not built here yet. \
             contract/operations.tsv lists what is served.",
            row.key()
        )));
    };
    let strike = match app.faults.as_ref().filter(|_| !row.credentials.sandbox && !row.credentials.page) {
        Some(faults) => {
            let here = request.caller.as_ref().and_then(|_| request.location_of_query().ok());
            let location = here.as_ref().map(|here| here.location_id().as_str());
            faults.find(Asked { method, path: url, location }).await?
        }
        None => None,
    };
    match strike {
        Some(strike) => strike.on(handler(request), &mut passage.rate, &mut passage.mishap).await,
        None => handler(request).await,
    }
}

/// The answer to an error: for programs, or for the person who looks at a page.
fn refuse(error: Error, look: Option<&Look>, dialect: Dialect, trace_id: &str) -> Reply {
    let Some(look) = look else { return to_reply(error, dialect, trace_id) };
    let seen = error.clone();
    let status = to_reply(error, dialect, trace_id).status; // also writes an internal one to the log
    page::error_page(look, status, trace_id, &seen)
}

pub(super) async fn read_body(body: Body, limit: usize) -> Result<Bytes, Error> {
    let read = tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await;
    match read.map_err(|_| Error::bad_request("The body did not come in time."))? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Error::TooLarge(format!("The body is larger than {limit} bytes.")))
        }
        Err(_) => Err(Error::bad_request("The body ended before it was complete.")),
    }
}

/// The row that holds for this request's version; our own routes do not look at the header.
fn row_for(
    operation: &Operation,
    request: &mut Request,
    method: &Method,
    url: &str,
) -> Result<&'static OperationRow, Error> {
    if let Some(row) = operation.row(Api::Own) {
        return Ok(row);
    }
    request.version = version::read(&request.headers, request.app.config.strict_version)?;
    let (here, elsewhere) = match request.version {
        ApiVersion::V2 => (Api::V2, Api::V3),
        ApiVersion::V3 => (Api::V3, Api::V2),
    };
    match (operation.row(here), operation.row(elsewhere), here) {
        (Some(row), _, _) => Ok(row),
        (None, Some(_), Api::V3) => Err(Error::bad_request(format!(
            "Endpoint {url} not available in API version v3. \
             This endpoint was removed in version v3. Please use a version before v3."
        ))),
        _ => Err(not_found(method, url)),
    }
}

fn not_found(method: &Method, url: &str) -> Error {
    Error::NotFound(format!("Cannot {method} {url}"))
}

fn respond(reply: Reply, rate: &Decision, trace_id: &str, head: bool, cut: bool) -> Response<Body> {
    let length = reply.body.len();
    let body = match reply.stream.as_ref().and_then(Streamed::take) {
        _ if head => Body::empty(),
        Some(content) => Body::from_stream(content),
        None if cut => fault::cut(&reply.body),
        None => Body::from(reply.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    if !reply.content_type.is_empty() {
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    if cut && !head {
        headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.extend(reply.headers.into_iter().map(|(name, value)| (Some(name), value)));
    rate.write(headers);
    if let Ok(trace_id) = HeaderValue::from_str(trace_id) {
        headers.insert(HeaderName::from_static("x-trace-id"), trace_id);
    }
    response
}
