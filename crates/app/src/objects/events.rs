//! What this slice announces.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::{Value, json};

use super::model::{Object, Record};
use crate::tenant::LocationScope;

/// `kind` happened to `object`, which is shown as it is afterwards.
pub(super) fn schema(cx: &Cx, here: &LocationScope, kind: EventKind, object: &Object) -> Event {
    let payload = json!({
        "id": object.id,
        "labels": { "singular": object.singular, "plural": object.plural },
        "description": object.description,
        "searchableProperties": object.searchable,
        "primaryDisplayProperty": object.primary,
        "key": object.key,
        "locationId": here.location_id(),
        "objectType": if object.standard().is_some() { "SYSTEM_DEFINED" } else { "USER_DEFINED" },
        "createdBy": object.created_by,
        "updatedBy": object.updated_by,
        "createdAt": object.created_at.iso(),
        "updatedAt": object.updated_at.iso(),
        "timestamp": cx.now.iso(),
    });
    here.event(cx, kind, &object.id, payload)
}

/// `kind` happened to `record`, which is shown as it is afterwards (before its end, if that is what happened). To the
/// outside a business is a record, too.
#[must_use]
pub fn record_event(cx: &Cx, here: &LocationScope, kind: EventKind, record: &Record) -> Event {
    let property = |(key, value): (&String, &Value)| json!({ "key": key, "valueString": text(value) });
    let payload = json!({
        "id": record.id,
        "locationId": here.location_id(),
        "owners": record.owners,
        "followers": record.followers,
        "properties": record.properties.iter().map(property).collect::<Vec<_>>(),
        "timestamp": cx.now.iso(),
    });
    here.event(cx, kind, &record.id, payload).saying("object", json!(record.object_key))
}

/// `after` was changed from `before`: automation is told in what.
#[must_use]
pub fn record_change(cx: &Cx, here: &LocationScope, before: &Record, after: &Record) -> Event {
    record_event(cx, here, EventKind::RecordUpdate, after).changing(&compared(before), &compared(after))
}

/// The fields by which two states of a record are compared.
fn compared(record: &Record) -> Value {
    let mut fields = record.properties.clone();
    fields.insert("owners".to_owned(), json!(record.owners));
    fields.insert("followers".to_owned(), json!(record.followers));
    Value::Object(fields)
}

/// A value as text: a list by its commas, what has parts as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
