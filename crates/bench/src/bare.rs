//! The server to compare with: axum and nothing behind it, answering the bytes that Leadhold answered.
//!
//! It routes the same paths, reads the bodies that Leadhold reads, and sends the same headers, so what is left of the
//! difference is Leadhold's own work: the edge, the handler, the store.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use axum::Router;
use axum::extract::{Path as PathParameter, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::client::Answer;
use crate::outcome::{During, Outcome};

/// One operation's answer, in the file that the server reads.
#[derive(Serialize, Deserialize)]
struct Recorded {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Answers by operation: `get`, `list`, `create`, `search`.
#[derive(Default)]
pub struct Script {
    answers: BTreeMap<&'static str, Recorded>,
}

impl Script {
    /// Learns what the operation answers.
    pub fn record(&mut self, operation: &'static str, answer: &Answer) {
        // These four are hyper's own business, and it adds them here as it did there.
        let own = ["date", "content-length", "connection", "transfer-encoding"];
        let kept = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let recorded =
            Recorded { status: answer.status, headers: kept.cloned().collect(), body: answer.body.clone() };
        self.answers.insert(operation, recorded);
    }

    pub fn save(&self, file: &Path) -> Outcome<()> {
        let text = serde_json::to_string(&self.answers).during("cannot write the answers")?;
        fs::write(file, text).during("cannot write the answers")
    }
}

#[derive(Clone)]
struct Prepared {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Prepared {
    fn of(recorded: Recorded) -> Outcome<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in recorded.headers {
            let name: HeaderName = name.parse().during("a header's name")?;
            let value: HeaderValue = value.parse().during("a header's value")?;
            headers.append(name, value);
        }
        let status = StatusCode::from_u16(recorded.status).during("a status")?;
        Ok(Self { status, headers, body: Bytes::from(recorded.body) })
    }

    fn answer(self) -> Response {
        let mut response = Response::new(axum::body::Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Serves the answers in `file` on a free port until the process is ended.
pub fn serve(file: &Path) -> Outcome<()> {
    let text = fs::read_to_string(file).during("cannot read the answers")?;
    let mut recorded: BTreeMap<String, Recorded> =
        serde_json::from_str(&text).during("cannot read the answers")?;
    let mut prepared = |operation: &str| {
        Prepared::of(recorded.remove(operation).ok_or_else(|| format!("no answer for `{operation}`"))?)
    };
    let router = Router::new()
        .merge(Router::new().route("/contacts/{id}", get(one)).with_state(prepared("get")?))
        .merge(Router::new().route("/contacts/", get(whole)).with_state(prepared("list")?))
        .merge(Router::new().route("/contacts/", post(read)).with_state(prepared("create")?))
        .merge(Router::new().route("/contacts/search", post(read)).with_state(prepared("search")?));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.during("cannot start")?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.during("cannot listen")?;
        println!("listening on http://{}", listener.local_addr().during("cannot listen")?);
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router).await.during("cannot serve")
    })
}

async fn one(State(prepared): State<Prepared>, PathParameter(_id): PathParameter<String>) -> Response {
    prepared.answer()
}

async fn whole(State(prepared): State<Prepared>) -> Response {
    prepared.answer()
}

async fn read(State(prepared): State<Prepared>, _body: Bytes) -> Response {
    prepared.answer()
}
