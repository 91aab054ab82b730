//! What came, as JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadhold_kernel::Error;
use serde::Serialize;
use serde_json::{Map, Value};

use super::kept::{Kept, Named};
use crate::http::Query;
use crate::http::fields::Fields;

/// A page of a name's requests.
#[derive(Serialize)]
pub(super) struct List {
    pub(super) requests: Vec<Shown>,
    /// What to send as `after` for older ones; null on the last page.
    pub(super) next: Option<String>,
}

/// One request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    id: String,
    at: String,
    method: String,
    target: String,
    headers: Map<String, Value>,
    /// As text; base64 in `bodyBase64` when it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    body_length: i64,
    /// Whether only the beginning of the body is here.
    body_cut: bool,
    signatures: Map<String, Value>,
}

/// A name in the list of names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Name {
    name: String,
    url: String,
    requests: i64,
    used_at: String,
}

/// Reads `limit` (1 to 50, else 20) and `after`: how many, and before which number.
pub(super) fn page(query: &Query) -> Result<(i64, i64), Error> {
    let mut fields = Fields::of_query(query);
    let limit = fields.integer("limit", 1, 50).unwrap_or(20);
    let after = fields.integer("after", 1, i64::MAX).unwrap_or(i64::MAX);
    fields.finish()?;
    Ok((limit, after))
}

impl List {
    /// The page, read with one request more than its size.
    pub(super) fn of(mut kept: Vec<Kept>, size: i64) -> Self {
        let size = usize::try_from(size).unwrap_or(0);
        let more = kept.len() > size;
        kept.truncate(size);
        let next = kept.last().filter(|_| more).map(|last| last.no.to_string());
        Self { requests: kept.into_iter().map(Shown::of).collect(), next }
    }
}

impl Shown {
    fn of(kept: Kept) -> Self {
        let cut = i64::try_from(kept.body.len()).is_ok_and(|length| length < kept.body_length);
        let (body, body_base64) = match text(kept.body, cut) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes))),
        };
        Self {
            id: kept.no.to_string(),
            at: kept.at.iso(),
            method: kept.method,
            target: kept.target,
            headers: kept.headers,
            body,
            body_base64,
            body_length: kept.body_length,
            body_cut: cut,
            signatures: kept.signatures,
        }
    }

    /// The body as people read it.
    pub(super) fn pretty(&self) -> String {
        let Some(text) = &self.body else {
            return self.body_base64.clone().unwrap_or_default();
        };
        match serde_json::from_str::<Value>(text) {
            Ok(value) => serde_json::to_string_pretty(&value).unwrap_or_else(|_| text.clone()),
            Err(_) => text.clone(),
        }
    }
}

/// Text that was cut may end in the middle of a character.
fn text(bytes: Vec<u8>, cut: bool) -> Result<String, Vec<u8>> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(fault) if cut && fault.utf8_error().error_len().is_none() => {
            let whole = fault.utf8_error().valid_up_to();
            let mut bytes = fault.into_bytes();
            bytes.truncate(whole);
            String::from_utf8(bytes).map_err(|fault| fault.into_bytes())
        }
        Err(fault) => Err(fault.into_bytes()),
    }
}

impl Name {
    pub(super) fn of(named: Named, base_url: &str) -> Self {
        let url = format!("{base_url}/leadhold/v1/inspect/{}", named.name);
        Self { url, name: named.name, requests: named.requests, used_at: named.used_at.iso() }
    }
}
