//! A request as handlers see it: authenticated, matched, its body read and bounded.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method};
use leadhold_kernel::{Cause, Cx, Error, Id, Timestamp, id};
use serde_json::{Map, Value};

use super::authenticate;
use super::caller::Caller;
use super::deferred::Slot;
use super::idempotency::Once;
use super::page::Brand;
use super::query::Query;
use super::reply::Reply;
use super::stack;
use super::version::ApiVersion;
use super::visitor::Visitor;
use crate::App;
use crate::tenant::LocationScope;
use leadhold_store::Tx;

/// Everything a handler may look at.
pub struct Request {
    /// The application.
    pub app: Arc<App>,
    /// Which spelling of the API.
    pub version: ApiVersion,
    /// The method.
    pub method: Method,
    /// The path and the query as sent.
    pub target: String,
    /// Who calls; `None` on operations that ask for no credential.
    pub caller: Option<Caller>,
    /// The client's address; `None` when no socket brought the request.
    pub peer: Option<IpAddr>,
    /// Who is signed in, on pages and on operations of a session; `None` on everything else.
    pub visitor: Option<Visitor>,
    /// How a page is to look.
    pub brand: Brand,
    /// The path parameters in their order.
    pub path: Vec<String>,
    /// The query.
    pub query: Query,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as sent; empty where the route takes files.
    pub body: Bytes,
    /// The body that is still to come, where the route takes files.
    pub(super) stream: Mutex<Option<Body>>,
    /// What stands for the body of a form with files, once it has been read.
    pub(super) fingerprint: Bytes,
    /// The body as a JSON object, once the edge has read it to see which tenant it names.
    pub(super) parsed: Mutex<Option<Map<String, Value>>>,
    /// Names the request in answers and logs.
    pub trace_id: Id<id::Trace>,
    /// The moment of the request.
    pub now: Timestamp,
    /// Where the write is left, when the request stands inside another.
    pub(super) deferred: Option<Slot>,
}

impl Request {
    /// The caller.
    ///
    /// # Errors
    /// Internal, when the operation's row asks for no credential: the handler contradicts the contract.
    pub fn caller(&self) -> Result<&Caller, Error> {
        self.caller.as_ref().ok_or_else(|| Error::internal("this operation's row asks for no credential"))
    }

    /// The `i`-th path parameter.
    #[must_use]
    pub fn path(&self, i: usize) -> &str {
        self.path.get(i).map_or("", String::as_str)
    }

    /// The location that the query's `locationId` (or `location_id`) names, or else the credential's own.
    ///
    /// # Errors
    /// 403 when it is another's.
    pub fn location_of_query(&self) -> Result<LocationScope, Error> {
        self.caller()?.location(self.query.get("locationId").or_else(|| self.query.get("location_id")))
    }

    /// The body that is still to come, once.
    pub(super) fn take_stream(&self) -> Option<Body> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Reads the body as a whole, where the route takes files and none came.
    ///
    /// # Errors
    /// 413 when it is too long, 400 when it does not come to its end.
    pub async fn read_whole(&mut self) -> Result<(), Error> {
        if let Some(body) = self.take_stream() {
            self.body = stack::read_body(body, stack::BODY_LIMIT).await?;
        }
        Ok(())
    }

    /// The location that a body names, or else the credential's own. It comes before the faults of the body: a stranger
    /// learns nothing about what would have been accepted.
    ///
    /// # Errors
    /// 403 when it is another's.
    pub fn location_of_body(&self, body: &Map<String, Value>) -> Result<LocationScope, Error> {
        self.caller()?.location(body.get("locationId").and_then(Value::as_str))
    }

    /// What was read of a body, or why not: another location's record, which `look` meets, is forbidden whatever the body
    /// says of it.
    ///
    /// # Errors
    /// 403 when it is another location's, else the fault that was found.
    pub async fn or_forbidden<T, F>(&self, read: Result<T, Error>, look: F) -> Result<T, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
    {
        let Err(fault) = read else { return read };
        match self.app.world.store.read(look).await {
            Err(forbidden @ Error::Forbidden(_)) => Err(forbidden),
            _ => Err(fault),
        }
    }

