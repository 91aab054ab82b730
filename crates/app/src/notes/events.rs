//! What this slice announces. The documented payload has neither title nor colour.

use leadhold_kernel::{Cx, Event, EventKind, Id};
use serde_json::json;

use super::Note;
use crate::tenant::LocationScope;

/// `kind` happened to `note`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, note: &Note) -> Event {
    Event {
        id: Id::generate(cx.random.as_ref()),
        kind,
        company_id: here.company_id().clone(),
        location_id: Some(here.location_id().clone()),
        record_id: note.id.to_string(),
        payload: json!({
            "locationId": here.location_id(),
            "id": note.id,
            "body": note.body,
            "contactId": note.contact_id,
            "dateAdded": note.date_added.iso(),
        }),
        cause: cx.cause.clone(),
        at: cx.now,
    }
}
