//! A business as a record of its object.

use serde_json::{Map, Value, json};

use super::OBJECT;
use super::model::{Author, Business};
use crate::objects::{self, BUSINESS_PROPERTIES, Record};

/// The record that a business is, with the values of the location's own fields. It has no owners and no followers.
pub(super) fn of(business: &Business, custom: Map<String, Value>) -> Record {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), json!(business.name));
    if let Value::Object(profile) = json!(business.profile) {
        properties.extend(profile);
    }
    properties.extend(custom);
    Record {
        no: 0,
        id: business.id.to_string(),
        object_key: OBJECT.to_owned(),
        owners: Vec::new(),
        followers: Vec::new(),
        properties,
        created_by: author(&business.created_by),
        updated_by: author(&business.updated_by),
        created_at: business.created_at,
        updated_at: business.updated_at,
    }
}

/// The values of the location's own fields.
pub(super) fn custom(record: &Record) -> Map<String, Value> {
    let mut custom = record.properties.clone();
    custom.retain(|key, _| !BUSINESS_PROPERTIES.iter().any(|(own, ..)| own == key));
    custom
}

fn author(author: &Author) -> objects::Author {
    let Author { source, channel, source_id, created_at } = author.clone();
    objects::Author { channel, created_at, source, source_id }
}