    /// What surrounds the change that this request makes.
    #[must_use]
    pub fn cx(&self) -> Cx {
        let system = Cx::system(self.now, Arc::clone(&self.app.world.random));
        let actor = match (&self.caller, &self.visitor) {
            (Some(caller), _) => caller.actor(),
            (None, Some(visitor)) => visitor.actor(),
            (None, None) => return system,
        };
        Cx { actor, cause: Cause::default(), ..system }
    }

    /// Does `work` in a transaction and answers what `wrap` makes of its result. The way for every operation that writes:
    /// with an [`Idempotency-Key`](super::idempotency), the answer is kept in the same transaction. So `wrap`, too, may
    /// run inside it, and more than once.
    ///
    /// # Errors
    /// What `work` answers, 409 when the key stands for another request, or the store's failure.
    pub async fn write<T, F, W>(&self, work: F, wrap: W) -> Result<Reply, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        W: Fn(T) -> Reply + Send + 'static,
        T: Send + 'static,
    {
        if let Some(slot) = &self.deferred {
            return Ok(slot.keep(Box::new(move |tx| work(tx).map(&wrap))));
        }
        match Once::of(self)? {
            None => self.app.world.write(work).await.map(wrap),
            Some(once) => once.write(&self.app.world, work, wrap).await,
        }
    }

    /// The bearer credential as it was sent.
    ///
    /// # Errors
    /// Internal, when there is none: the handler contradicts the contract.
    pub fn bearer(&self) -> Result<&str, Error> {
        authenticate::bearer_of(&self.headers)
            .ok_or_else(|| Error::internal("this operation's row asks for no credential"))
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies =
            self.headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Reads the body of a route that takes files as a whole, when it is no form; `body` and `json` have it then.
    ///
    /// # Errors
    /// 413 when it is longer than `limit` bytes, 400 when it does not come to its end, 503 when too many come at once.
    pub async fn read_long_body(&mut self, limit: usize) -> Result<(), Error> {
        let body = self.take_stream().ok_or_else(|| Error::internal("the route does not take files"))?;
        let _reading = self.admit_file()?;
        self.body = stack::read_body(body, limit).await?;
        self.parsed = Mutex::new(None); // the edge saw an empty one
        Ok(())
    }

    /// The body as a JSON object; an empty body is an empty object.
    ///
    /// # Errors
    /// 400 when it is no JSON or holds a NUL character, 422 when it is no object.
    pub fn json(&self) -> Result<Map<String, Value>, Error> {
        if let Some(map) = self.parsed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(map);
        }
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        match parse_json(&self.body)? {
            Value::Object(map) => Ok(map),
            _ => Err(Error::field("the body must be a JSON object")),
        }
    }

    /// The tenants that the body names, as the query would; nothing when it is no JSON object, which the handler refuses.
    pub(super) fn named_in_body(&self) -> Vec<(&'static str, String)> {
        if self.is_form() {
            return Vec::new();
        }
        let Ok(map) = self.json() else { return Vec::new() };
        let names = ["locationId", "companyId", "altId"];
        let named =
            names.into_iter().filter_map(|name| Some((name, map.get(name)?.as_str()?.to_owned()))).collect();
        *self.parsed.lock().unwrap_or_else(PoisonError::into_inner) = Some(map);
        named
    }

    /// Whether the body is a form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        let kind = self.headers.get(http::header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        kind.is_some_and(|k| {
            k.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
        })
    }
}

/// Reads JSON from outside. Neither database can keep U+0000 in text on both engines, so it is refused here, once.
///
/// # Errors
/// 400 with the place of the fault.
pub fn parse_json(body: &[u8]) -> Result<Value, Error> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|e| Error::bad_request(format!("The body is not valid JSON: {e}")))?;
    // The search is cheap and nearly always negative; only then is the tree walked.
    if body.windows(6).any(|w| w == b"\\u0000") && has_nul(&value) {
        return Err(Error::bad_request("The body must not contain the character U+0000."));
    }
    Ok(value)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_refused_and_its_spelling_as_text_is_not() {
        assert!(parse_json(br#"{"a":["x\u0000"]}"#).is_err());
        assert!(parse_json(br#"{"\u0000":1}"#).is_err());
        assert!(parse_json(br#"{"a":"\\u0000"}"#).is_ok());
    }

    #[test]
    fn broken_json_is_told_its_place() {
        let error = parse_json(b"{\"a\":").unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
