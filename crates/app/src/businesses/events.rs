//! What this slice announces: to the outside a business is a record, like those of custom objects.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::{Map, Value, json};

use super::Business;
use crate::tenant::LocationScope;

/// `kind` happened to `business`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, business: &Business) -> Event {
    here.event(cx, kind, business.id.as_str(), payload(cx, business))
}

/// The fields become `properties`; a business has no owners and no followers.
fn payload(cx: &Cx, business: &Business) -> Value {
    let mut fields = Map::new();
    fields.insert("name".to_owned(), json!(business.name));
    if let Value::Object(profile) = json!(business.profile) {
        fields.extend(profile);
    }
    let properties: Vec<Value> =
        fields.into_iter().map(|(key, value)| json!({ "key": key, "valueString": value })).collect();
    json!({
        "id": business.id,
        "locationId": business.location_id,
        "owners": [],
        "followers": [],
        "properties": properties,
        "timestamp": cx.now.iso(),
    })
}
