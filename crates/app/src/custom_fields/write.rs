//! Values as clients write them beside the other fields of a record.

use leadhold_kernel::Error;
use serde_json::Value;

use super::model::CustomField;
use super::value;
use crate::http::fields::Fields;

/// A custom value as written.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldWrite {
    /// Where it stands in the request, for the sentence about a fault: `customFields.0.field_value`.
    pub place: String,
    /// The field's id.
    pub id: Option<String>,
    /// The field's key, with or without its model: `contact.size`, `size`.
    pub key: Option<String>,
    /// What it shall be; null or empty clears it.
    pub value: Value,
}

/// The names that a value goes by. Those that begin with `fieldValue` and say a type are read from opportunities, and sent
/// back by some as they were read.
const VALUES: &[&str] = &[
    "field_value",
    "fieldValue",
    "value",
    "fieldValueString",
    "fieldValueNumber",
    "fieldValueDate",
    "fieldValueArray",
    "fieldValueFiles",
    "fieldValueObject",
];

impl FieldWrite {
    /// `{id | key | fieldKey, field_value | fieldValue | value}`; whatever else clients send along from what they read is let
    /// pass.
    pub fn read(fields: &mut Fields<'_>) -> Self {
        fields.ignore_undeclared();
        let (id, key) = (fields.text("id").into_option(), fields.text("key").into_option());
        let key = key.or_else(|| fields.text("fieldKey").into_option());
        if id.is_none() && key.is_none() {
            fields.fault("id", "should not be empty");
        }
        let spelling = VALUES.iter().copied().find(|name| fields.value(name).is_some());
        let value = spelling.and_then(|name| fields.value(name).cloned());
        Self {
            place: fields.place(spelling.unwrap_or("field_value")),
            id,
            key,
            value: value.unwrap_or(Value::Null),
        }
    }
}

/// What the writes come to: each field of `definitions` that is named, with its value, or `None` to clear it. The real
/// service lets a field that the location does not have pass without a word, and so do we.
///
/// # Errors
/// 422 with all values that their data type does not take.
pub fn settle<'d>(
    definitions: &'d [CustomField],
    writes: &[FieldWrite],
    country: &str,
) -> Result<Vec<(&'d CustomField, Option<Value>)>, Error> {
    let (mut settled, mut faults) = (Vec::new(), Vec::new());
    for write in writes {
        let Some(field) = defined(definitions, write) else { continue };
        match value::check(field, &write.value, country) {
            Ok(value) => settled.push((field, value)),
            Err(fault) => faults.push(format!("{} {fault}", write.place)),
        }
    }
    if faults.is_empty() { Ok(settled) } else { Err(Error::Validation(faults)) }
}

/// By id, else by key, with or without its model. A key may also stand where an id is asked for.
fn defined<'d>(definitions: &'d [CustomField], write: &FieldWrite) -> Option<&'d CustomField> {
    let named = |name: &str| definitions.iter().find(|field| field.is_named(name));
    write.id.as_deref().and_then(named).or_else(|| write.key.as_deref().and_then(named))
}
