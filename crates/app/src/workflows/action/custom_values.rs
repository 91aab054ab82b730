//! Custom fields as steps set them, on contacts and opportunities: `[{"key": "shoe_size", "value": "{{…}}"}]`.
//!
//! A value that comes out empty says nothing about its field. One that is a merge field alone takes the value as it is, a
//! list for instance.

use leadhold_kernel::Error;
use leadhold_kernel::merge_field;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::Value;

use crate::custom_fields::{self, CustomField, FieldWrite, Model};
use crate::locations;
use crate::tenant::LocationScope;
use crate::workflows::action::filled;
use crate::workflows::definition::reader::Fields;

/// The most custom fields that one step sets.
const MOST: usize = 200;

/// A custom field and what it is to become.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomValue {
    /// The field's id or key.
    pub field: FieldName,
    /// Its new value, not empty.
    pub value: Value,
}

/// A custom field by one of its two names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldName {
    /// The id of its definition.
    Id(String),
    /// Its key without the model before it.
    Key(String),
}

impl FieldName {
    /// The name of either kind.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Id(name) | Self::Key(name) => name,
        }
    }

    /// Whether it means this definition.
    #[must_use]
    pub fn names(&self, field: &CustomField) -> bool {
        match self {
            Self::Id(id) => field.id.as_str() == id,
            Self::Key(key) => field.is_named(key),
        }
    }
}

/// Reads `customFields`: each names its field by `id` or by `key`, and has a template for its value.
pub fn parse(from: &Fields<'_>, model: &Model) -> Vec<(FieldName, String)> {
    from.objects("customFields", MOST, |field| {
        let name = name(field, model);
        let value = field.scalar_template("value");
        Some((name?, value?))
    })
}

fn name(from: &Fields<'_>, model: &Model) -> Option<FieldName> {
    match (from.optional_text("id"), from.optional_text("key")) {
        (Some(id), None) => Some(FieldName::Id(id)),
        (None, Some(key)) => {
            let key = key.trim_start_matches("{{").trim_end_matches("}}").trim();
            Some(FieldName::Key(model.bare(key).to_owned()))
        }
        _ => {
            from.fault("id", "name the custom field by `id` or by `key`, one of the two");
            None
        }
    }
}

/// What the templates come to; empty ones drop out.
pub fn rendered(templates: &[(FieldName, String)], fields: &Value) -> Vec<CustomValue> {
    let custom = |(field, template): &(FieldName, String)| {
        Some(CustomValue { field: field.clone(), value: value_of(template, fields)? })
    };
    templates.iter().filter_map(custom).collect()
}

/// What a template comes to: the value itself where it is one merge field alone, else its text; `None` when it is empty.
#[must_use]
pub fn value_of(template: &str, fields: &Value) -> Option<Value> {
    let text = || filled(template, fields).map(Value::String);
    match merge_field::sole_field(template).and_then(|path| merge_field::find(fields, &path)) {
        Some(Value::Null) => None,
        Some(Value::String(_)) | None => text(),
        Some(other) => Some(other.clone()),
    }
}

/// The custom values that their fields take; a sentence for each that does not fit goes to `left_out`.
///
/// # Errors
/// When the store fails.
pub fn writes(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    model: &Model,
    values: &[CustomValue],
    left_out: &mut Vec<String>,
) -> Result<Vec<FieldWrite>, Error> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let country = locations::get(tx, here)?.country;
    let definitions = custom_fields::list(tx, here, model)?;
    let mut writes = Vec::new();
    for custom in values {
        let name = custom.field.text();
        let defined = definitions.iter().find(|field| custom.field.names(field));
        match defined.map(|field| (field, custom_fields::value::check(field, &custom.value, &country))) {
            Some((field, Ok(_))) => writes.push(write(name, field, custom.value.clone())),
            Some((_, Err(fault))) => left_out.push(format!("{name} {fault}")),
            None => left_out.push(unknown(name)),
        }
    }
    Ok(writes)
}

/// The writes that clear the custom fields of these names, by id or key; a sentence for each that there is not goes to
/// `left_out`.
///
/// # Errors
/// When the store fails.
pub fn clears(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    model: &Model,
    names: &[&str],
    left_out: &mut Vec<String>,
) -> Result<Vec<FieldWrite>, Error> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let definitions = custom_fields::list(tx, here, model)?;
    let mut writes = Vec::new();
    for name in names {
        match definitions.iter().find(|field| field.is_named(name)) {
            Some(field) => writes.push(write(name, field, Value::Null)),
            None => left_out.push(unknown(name)),
        }
    }
    Ok(writes)
}

fn write(name: &str, field: &CustomField, value: Value) -> FieldWrite {
    FieldWrite { place: name.to_owned(), id: Some(field.id.to_string()), key: None, value }
}

fn unknown(name: &str) -> String {
    format!("{name}: the location has no such custom field")
}
