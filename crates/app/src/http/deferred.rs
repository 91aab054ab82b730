//! A write inside another request. Its own handler extracts and authorises as always; the work that it hands to
//! [`Request::write`] is not done but kept, for the transaction of the request around it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value};

use super::authenticate::{authorise, same_tenant};
use super::contract::OperationRow;
use super::page::Brand;
use super::query::Query;
use super::reply::Reply;
use super::request::Request;
use super::router::Route;
use super::version::ApiVersion;

/// Work to be done in somebody else's transaction, and the answer to it.
pub type Work = Box<dyn Fn(&mut Tx<'_>) -> Result<Reply, Error> + Send>;

/// Where [`Request::write`] leaves its work.
#[derive(Clone, Default)]
pub struct Slot(Arc<Mutex<Option<Work>>>);

impl Slot {
    /// Keeps `work`. The reply stands for the one that the work will make, and nobody reads it.
    pub(super) fn keep(&self, work: Work) -> Reply {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(work);
        Reply::json_text(StatusCode::ACCEPTED, "{}")
    }

    fn take(&self) -> Option<Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What a request would have been, had it come by itself.
pub struct Inner {
    /// The path as sent.
    pub target: String,
    /// The path parameters in their order.
    pub path: Vec<String>,
    /// The query.
    pub query: Query,
    /// The body.
    pub body: Map<String, Value>,
}

/// Lets `route` prepare what `inner` asks, as the caller of `outer` and under all rules of the operation's `row`. The
/// route's answer has to be that of [`Request::write`] and nothing more.
///
/// # Errors
/// What the operation by itself would refuse before it writes.
pub async fn defer(
    outer: &Request,
    row: &OperationRow,
    route: &Route,
    version: ApiVersion,
    inner: Inner,
) -> Result<Work, Error> {
    let caller = outer.caller()?;
    authorise(caller, row)?;
    let slot = Slot::default();
    let request = Request {
        app: Arc::clone(&outer.app),
        version,
        method: Method::clone(&row.method),
        target: inner.target,
        caller: Some(caller.clone()),
        visitor: None,
        peer: outer.peer,
        brand: Brand::default(),
        path: inner.path,
        query: inner.query,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        stream: Mutex::new(None),
        fingerprint: Bytes::new(),
        parsed: Mutex::new(Some(inner.body)),
        trace_id: outer.trace_id.clone(),
        now: outer.now,
        deferred: Some(slot.clone()),
    };
    same_tenant(caller, row, &request, outer.app.locations.as_ref()).await?;
    route.handle(request).await?;
    slot.take().ok_or_else(|| Error::internal(format!("{} writes past Request::write", row.key())))
}
