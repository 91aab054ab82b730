//! What is known of a request when it ends, with nothing in it that could be used by who reads it.

use std::borrow::Cow;

use http::{HeaderMap, Method};
use leadhold_kernel::{Id, Scope, Timestamp, id};

use super::redact;
use crate::http::caller::{Caller, CredentialKind};
use crate::http::rate_limit::Decision;
use crate::http::reply::{ProvenApp, Reply};

/// One request.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it came.
    pub at: Timestamp,
    /// Its trace id, also in the answer.
    pub trace_id: Id<id::Trace>,
    /// Its method.
    pub method: Method,
    /// What came.
    pub sent: Sent,
    /// Who called; `None`: nobody, or nobody known.
    pub caller: Option<Calling>,
    /// The scopes that let it in, separated by spaces; `None`: it was not let in, or none is asked for.
    pub scope: Option<Cow<'static, str>>,
    /// What the counters said; `None`: it was not counted.
    pub rate: Option<Decision>,
    /// The status of the answer.
    pub status: u16,
    /// The answer's headers as JSON, without those that have fields of their own.
    pub response_headers: String,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The bodies; `None` unless they are switched on.
    pub bodies: Option<Bodies>,
}

/// What a client has sent, before anything is known of it.
#[derive(Clone, Debug)]
pub struct Sent {
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: String,
}

impl Sent {
    /// `template` is the operation's path, where there is one.
    #[must_use]
    pub fn of(template: Option<&str>, url: &http::Uri, headers: &HeaderMap) -> Self {
        Self {
            path: redact::path(template, url.path()),
            query: url.query().filter(|query| !query.is_empty()).map(redact::query),
            headers: redact::headers(headers),
        }
    }
}

/// The caller's ids.
#[derive(Clone, Debug)]
pub struct Calling {
    /// `None`: an app that asked for tokens.
    pub(super) token_id: Option<Id<id::Token>>,
    client: &'static str,
    pub(super) company_id: Id<id::Company>,
    pub(super) location_id: Option<Id<id::Location>>,
    pub(super) app_id: Option<Id<id::App>>,
}

impl Calling {
    /// Those of `caller`.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        Self {
            token_id: Some(caller.token_id.clone()),
            client: client(caller.kind),
            company_id: caller.company_id.clone(),
            location_id: caller.location_id.clone(),
            app_id: caller.app.as_ref().map(|app| app.app_id.clone()),
        }
    }

    /// An app that asked for tokens: its developers' agency reads the line.
    #[must_use]
    pub fn of_app(app: ProvenApp) -> Self {
        Self {
            token_id: None,
            client: "app",
            company_id: app.company_id,
            location_id: None,
            app_id: Some(app.app_id),
        }
    }

    /// The kind of credential as the log spells it.
    pub(super) fn client(&self) -> &'static str {
        self.client
    }
}

fn client(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::PrivateToken => "private_token",
        CredentialKind::AgencyKey => "agency_key",
        CredentialKind::AppToken => "app_token",
        CredentialKind::Session => "session",
    }
}

/// Both bodies, redacted.
#[derive(Clone, Debug)]
pub struct Bodies {
    pub(super) request: Option<String>,
    pub(super) response: Option<String>,
}

impl Bodies {
    /// What may be kept of them.
    #[must_use]
    pub fn of(headers: &HeaderMap, request: &[u8], reply: &Reply) -> Self {
        let sent_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Self {
            request: redact::body(sent_type.unwrap_or_default(), request),
            response: redact::body(reply.content_type, &reply.body),
        }
    }
}

/// The scopes of a row that `caller` has: what let it in.
#[must_use]
pub fn scope_of(caller: &Caller, row: &[Scope]) -> Option<Cow<'static, str>> {
    let mut had = row.iter().filter(|scope| caller.scopes.contains(**scope)).map(|scope| scope.name());
    let first = had.next()?;
    let rest: Vec<_> = had.collect();
    if rest.is_empty() {
        return Some(Cow::Borrowed(first));
    }
    Some(Cow::Owned([vec![first], rest].concat().join(" ")))
}
