//! Records as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::{RecordWrite, properties};
use crate::http::fields::Fields;
use crate::objects::{Found, Record, Shape};
use crate::tenant::LocationScope;

/// Longer than any id.
const ID_LENGTH: usize = 64;
const MAX_OWNERS: usize = 1;
const MAX_FOLLOWERS: usize = 10;

/// Reads the body of a new record.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<RecordWrite, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let write = write(&mut fields);
    if fields.value("properties").is_none_or(Value::is_null) {
        fields.fault("properties", "must be an object");
    }
    fields.finish()?;
    Ok(write)
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub(super) fn changes(body: &Map<String, Value>) -> Result<RecordWrite, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // the query says it; some clients say it here as well
    let write = write(&mut fields);
    fields.finish()?;
    Ok(write)
}

fn write(fields: &mut Fields<'_>) -> RecordWrite {
    let given = fields.object("properties", |given| {
        given.ignore_undeclared(); // the object's fields say what there is
        given.all().clone()
    });
    RecordWrite {
        properties: match given {
            Patch::Value(given) => given,
            Patch::Absent | Patch::Null => Map::new(),
        },
        owners: people(fields, "owners", MAX_OWNERS).or(people(fields, "owner", MAX_OWNERS)),
        followers: people(fields, "followers", MAX_FOLLOWERS),
    }
}

fn people(fields: &mut Fields<'_>, name: &'static str, most: usize) -> Option<Vec<String>> {
    let mut ids = fields.texts_within(name, ID_LENGTH)?;
    if ids.iter().any(|id| id.trim().is_empty()) {
        fields.fault_of_each(name, "should not be empty");
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    if ids.len() > most {
        fields.too_many(name, most);
    }
    Some(ids)
}

/// A record as it is read.
pub(super) fn shown(record: &Record, shape: &Shape, here: &LocationScope) -> Value {
    json!({
        "id": record.id,
        "owner": record.owners,
        "owners": record.owners,
        "followers": record.followers,
        "properties": properties::shown(shape, &record.properties),
        "locationId": here.location_id(),
        "objectId": shape.object.id,
        "objectKey": record.object_key,
        "createdBy": record.created_by,
        "lastUpdatedBy": record.updated_by,
        "dateAdded": record.created_at.iso(),
        "dateUpdated": record.updated_at.iso(),
        "createdAt": record.created_at.iso(),
        "updatedAt": record.updated_at.iso(),
    })
}

/// A record as a search shows it, with what goes on behind it.
pub(super) fn found(found: &Found, shape: &Shape, here: &LocationScope) -> Value {
    let mut shown = shown(&found.record, shape, here);
    shown["searchAfter"] = json!(found.search_after);
    shown
}
