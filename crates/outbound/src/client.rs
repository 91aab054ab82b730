//! One request out, the head of its answer back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use crate::connect::{Connector, Dial, tcp};
use crate::error::SendError;
use crate::policy::Policy;
use crate::resolve::Resolve;

/// How much of anything one request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the call to the last byte kept of the answer. Default 10 s.
    pub total: Duration,
    /// Name lookup and TCP connection, within `total`. Default 5 s.
    pub connect: Duration,
    /// Bytes kept of the answer's body; reading stops there. Default 64 KiB.
    pub head_of_body: usize,
    /// How long an unused connection is kept. Default 30 s.
    pub idle: Duration,
    /// Unused connections kept for each host. Default 8.
    pub idle_per_host: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            total: Duration::from_secs(10),
            connect: Duration::from_secs(5),
            head_of_body: 64 * 1024,
            idle: Duration::from_secs(30),
            idle_per_host: 8,
        }
    }
}

/// A request to send.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The absolute URL as the user gave it; [`Policy::check_url`] reads it.
    pub url: String,
    /// Headers. Those that describe the connection or the body's length (`host`, `content-length`,
    /// `transfer-encoding`, `connection` and their kin) are the client's to write and are left out.
    pub headers: HeaderMap,
    /// The exact bytes to send.
    pub body: Bytes,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Received {
    /// The status, redirects included.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's first bytes, at most [`Limits::head_of_body`].
    pub head_of_body: Bytes,
    /// Whether `head_of_body` is all of it.
    pub complete: bool,
}

/// An answer whose body is still to come. Dropping it closes its connection.
#[derive(Debug)]
pub struct Opened {
    /// The status, redirects included.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    body: Incoming,
    limit: Duration,
}

impl Opened {
    /// The next piece of the body; `None` at its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, SendError> {
        loop {
            let frame = timeout(self.limit, self.body.frame()).await;
            match frame.map_err(|_| SendError::Timeout(self.limit))? {
                None => return Ok(None),
                Some(Err(why)) => return Err(SendError::from_hyper(&why, false)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}

/// Sends requests to URLs that users typed. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    policy: Policy,
    limits: Limits,
    http: legacy::Client<HttpsConnector<Connector>, Full<Bytes>>,
}

impl Client {
    /// A client over the real network, trusting the Mozilla roots.
    pub fn new(policy: Policy, resolver: Arc<dyn Resolve>, limits: Limits) -> Client {
        Client::over(tcp(), policy, resolver, limits, mozilla_roots())
    }

    fn over(
        dial: Dial,
        policy: Policy,
        resolver: Arc<dyn Resolve>,
        limits: Limits,
        tls: rustls::ClientConfig,
    ) -> Client {
        let connector = Connector { policy, resolver, dial, limit: limits.connect };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.idle)
            .pool_max_idle_per_host(limits.idle_per_host)
            .http1_max_buf_size(64 * 1024)
            .build(connector);
        Client { policy, limits, http }
    }

    /// Sends one request and reads the head of the answer, whatever its status.
    ///
    /// The answer counts once its head and its body's first [`Limits::head_of_body`] bytes (or its end) have
    /// come: a server that says 200 and then falls silent in the middle of its body has timed out. Dropping
    /// the future abandons the request.
    pub async fn send(&self, outgoing: Outgoing) -> Result<Received, SendError> {
        let request = self.request(outgoing)?;
        let limit = self.limits.total;
        timeout(limit, self.exchange(request)).await.unwrap_or(Err(SendError::Timeout(limit)))
    }

    /// Sends one request and answers as soon as the head of the answer has come. The body is read piece by piece, each
    /// within [`Limits::total`]; who reads it says how much is enough.
    pub async fn open(&self, outgoing: Outgoing) -> Result<Opened, SendError> {
        let request = self.request(outgoing)?;
        let limit = self.limits.total;
        let answer =
            timeout(limit, self.http.request(request)).await.map_err(|_| SendError::Timeout(limit))?;
        let answer = answer.map_err(|why| SendError::from_hyper(&why, why.is_connect()))?;
        let (head, body) = answer.into_parts();
        Ok(Opened { status: head.status, headers: head.headers, body, limit })
    }

    /// The policy this client applies, for checking a URL when a user enters it.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    fn request(&self, outgoing: Outgoing) -> Result<Request<Full<Bytes>>, SendError> {
        let url = self.policy.check_url(&outgoing.url)?;
        let uri: Uri = url.as_str().parse().map_err(|why| SendError::Protocol(format!("URL: {why}")))?;
        let mut request = Request::new(Full::new(outgoing.body));
        *request.method_mut() = outgoing.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = outgoing.headers;
        for name in &WRITTEN_BY_THE_CLIENT {
            request.headers_mut().remove(name);
        }
        Ok(request)
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Received, SendError> {
        let answer = self.http.request(request).await;
        let answer = answer.map_err(|why| SendError::from_hyper(&why, why.is_connect()))?;
        let (head, body) = answer.into_parts();
        let (head_of_body, complete) = read_head(body, self.limits.head_of_body).await?;
        Ok(Received { status: head.status, headers: head.headers, head_of_body, complete })
    }
}

/// Reads until the cap or the end. Dropping an unfinished body closes its connection.
async fn read_head(mut body: Incoming, cap: usize) -> Result<(Bytes, bool), SendError> {
    let mut kept = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|why| SendError::from_hyper(&why, false))?;
        let Ok(data) = frame.into_data() else { continue };
        let room = cap - kept.len();
        if data.len() > room {
            kept.extend_from_slice(&data[..room]);
            return Ok((kept.into(), false));
        }
        kept.extend_from_slice(&data);
    }
    Ok((kept.into(), true))
}

fn mozilla_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs has the cipher suites of TLS 1.2 and 1.3")
        .with_webpki_roots()
        .with_no_client_auth()
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A user's header list must not be able to disagree with the connection it travels on.
const WRITTEN_BY_THE_CLIENT: [HeaderName; 10] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::EXPECT,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
];

#[cfg(test)]
mod tests;
