//! Tokens as JSON.

use leadhold_kernel::{Error, ScopeSet};
use serde::Serialize;
use serde_json::{Map, Value};

use super::model::{Kind, Overlap, Token};
use crate::http::fields::Fields;

/// Characters of a name.
pub const NAME_LENGTH: usize = 100;

/// The body of a new token.
pub(super) struct New {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) scopes: ScopeSet,
    /// Which location's; `None`: the caller's own.
    pub(super) location_id: Option<String>,
}

/// Reads it.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<New, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("companyId"); // the edge has looked at it
    let new = New {
        name: fields.required_text_within("name", NAME_LENGTH).trim().to_owned(),
        kind: fields.one_of("kind", Kind::NAMES).and_then(Kind::parse).unwrap_or(Kind::Private),
        scopes: fields.scopes("scopes").unwrap_or_default(),
        location_id: fields.text("locationId").into_option(),
    };
    if new.scopes.is_empty() && fields.sound() {
        fields.fault("scopes", "should not be empty");
    }
    if new.kind == Kind::AgencyKey && new.location_id.is_some() {
        fields.fault("kind", "must be private: an agency key belongs to an agency");
    }
    fields.finish()?;
    Ok(new)
}

/// The body of a change.
pub(super) struct Changes {
    pub(super) name: Option<String>,
    pub(super) scopes: Option<ScopeSet>,
}

/// Reads it.
///
/// # Errors
/// All faults at once.
pub(super) fn changes(body: &Map<String, Value>) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    let named = fields.value("name").is_some();
    let name = named.then(|| fields.required_text_within("name", NAME_LENGTH).trim().to_owned());
    let scopes = fields.scopes("scopes");
    if scopes.is_some_and(|scopes| scopes.is_empty()) && fields.sound() {
        fields.fault("scopes", "should not be empty");
    }
    fields.finish()?;
    Ok(Changes { name, scopes })
}

/// Reads the body of a rotation.
///
/// # Errors
/// All faults at once.
pub(super) fn overlap(body: &Map<String, Value>) -> Result<Overlap, Error> {
    let mut fields = Fields::of_body(body);
    let overlap = fields.one_of("expire", Overlap::NAMES).and_then(Overlap::parse).unwrap_or_default();
    fields.finish()?;
    Ok(overlap)
}

/// A token as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    id: String,
    kind: &'static str,
    name: String,
    hint: String,
    company_id: String,
    location_id: Option<String>,
    scopes: Vec<&'static str>,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
}

impl From<Token> for Shown {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.to_string(),
            kind: token.kind.name(),
            name: token.name,
            hint: token.hint,
            company_id: token.company_id.to_string(),
            location_id: token.location_id.map(|id| id.to_string()),
            scopes: token.scopes.iter().map(|scope| scope.name()).collect(),
            created_at: token.created_at.iso(),
            expires_at: token.expires_at.map(|at| at.iso()),
            last_used_at: token.last_used_at.map(|at| at.iso()),
        }
    }
}
