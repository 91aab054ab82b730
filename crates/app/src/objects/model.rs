//! Objects and their records as values.

use leadhold_kernel::{Cx, Patch, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::standard::Standard;
use crate::custom_fields::{CustomField, DataType, Model};

/// A kind of records.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its id; its key if every location has it.
    pub id: String,
    /// `contact`, `custom_objects.pet`.
    pub key: String,
    /// What one record is called.
    pub singular: String,
    /// What several are called.
    pub plural: String,
    /// What it is for.
    pub description: String,
    /// The key of the property that a record is called by: `custom_objects.pet.name`.
    pub primary: String,
    /// The keys of the properties that a search's words are looked for in.
    pub searchable: Vec<String>,
    /// Counts the changes of `searchable`.
    pub version: i64,
    /// Who made it; `None` if every location has it.
    pub created_by: Option<Author>,
    /// Who changed it last.
    pub updated_by: Option<Author>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Object {
    /// Which one of those that every location has.
    #[must_use]
    pub fn standard(&self) -> Option<Standard> {
        Standard::parse(&self.key)
    }

    /// What custom fields call it.
    #[must_use]
    pub fn model(&self) -> Option<Model> {
        Model::parse(&self.key)
    }

    /// A property's key without this object before it.
    #[must_use]
    pub fn bare<'k>(&self, key: &'k str) -> &'k str {
        key.strip_prefix(self.key.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(key)
    }
}

/// An object with its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The object.
    pub object: Object,
    /// Its fields, but for those that a standard object has of its own.
    pub fields: Vec<CustomField>,
}

impl Shape {
    /// The type of a property, by its bare key. What nobody defined any more is text.
    #[must_use]
    pub fn type_of(&self, property: &str) -> DataType {
        self.fields
            .iter()
            .find(|field| field.bare_key() == property)
            .map_or(DataType::Text, |field| field.data_type)
    }
}

/// Who wrote it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// `OAUTH`, `APP`, …
    pub channel: String,
    /// ISO 8601.
    pub created_at: String,
    /// `INTEGRATION`, `WEB_USER`, …
    pub source: String,
    /// The credential, workflow or user.
    pub source_id: String,
}

impl Author {
    /// Whoever acts in `cx`, now.
    #[must_use]
    pub fn of(cx: &Cx) -> Self {
        let actor = cx.actor.clone();
        Self {
            channel: actor.channel,
            created_at: cx.now.iso(),
            source: actor.source,
            source_id: actor.source_id,
        }
    }
}

/// An object to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewObject {
    /// Its key.
    pub model: Model,
    /// What one record is called.
    pub singular: String,
    /// What several are called.
    pub plural: String,
    /// What it is for.
    pub description: String,
    /// The key of the property that a record is called by, with or without the object's before it.
    pub primary_key: String,
    /// What people read of it.
    pub primary_name: String,
    /// `TEXT` or `NUMERICAL`.
    pub primary_type: DataType,
}

/// What an update changes; what is absent stays.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectChanges {
    /// What one record is called.
    pub singular: Option<String>,
    /// What several are called.
    pub plural: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
    /// Keys of properties, with or without the object's before them.
    pub searchable: Vec<String>,
}

/// A record with properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The short name of its row; 0 before it has one.
    pub no: i64,
    /// Its id; a business's, if it is one.
    pub id: String,
    /// Of which object.
    pub object_key: String,
    /// Whose it is: at most one user.
    pub owners: Vec<String>,
    /// Users who follow it.
    pub followers: Vec<String>,
    /// Values by the properties' bare keys.
    pub properties: Map<String, Value>,
    /// Who made it.
    pub created_by: Author,
    /// Who changed it last.
    pub updated_by: Author,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
