//! Lines as JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::curl::curl;
use super::filter::cursor_of;
use super::log::{Entry, Whole};

/// A line as clients, pages and `leadhold logs` see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown<'a> {
    trace_id: &'a str,
    at: String,
    method: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    status: i64,
    duration_micros: i64,
    client: Option<&'a str>,
    credential_id: Option<&'a str>,
    app_id: Option<&'a str>,
    company_id: Option<&'a str>,
    location_id: Option<&'a str>,
    scope: Option<&'a str>,
    rate_limit: Option<Rate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rate {
    admitted: bool,
    remaining: i64,
    daily_remaining: i64,
}

impl<'a> Shown<'a> {
    /// As it is shown.
    #[must_use]
    pub fn of(entry: &'a Entry) -> Self {
        let rate = |(admitted, remaining, daily_remaining)| Rate { admitted, remaining, daily_remaining };
        Self {
            trace_id: &entry.trace_id,
            at: entry.at.iso(),
            method: &entry.method,
            path: &entry.path,
            query: entry.query.as_deref(),
            status: entry.status,
            duration_micros: entry.micros,
            client: entry.client.as_deref(),
            credential_id: entry.caller.as_deref(),
            app_id: entry.app_id.as_deref(),
            company_id: entry.company_id.as_deref(),
            location_id: entry.location_id.as_deref(),
            scope: entry.scope.as_deref(),
            rate_limit: entry.rate.map(rate),
        }
    }
}

/// A page of lines.
#[derive(Serialize)]
pub(super) struct List<'a> {
    pub(super) requests: Vec<Shown<'a>>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

impl<'a> List<'a> {
    /// `entries` has one more than `size` when there is a next page.
    pub(super) fn of(entries: &'a [Entry], size: usize) -> Self {
        let shown = &entries[..entries.len().min(size)];
        let last = shown.last().filter(|_| entries.len() > size);
        Self {
            next: last.map(|last| cursor_of(last.at, last.seq)),
            requests: shown.iter().map(Shown::of).collect(),
        }
    }
}

/// A line with everything.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail<'a> {
    #[serde(flatten)]
    line: Shown<'a>,
    request_headers: &'a Map<String, Value>,
    response_headers: &'a Map<String, Value>,
    request_body: Option<&'a str>,
    response_body: Option<&'a str>,
    /// The request as a command.
    curl: String,
}

impl<'a> Detail<'a> {
    pub(super) fn of(whole: &'a Whole, base_url: &str) -> Self {
        Self {
            line: Shown::of(&whole.entry),
            request_headers: &whole.request_headers,
            response_headers: &whole.response_headers,
            request_body: whole.request_body.as_deref(),
            response_body: whole.response_body.as_deref(),
            curl: curl(base_url, whole),
        }
    }
}
