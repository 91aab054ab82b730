//! Conditional reads (RFC 9110, section 13): a client that kept an answer asks whether it still holds.
//!
//! Every JSON answer to an authenticated `GET` carries a weak `ETag` of its body without the trace id, which differs each
//! time. `If-None-Match` with that tag is answered 304 without a body. `If-Modified-Since` is not looked at: a second is
//! too coarse for a store that a client has just written to, and what was removed leaves no date behind.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::reply::{JSON, Reply};

/// Bytes of a body's SHA-256 that a tag shows.
const SHOWN: usize = 16;
/// Bytes at a body's end within which its trace id stands, where it has one.
const END: usize = 100;

/// What a request says about the answers that its client has.
pub struct Conditions {
    known: Vec<HeaderValue>,
}

impl Conditions {
    /// Those of a read; `None` for every other request.
    #[must_use]
    pub fn of(method: &Method, headers: &HeaderMap) -> Option<Self> {
        let is_read = *method == Method::GET || *method == Method::HEAD;
        is_read.then(|| Self { known: headers.get_all(IF_NONE_MATCH).iter().cloned().collect() })
    }

    /// `reply` with its tag, or 304 when the client has it already.
    #[must_use]
    pub fn answer(&self, mut reply: Reply, trace_id: &str) -> Reply {
        let is_tagged = reply.headers.iter().any(|(name, _)| name == ETAG || name == CACHE_CONTROL);
        if reply.status != StatusCode::OK || reply.content_type != JSON || is_tagged {
            return reply;
        }
        let tag = tag(&reply.body, trace_id);
        let is_known = self.known.iter().filter_map(|line| line.to_str().ok()).any(|line| names(line, &tag));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            reply.headers.push((ETAG, tag));
        }
        // Kept by its client alone, and never shown again unasked.
        reply.headers.push((CACHE_CONTROL, HeaderValue::from_static("private, no-cache")));
        reply.headers.push((VARY, HeaderValue::from_static("authorization, version")));
        if is_known {
            reply.status = StatusCode::NOT_MODIFIED;
            reply.body.clear();
            reply.content_type = "";
        }
        reply
    }
}

/// `W/"…"`: weak, since two bodies with the same tag differ in their trace id.
fn tag(body: &[u8], trace_id: &str) -> String {
    let mut hash = Context::new(&SHA256);
    let trace_id = trace_id.as_bytes();
    let end = body.len().saturating_sub(END);
    match body[end..].windows(trace_id.len()).rposition(|window| window == trace_id).map(|at| end + at) {
        Some(at) => {
            hash.update(&body[..at]);
            hash.update(&body[at + trace_id.len()..]);
        }
        None => hash.update(body),
    }
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&hash.finish().as_ref()[..SHOWN]))
}

/// Whether a line of `If-None-Match` names `tag`, by the weak comparison; `*` names every answer.
fn names(line: &str, tag: &str) -> bool {
    // A comma inside a tag of somebody else's splits it into pieces that match nothing of ours.
    line.split(',').any(|known| known.trim() == "*" || opaque(known.trim()) == opaque(tag))
}

/// A tag without the mark of a weak one.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_does_not_change_the_tag() {
        let one = tag(br#"{"contacts":[],"traceId":"aaaa"}"#, "aaaa");
        assert_eq!(one, tag(br#"{"contacts":[],"traceId":"bbbb"}"#, "bbbb"));
        assert_ne!(one, tag(br#"{"contacts":[1],"traceId":"aaaa"}"#, "aaaa"));
    }

    #[test]
    fn a_line_names_a_tag_in_every_spelling() {
        for (line, expected) in [
            (r#"W/"x""#, true),
            (r#""x""#, true),
            (r#""a", W/"x""#, true),
            ("*", true),
            (r#""y""#, false),
            ("x", false),
            ("", false),
        ] {
            assert_eq!(names(line, r#"W/"x""#), expected, "{line}");
        }
    }
}
