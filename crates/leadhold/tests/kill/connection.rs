//! One HTTP connection to one server, as long as that lives.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A connection. It never sends anything twice by itself, so that what one call may have done is done at most once.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Moves the bytes; ends with this value.
    _driver: JoinSet<()>,
}

/// A whole answer: from here on the server has promised something.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// Null when the body is no JSON.
    pub body: Value,
    /// Whether it says that it is the answer to an earlier request under the same key.
    pub replayed: bool,
}

impl Connection {
    /// `None` when the server is gone.
    pub async fn open(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        let mut driver = JoinSet::new();
        driver.spawn(async move { drop(connection.await) });
        Some(Self { sender, _driver: driver })
    }

    /// Sends a request; `None` when the server was gone before the whole answer had come.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        self.send_under(None, method, path, token, body).await
    }

    /// As [`Connection::send`], with an `Idempotency-Key`.
    pub async fn send_under(
        &mut self,
        key: Option<&str>,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "leadhold.test");
        request = request.header("version", "2021-07-28").header(header::CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(bytes)).expect("a request");
        self.sender.ready().await.ok()?;
        let (head, body) = self.sender.send_request(request).await.ok()?.into_parts();
        let bytes = body.collect().await.ok()?.to_bytes();
        let replayed = head.headers.contains_key("idempotency-replayed");
        Some(Answer {
            status: head.status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            replayed,
        })
    }
}
