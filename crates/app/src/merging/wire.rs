//! What clients ask of a merge.

use leadhold_kernel::Error;
use serde_json::{Map, Value};

use crate::contacts::Shared;
use crate::http::Query;
use crate::http::fields::Fields;

/// Contacts that one request merges into another.
const MOST: usize = 20;
const ID_LENGTH: usize = 64;
const KEY_LENGTH: usize = 5000;

/// Whose values stay where several have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefer {
    /// Those of the contact that stays.
    Master,
    /// Those of the contact that was changed last.
    Newest,
    /// Those of the contact that was changed first.
    Oldest,
}

/// A merge.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    /// The contacts that go.
    pub(super) others: Vec<String>,
    pub(super) prefer: Prefer,
    pub(super) dry_run: bool,
}

/// Reads the body of a merge into the contact `master`.
///
/// # Errors
/// All faults at once.
pub(super) fn merge(body: &Map<String, Value>, master: &str) -> Result<Merge, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId"); // who may write there has been decided
    let mut others = fields.texts_within("contactIds", ID_LENGTH).unwrap_or_default();
    let given = others.len();
    if given == 0 && fields.value("contactIds").is_none_or(|value| value.is_null() || value.is_array()) {
        fields.fault("contactIds", "should not be empty");
    }
    if given > MOST {
        fields.too_many("contactIds", MOST);
    }
    if others.iter().any(|id| id == master) {
        fields.fault("contactIds", "must not contain the contact itself");
    }
    let prefer = match fields.one_of("prefer", &["master", "newest", "oldest"]) {
        Some("newest") => Prefer::Newest,
        Some("oldest") => Prefer::Oldest,
        _ => Prefer::Master,
    };
    let dry_run = fields.flag("dryRun").unwrap_or(false);
    fields.finish()?;
    let mut seen: Vec<String> = Vec::new();
    others.retain(|id| {
        !seen.contains(id) && {
            seen.push(id.clone());
            true
        }
    });
    Ok(Merge { others, prefer, dry_run })
}

/// Which duplicates are asked for.
pub(super) struct Asked {
    pub(super) by: Shared,
    pub(super) after: String,
    pub(super) limit: i64,
}

/// Reads the query of a list of duplicates.
///
/// # Errors
/// All faults at once.
pub(super) fn duplicates(query: &Query) -> Result<Asked, Error> {
    let mut fields = Fields::of_list(query);
    fields.declare("locationId");
    let by = match fields.one_of("by", &["email", "phone", "name"]) {
        Some("phone") => Shared::Phone,
        Some("name") => Shared::Name,
        _ => Shared::Email,
    };
    let after = fields.text_within("after", KEY_LENGTH).into_option().unwrap_or_default();
    let limit = fields.integer("limit", 1, 100).unwrap_or(20);
    fields.finish()?;
    Ok(Asked { by, after, limit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(body: Value) -> String {
        match merge(body.as_object().unwrap(), "master") {
            Err(Error::Validation(faults)) => faults.join("\n"),
            other => panic!("expected faults, got {other:?}"),
        }
    }

    #[test]
    fn faults_of_a_merge_are_all_named() {
        insta::assert_snapshot!(faults(json!({"prefer": "me", "dryRun": 1, "into": "x"})), @"
        property into should not exist
        contactIds should not be empty
        prefer must be one of the following values: master, newest, oldest
        dryRun must be a boolean value
        ");
        insta::assert_snapshot!(faults(json!({"contactIds": vec!["master"; 21]})), @"
        contactIds must contain no more than 20 elements
        contactIds must not contain the contact itself
        ");
        insta::assert_snapshot!(faults(json!({"contactIds": "a"})), @"contactIds must be an array");
    }
}
