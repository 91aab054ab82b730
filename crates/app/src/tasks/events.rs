//! What this slice announces; what is not known is left out.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::json;

use super::Task;
use crate::tenant::LocationScope;

/// `kind` happened to `task`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, task: &Task) -> Event {
    let mut payload = json!({
        "locationId": here.location_id(),
        "id": task.id,
        "title": task.title,
        "dateAdded": task.date_added.iso(),
        "dueDate": task.due_date.iso(),
    });
    let texts = [("contactId", &task.contact_id), ("body", &task.body), ("assignedTo", &task.assigned_to)];
    for (key, text) in texts {
        if let Some(text) = text {
            payload[key] = json!(text);
        }
    }
    here.event(cx, kind, task.id.as_str(), payload)
}
