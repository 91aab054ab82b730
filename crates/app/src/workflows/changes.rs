//! What an event says to have changed, as filters name it: `changed.contact.city` with its `from` and `to`.

use std::collections::BTreeSet;

use leadhold_kernel::{Error, Event};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::booked;
use super::trigger::merge_name;
use crate::custom_fields::{self, Model};
use crate::tenant::LocationScope;

/// The fields of `object` that the event changed, under the names that merge fields have for them; custom fields under
/// their keys.
///
/// # Errors
/// When the store fails.
pub fn of(tx: &mut Tx<'_>, here: &LocationScope, object: &str, event: &Event) -> Result<Value, Error> {
    let mut changes = Map::new();
    let Some(changed) = event.aside["changed"].as_object() else { return Ok(Value::Object(changes)) };
    let model = Model::parse(object).filter(|_| changed.contains_key("customFields"));
    let definitions = match &model {
        Some(model) => custom_fields::list(tx, here, model)?,
        None => Vec::new(),
    };
    for (key, change) in changed {
        if model.is_none() || key != "customFields" {
            // A property of a record is called what it is called.
            let name = match object {
                "appointment" => booked::changed_name(key),
                _ if event.aside["object"].is_string() => key.clone(),
                _ => merge_name(key),
            };
            changes.insert(name, change.clone());
            continue;
        }
        for (id, change) in each(change) {
            if let Some(field) = definitions.iter().find(|field| field.id.as_str() == id) {
                changes.entry(field.bare_key()).or_insert(change);
            }
        }
    }
    Ok(Value::Object(changes))
}

/// The change of a map of values as a change of each.
fn each(change: &Value) -> Vec<(String, Value)> {
    let no_values = Map::new();
    let side = |key: &str| change[key].as_object().unwrap_or(&no_values);
    let (from, to) = (side("from"), side("to"));
    let ids: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let changed = ids.into_iter().filter(|id| from.get(*id) != to.get(*id));
    changed.map(|id| (id.clone(), json!({ "from": from.get(id), "to": to.get(id) }))).collect()
}
