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

/// `after` was changed from `before`: what completes it the catalogue knows, the rest only automation is told.
pub(super) fn change(cx: &Cx, here: &LocationScope, before: &Task, after: &Task) -> Event {
    let completes = after.completed && !before.completed;
    let kind = if completes { EventKind::TaskComplete } else { EventKind::TaskChange };
    event(cx, here, kind, after).changing(&json!(before), &json!(after))
}
