//! What a handler answers.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use leadhold_kernel::{Id, Timestamp, id};
use serde::Serialize;
use serde_json::json;

use super::version::ApiVersion;

use crate::file_store::Content;

/// A status, a body and further headers. The stack adds those that every answer has.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Bytes,
    /// Its `content-type`; empty: no body.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body as it comes, instead of `body`: a file.
    pub stream: Option<Streamed>,
    /// The app that proved itself in a request that has no other caller: the request log shows it to its developers.
    pub proven: Option<Box<ProvenApp>>,
}

/// A body that is sent as it comes.
#[derive(Clone)]
pub struct Streamed(Arc<Mutex<Option<Content>>>);

impl Streamed {
    /// Sends `content`.
    #[must_use]
    pub fn new(content: Content) -> Self {
        Self(Arc::new(Mutex::new(Some(content))))
    }

    /// The content, to whoever asks first.
    pub(super) fn take(&self) -> Option<Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streamed")
    }
}

/// An app, and the agency whose developers made it.
#[derive(Clone, Debug)]
pub struct ProvenApp {
    /// The app.
    pub app_id: Id<id::App>,
    /// Its developers' agency.
    pub company_id: Id<id::Company>,
}

/// The type of all of the API's bodies.
pub const JSON: &str = "application/json; charset=utf-8";

impl Reply {
    /// A body that is JSON already.
    #[must_use]
    pub fn json_text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            body: body.into(),
            content_type: JSON,
            headers: Vec::new(),
            stream: None,
            proven: None,
        }
    }

    /// `body` as JSON. Types of ours serialise; one that does not would answer an empty object and a log line.
    #[must_use]
    pub fn json(status: StatusCode, body: &(impl Serialize + ?Sized)) -> Self {
        let text = serde_json::to_vec(body).unwrap_or_else(|error| {
            tracing::error!(%error, "a body cannot be serialised");
            b"{}".to_vec()
        });
        Self::json_text(status, text)
    }

    /// 200 with `body`.
    #[must_use]
    pub fn ok(body: &(impl Serialize + ?Sized)) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with `body`.
    #[must_use]
    pub fn created(body: &(impl Serialize + ?Sized)) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    /// 200 with the flag of success: v3 spells it right, and keeps the old spelling beside it.
    #[must_use]
    pub fn done(version: ApiVersion) -> Self {
        match version {
            ApiVersion::V2 => Self::ok(&json!({ "succeded": true })),
            ApiVersion::V3 => Self::ok(&json!({ "succeeded": true, "succeded": true })),
        }
    }

    /// 200 with text of another type.
    #[must_use]
    pub fn text(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            body: body.into(),
            content_type,
            headers: Vec::new(),
            stream: None,
            proven: None,
        }
    }

    /// To an app that proved itself.
    #[must_use]
    pub fn to_app(mut self, app: Option<ProvenApp>) -> Self {
        self.proven = app.map(Box::new);
        self
    }

    /// A list whose records were last changed at these moments: `Last-Modified` is the newest (RFC 9110, section 8.8.2).
    #[must_use]
    pub fn modified(self, at: impl IntoIterator<Item = Timestamp>) -> Self {
        match at.into_iter().max() {
            Some(newest) => self.header("last-modified", &newest.http()),
            None => self,
        }
    }

    /// With one more header; a value that no header can have is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }
}
