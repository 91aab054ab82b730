//! A request in the making: `app.post("/contacts/").json(json!({…})).send().await`.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use leadhold_app::http::peer::Peer;
use serde_json::Value;
use tower::ServiceExt;

use crate::answer::Answer;
use crate::conscience::Seen;
use crate::person::SignedIn;
use crate::tested;
use crate::transcript::Asked;

/// A request that has not been sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    router: Router,
    seen: Seen,
    request: Request<Bytes>,
}

impl Call {
    pub(crate) fn new(router: Router, seen: Seen, method: Method, path: &str, token: &str) -> Self {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap_or_else(|e| panic!("`{path}` is no path: {e}"));
        Self { router, seen, request }.token(token)
    }

    /// With another credential; an empty one sends no header.
    pub fn token(mut self, token: &str) -> Self {
        self.request.headers_mut().remove(http::header::AUTHORIZATION);
        if token.is_empty() { self } else { self.header("authorization", &format!("Bearer {token}")) }
    }

    /// With a cookie's value as the session, and no token.
    pub fn cookie(self, value: &str) -> Self {
        self.token("").header("cookie", &format!("leadhold_session={value}"))
    }

    /// As a signed-in person, by the session's cookie and its `x-csrf-token`; no token.
    pub fn session(self, signed_in: &SignedIn) -> Self {
        self.cookie(&signed_in.cookie).header("x-csrf-token", &signed_in.csrf)
    }

    /// With a form as the body.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", text)
    }

    /// With a form with files as the body: texts, and files by field, name and content.
    pub fn multipart(self, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Self {
        const BOUNDARY: &str = "boundary-of-a-test";
        let mut body = Vec::new();
        for (name, text) in texts {
            let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), text.as_bytes(), b"\r\n"].concat());
        }
        for (field, name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    /// From another end than usual: none.
    ///
    /// # Panics
    /// When `address` is no IP address.
    pub fn peer(mut self, address: &str) -> Self {
        let address = address.parse().unwrap_or_else(|e| panic!("`{address}` is no address: {e}"));
        self.request.extensions_mut().insert(Peer(address));
        self
    }

    /// With a `Version` header.
    pub fn version(self, version: &str) -> Self {
        self.header("version", version)
    }

    /// With a header.
    ///
    /// # Panics
    /// When no header can have this name or value.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let mut this = self.header("content-type", content_type);
        *this.request.body_mut() = body.into();
        this
    }

    /// Sends it through the whole edge, without a network.
    ///
    /// # Panics
    /// When the answer cannot be read.
    pub async fn send(mut self) -> Answer {
        let body = Body::from(std::mem::take(self.request.body_mut()));
        self.send_body(body).await
    }

    /// As [`Call::send`], with a body that comes a piece at a time, or never ends.
    ///
    /// # Panics
    /// When the answer cannot be read.
    pub async fn send_pieces(self, pieces: impl Stream<Item = &'static str> + Send + 'static) -> Answer {
        self.send_body(Body::from_stream(pieces.map(Ok::<_, Infallible>))).await
    }

    async fn send_body(self, body: Body) -> Answer {
        let (method, path) = (self.request.method().clone(), self.request.uri().path().to_owned());
        let asked = Asked::of(&method, &path, self.request.headers());
        let request = self.request.map(|_| body);
        let response = self.router.oneshot(request).await.unwrap_or_else(|never| match never {});
        // A form that was taken and a link that was followed lead on.
        let led_on = [http::StatusCode::SEE_OTHER, http::StatusCode::FOUND].contains(&response.status());
        if response.status().is_success() || led_on {
            tested::note(&method, &path);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body of the answer").to_bytes();
        asked.answered(parts.status, &parts.headers, &body);
        self.seen.note(&parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
