//! The headers of Standard Webhooks (<https://www.standardwebhooks.com>), so that its libraries can check what we send.
//!
//! What is signed is `id.seconds.body`, so a signature holds for one attempt. Each secret of the subscription that counts now
//! signs (`v1`, HMAC-SHA256), and so does every published key of the server (`v1a`, Ed25519): a workflow's webhook has no
//! secret.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::oauth::apps::subscriptions::Secret;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What one attempt says.
pub(super) struct Message<'a> {
    /// The same in every attempt.
    pub(super) id: &'a str,
    /// When the attempt is made.
    pub(super) seconds: i64,
    /// The bytes.
    pub(super) body: &'a Bytes,
}

impl Message<'_> {
    /// Sets the headers, with `by_keys` behind the secrets' signatures. They win over a user's own.
    pub(super) fn sign(&self, headers: &mut HeaderMap, secrets: &[Secret], by_keys: Vec<String>) {
        let signed = [format!("{}.{}.", self.id, self.seconds).as_bytes(), self.body].concat();
        let by_secret = |secret: &Secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
            format!("v1,{}", STANDARD.encode(hmac::sign(&key, &signed)))
        };
        let signatures: Vec<String> = secrets.iter().map(by_secret).chain(by_keys).collect();
        let (seconds, signatures) = (self.seconds.to_string(), signatures.join(" "));
        for (name, value) in [(ID, self.id), (TIMESTAMP, &seconds), (SIGNATURE, &signatures)] {
            match HeaderValue::from_str(value) {
                Ok(value) => drop(headers.insert(name, value)),
                Err(_) => drop(headers.remove(name)), // ids are letters, digits and dashes
            }
        }
    }
}
