//! What the application answered.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none: the test shows the body.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| {
            panic!("{e} in the answer {}: {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    /// The answer itself when it has this status.
    ///
    /// # Panics
    /// When it has another: the test shows the body.
    pub fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "unexpected status; the body is {body}");
        self
    }

    /// The header as text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
