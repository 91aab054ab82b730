//! What steps do to records of custom objects, and to companies.

pub mod associate_records;
pub mod create_custom_object_record;
pub mod update_custom_object_record;

use leadhold_kernel::merge_field::render;
use serde_json::{Map, Value};

use crate::workflows::action::custom_values;
use crate::workflows::definition::reader::Fields;

/// The most properties that one step sets.
const MAX_PROPERTIES: usize = 200;

/// What the templates of `properties` come to; empty ones drop out.
fn properties(templates: &[(String, String)], fields: &Value) -> Map<String, Value> {
    let one = |(key, template): &(String, String)| {
        Some((bare(key).to_owned(), custom_values::value_of(template, fields)?))
    };
    templates.iter().filter_map(one).collect()
}

/// A property's key without its object before it: `custom_objects.pet.name` is `name`.
fn bare(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// A text that has to come out with something in it, or why the step does nothing.
fn needed(name: &str, template: &str, fields: &Value) -> Result<String, String> {
    let text = render(template, fields).trim().to_owned();
    if text.is_empty() {
        Err(format!("`{name}` came out empty; check the merge field in it."))
    } else {
        Ok(text)
    }
}

/// Reads `properties`.
fn read(from: &Fields<'_>) -> Vec<(String, String)> {
    from.template_map("properties", MAX_PROPERTIES)
}
