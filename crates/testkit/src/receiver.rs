//! A real HTTP server on loopback that keeps what it is sent and answers what it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::Notify;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its method.
    pub method: Method,
    /// Its path and query.
    pub uri: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its exact bytes.
    pub body: Bytes,
}

impl Received {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the delivery's body is JSON")
    }

    /// The header as text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

type Prepared = (StatusCode, Vec<(&'static str, String)>, String);

#[derive(Default)]
struct Kept {
    requests: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<Prepared>>,
    came: Notify,
}

/// A receiver for webhooks.
pub struct Receiver {
    /// Where it listens: `http://127.0.0.1:port`.
    pub url: String,
    kept: Arc<Kept>,
    serving: tokio::task::JoinSet<()>,
}

impl Receiver {
    /// Starts on a free port. Answers 200 unless told otherwise.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let kept = Arc::new(Kept::default());
        let router = Router::new().fallback(keep).with_state(Arc::clone(&kept));
        let mut serving = tokio::task::JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.expect("the receiver serves") });
        Self { url, kept, serving }
    }

    /// Answers the next request with `status`; several are taken in order.
    pub fn answer_next(&self, status: u16) {
        self.answer_next_with(status, Vec::new());
    }

    /// Answers the next request with `status` and `headers`.
    ///
    /// # Panics
    /// When `status` is none.
    pub fn answer_next_with(&self, status: u16, headers: Vec<(&'static str, String)>) {
        let status = StatusCode::from_u16(status).expect("a status");
        lock(&self.kept.answers).push_back((status, headers, "ok".to_owned()));
    }

    /// Answers the next request with 200 and `body`.
    pub fn answer_next_json(&self, body: &Value) {
        lock(&self.kept.answers).push_back((StatusCode::OK, Vec::new(), body.to_string()));
    }

    /// Answers 200 again, whatever was prepared.
    pub fn forget_answers(&self) {
        lock(&self.kept.answers).clear();
    }

    /// All that came so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.kept.requests).clone()
    }

    /// Waits until at least `count` requests have come.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        loop {
            let came = self.kept.came.notified();
            let requests = self.requests();
            if requests.len() >= count {
                return requests;
            }
            came.await;
        }
    }

    /// Stops listening: further deliveries meet a closed port.
    pub async fn stop(mut self) {
        self.serving.shutdown().await;
    }
}

async fn keep(State(kept): State<Arc<Kept>>, request: Request<Body>) -> http::Response<Body> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|b| b.to_bytes()).unwrap_or_default();
    let received =
        Received { method: parts.method, uri: parts.uri.to_string(), headers: parts.headers, body };
    lock(&kept.requests).push(received);
    let (status, headers, body) =
        lock(&kept.answers).pop_front().unwrap_or_else(|| (StatusCode::OK, Vec::new(), "ok".to_owned()));
    kept.came.notify_waiters();
    let mut response = http::Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().expect("a header value"));
    }
    response
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
