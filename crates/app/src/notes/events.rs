//! What this slice announces. The documented payload has neither title nor colour.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::json;

use super::Note;
use crate::tenant::LocationScope;

/// `kind` happened to `note`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, note: &Note) -> Event {
    let payload = json!({
        "locationId": here.location_id(),
        "id": note.id,
        "body": note.body,
        "contactId": note.contact_id,
        "dateAdded": note.date_added.iso(),
    });
    here.event(cx, kind, note.id.as_str(), payload)
}

/// `after` was changed from `before`: automation is told in what.
pub(super) fn change(cx: &Cx, here: &LocationScope, before: &Note, after: &Note) -> Event {
    event(cx, here, EventKind::NoteUpdate, after).changing(&json!(before), &json!(after))
}
