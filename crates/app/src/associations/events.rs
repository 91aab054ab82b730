//! What this slice announces.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::json;

use super::model::{Association, Relation, cardinality};
use crate::tenant::LocationScope;

/// `kind` happened to `association`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn association(
    cx: &Cx,
    here: &LocationScope,
    kind: EventKind,
    association: &Association,
) -> Event {
    let Association { id, key, first, second, .. } = association;
    let mut payload = json!({
        "id": id,
        "associationType": association.kind(),
        "firstObjectKey": first.object_key,
        "firstObjectLabel": first.label,
        "secondObjectKey": second.object_key,
        "secondObjectLabel": second.label,
        "key": key,
        "locationId": here.location_id(),
    });
    if kind != EventKind::AssociationCreate {
        payload["firstObjectToSecondObjectCardinality"] = json!(cardinality(first, second));
        payload["secondObjectToFirstObjectCardinality"] = json!(cardinality(second, first));
    }
    here.event(cx, kind, id.as_str(), payload)
}

/// `kind` happened to `relation`.
pub(super) fn relation(cx: &Cx, here: &LocationScope, kind: EventKind, relation: &Relation) -> Event {
    let payload = json!({
        "id": relation.id,
        "firstObjectKey": relation.association.first.object_key,
        "firstRecordId": relation.first,
        "secondObjectKey": relation.association.second.object_key,
        "secondRecordId": relation.second,
        "associationId": relation.association.id,
        "locationId": here.location_id(),
    });
    here.event(cx, kind, relation.id.as_str(), payload)
}
