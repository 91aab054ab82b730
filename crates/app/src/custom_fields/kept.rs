//! Values as they lie with a record, and by which rows they are found there.

use leadhold_store::Value as Bound;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::data_type::DataType;
use super::model::CustomField;
use super::value;

/// A custom field's value as it is read back. The key never changes, so it stands beside the id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The field.
    pub id: String,
    /// Its key: `contact.size`; missing in values from before it was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Its value.
    pub value: Value,
}

impl FieldValue {
    /// Sets a field among a record's values, or with `None` clears it. The order is that in which they were first set.
    pub fn set(values: &mut Vec<Self>, field: &CustomField, value: Option<Value>) {
        let id = field.id.as_str();
        let place = values.iter().position(|known| known.id == id);
        match (place, value) {
            (Some(place), Some(value)) => values[place].value = value,
            (Some(place), None) => drop(values.remove(place)),
            (None, Some(value)) => {
                values.push(Self { id: id.to_owned(), key: field.field_key.clone(), value });
            }
            (None, None) => {}
        }
    }

    /// The rows by which filters find these values: the field, then option, head, body and number of each text.
    pub fn rows<'v>(
        definitions: &[CustomField],
        values: impl IntoIterator<Item = &'v Self>,
    ) -> Vec<Vec<Bound<'static>>> {
        let rows = |one: &Self| {
            let defined = definitions.iter().find(|defined| defined.id.as_str() == one.id);
            let data_type = defined.map_or(DataType::Text, |defined| defined.data_type);
            let entries = value::entries(data_type, &one.value).into_iter();
            entries.map(|entry| entry.into_row(&one.id)).collect::<Vec<_>>()
        };
        values.into_iter().flat_map(rows).collect()
    }
}
