//! What `query` searches: the words of the properties that the location chose, usually the name; beside them a search looks
//! at the contact.

use leadhold_kernel::{Error, plain};
use leadhold_store::{Tx, params};
use serde_json::{Value, json};

use crate::custom_fields;
use crate::objects::{Searched, Standard};
use crate::opportunities::model::Opportunity;
use crate::opportunities::sql;
use crate::tenant::LocationScope;

/// The properties in which words are looked for, which stay the same until the transaction ends.
///
/// # Errors
/// When the store fails.
pub(super) fn searched(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Searched, Error> {
    custom_fields::keep(tx, here, Standard::Opportunity.key())?;
    Searched::of(tx, here, Standard::Opportunity)
}

/// The text for the index.
pub(super) fn text(searched: &Searched, of: &Opportunity) -> String {
    searched.text(|key| property(of, key))
}

/// Makes the text of a stored opportunity anew.
///
/// # Errors
/// When the store fails.
pub(super) fn reindex(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    searched: &Searched,
    of: &Opportunity,
) -> Result<(), Error> {
    tx.exec(sql::REINDEX_TEXT, params![of.no, here.location_id(), text(searched, of)])?;
    Ok(())
}

/// A property by its bare key, as `/objects` names it.
fn property(of: &Opportunity, key: &str) -> Option<Value> {
    match key {
        "name" => Some(json!(of.name)),
        "pipeline_id" => Some(json!(of.pipeline_id)),
        "pipeline_stage_id" => Some(json!(of.stage_id)),
        "status" => Some(json!(of.status.name())),
        "monetary_value" => Some(plain(of.monetary_value)),
        "assigned_to" => of.assigned_to.as_ref().map(|user| json!(user)),
        "source" => of.source.as_ref().map(|source| json!(source)),
        custom => {
            let is_it = |key: &str| key.strip_prefix("opportunity.").unwrap_or(key) == custom;
            of.custom_fields.iter().find(|field| is_it(&field.key)).map(|field| field.value.clone())
        }
    }
}
