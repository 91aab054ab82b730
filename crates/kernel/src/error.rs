//! What can go wrong, said twice: once for the client, once for the log.
//!
//! This enum knows no HTTP. `http/error.rs` of the app turns it into a status and a body, and is the only place that does.

use std::fmt;

use serde_json::{Map, Value};

/// A refused request with its reason and, where the real service adds them, more keys for the body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problem {
    /// What the client reads.
    pub message: String,
    /// Further keys of the answer, such as the `meta` of a duplicate contact.
    pub extra: Map<String, Value>,
}

/// Why something was refused or failed.
#[derive(Clone, PartialEq)]
pub enum Error {
    /// Fields of the request are wrong: every fault at once, each a sentence that names its field.
    Validation(Vec<String>),
    /// The request is understood and refused.
    BadRequest(Problem),
    /// No credential, a wrong one, or one that may not do this.
    Unauthorized(String),
    /// A good credential, but not for this.
    Forbidden(Problem),
    /// There is no such thing.
    NotFound(String),
    /// It contradicts what is there.
    Conflict(String),
    /// The body is larger than its limit.
    TooLarge(String),
    /// More requests than the rate limit admits.
    TooManyRequests,
    /// Too many failed attempts at something that is guessed: a pause, with the seconds that it still lasts.
    Paused(String, u32),
    /// Documented by the real service and not built here yet.
    NotImplemented(String),
    /// Overloaded or stopping: the same request may succeed in a moment.
    Unavailable(String),
    /// Our fault. The client learns no more than that; the log gets the note.
    Internal(Note),
}

/// What the log is told of an internal error. Has no `Display`, so that it cannot reach a client by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// The text, for the log only.
    #[must_use]
    pub fn for_log(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error {
    /// A refusal with a plain message.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::BadRequest(Problem { message: message.into(), extra: Map::new() })
    }

    /// A prohibition with a plain message.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden(Problem { message: message.into(), extra: Map::new() })
    }

    /// One wrong field.
    pub fn field(sentence: impl Into<String>) -> Self {
        Self::Validation(vec![sentence.into()])
    }

    /// A failure of ours; `note` goes to the log.
    pub fn internal(note: impl fmt::Display) -> Self {
        Self::Internal(Note(note.to_string()))
    }

    /// The sentence for the client (several joined by `, `, as the official SDK does).
    #[must_use]
    pub fn client_message(&self) -> String {
        match self {
            Self::Validation(all) => all.join(", "),
            Self::BadRequest(p) | Self::Forbidden(p) => p.message.clone(),
            Self::Unauthorized(m)
            | Self::NotFound(m)
            | Self::Conflict(m)
            | Self::TooLarge(m)
            | Self::NotImplemented(m)
            | Self::Paused(m, _)
            | Self::Unavailable(m) => m.clone(),
            Self::TooManyRequests => "Too Many Requests".to_owned(),
            Self::Internal(_) => "Internal server error".to_owned(),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(note) => write!(f, "Internal({note:?})"),
            other => f.write_str(&other.client_message()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.client_message())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_never_reads_the_note() {
        let error = Error::internal("disk /dev/sda is full");
        assert_eq!(error.to_string(), "Internal server error");
        assert!(format!("{error:?}").contains("disk"));
    }

    #[test]
    fn faults_are_joined_as_the_sdk_joins_them() {
        assert_eq!(Error::Validation(vec!["a".into(), "b".into()]).to_string(), "a, b");
    }
}
