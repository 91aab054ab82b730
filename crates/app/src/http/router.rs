//! From the contract's rows and the slices' handlers to one axum router.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::Request as HttpRequest;
use axum::routing::any;
use http::Method;
use leadhold_kernel::Error;

use super::contract::OPERATIONS;
use super::metrics::Metrics;
use super::operation::{Endpoint, Handler, HandlerFuture, Operation};
use super::reply::Reply;
use super::request::Request;
use super::stack;
use crate::App;

/// A slice's claim to serve an operation.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path as the contract spells it.
    pub path: &'static str,
    handler: Handler,
    takes_files: bool,
}

impl Route {
    /// `handler` serves `method path`; the contract must have a row for it.
    pub fn new<F, Fut>(method: Method, path: &'static str, handler: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, Error>> + Send + 'static,
    {
        Self {
            method,
            path,
            handler: Arc::new(move |request| Box::pin(handler(request))),
            takes_files: false,
        }
    }

    /// Its body is a form with files, which the handler reads with [`Request::form`].
    #[must_use]
    pub fn takes_files(self) -> Self {
        Self { takes_files: true, ..self }
    }

    /// Serves `request`, which somebody has matched to this route.
    pub(super) fn handle(&self, request: Request) -> HandlerFuture {
        (self.handler)(request)
    }

    /// `GET /contacts/{contactId}`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

macro_rules! verbs {
    ($($verb:ident $method:ident;)*) => { $(
        #[doc = concat!("`handler` serves `", stringify!($method), " path`.")]
        pub fn $verb<F, Fut>(path: &'static str, handler: F) -> Route
        where
            F: Fn(Request) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = Result<Reply, Error>> + Send + 'static,
        {
            Route::new(Method::$method, path, handler)
        }
    )* };
}
verbs! { get GET; post POST; put PUT; delete DELETE; patch PATCH; }

/// Joins rows and handlers by method and path.
#[must_use]
pub fn endpoints(routes: &[Route], metrics: &Metrics) -> BTreeMap<String, Endpoint> {
    let handlers: HashMap<String, &Route> = routes.iter().map(|route| (route.key(), route)).collect();
    let mut endpoints: BTreeMap<String, Endpoint> = BTreeMap::new();
    for row in OPERATIONS.iter() {
        let endpoint = endpoints.entry(shape(row.path)).or_default();
        match endpoint.operations.iter_mut().find(|(method, _)| *method == row.method) {
            Some((_, operation)) => operation.add(row),
            None => {
                let route = handlers.get(&row.key());
                let handler = route.map(|route| Handler::clone(&route.handler));
                let mut operation = Operation::new(row, handler, metrics.operation(&row.key()));
                operation.takes_files = route.is_some_and(|route| route.takes_files);
                endpoint.operations.push((row.method.clone(), operation));
            }
        }
    }
    endpoints
}

/// The path with its parameters named by position: the description names one position differently in different
/// operations, which a router cannot tell apart.
fn shape(path: &str) -> String {
    let mut count = 0;
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            count += 1;
            let rest = if segment.starts_with("{*") { "*" } else { "" };
            format!("{{{rest}p{count}}}")
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The router over `app`'s operations. Every path is served with and without a trailing slash; `{*rest}` at the end of one is
/// whatever lies below it.
pub fn router(app: Arc<App>, routes: &[Route]) -> Router {
    let mut router = Router::new();
    for (path, endpoint) in endpoints(routes, &app.metrics) {
        let endpoint = Arc::new(endpoint);
        let handler = move |State(app): State<Arc<App>>,
                            params: Result<RawPathParams, RawPathParamsRejection>,
                            request: HttpRequest<Body>| async move {
            // A path that is no UTF-8 names nothing.
            let Ok(params) = params else { return stack::serve(app, None, Vec::new(), request).await };
            let path = params.iter().map(|(_, value)| value.to_owned()).collect();
            stack::serve(app, Some(&endpoint), path, request).await
        };
        if !path.contains("{*") {
            router = router.route(&format!("{path}/"), any(handler.clone()));
        }
        router = router.route(&path, any(handler));
    }
    router
        .fallback(|State(app): State<Arc<App>>, request: HttpRequest<Body>| async move {
            stack::serve(app, None, Vec::new(), request).await
        })
        .with_state(app)
}
