//! What clients read of an appointment.

use serde_json::{Map, Value, json};

use super::model::Appointment;
use crate::http::ApiVersion;

/// What a write answers: the appointment itself; its dates only in v3.
#[must_use]
pub fn shown(appointment: &Appointment, version: ApiVersion) -> Value {
    let mut all = json!({
        "id": appointment.id,
        "calendarId": appointment.calendar_id,
        "locationId": appointment.location_id,
        "contactId": appointment.contact_id,
        "title": appointment.title,
        "startTime": appointment.start.iso(),
        "endTime": appointment.end.iso(),
        "appointmentStatus": appointment.status.name(),
        "isRecurring": false,
    });
    add(&mut all, "assignedUserId", appointment.assigned_user_id.as_deref());
    add(&mut all, "meetingLocationType", appointment.meeting_location_type.as_deref());
    add(&mut all, "address", appointment.address.as_deref());
    if version == ApiVersion::V3 {
        all["dateAdded"] = json!(appointment.date_added.iso());
        all["dateUpdated"] = json!(appointment.date_updated.iso());
    }
    all
}

/// The appointment as an event of a calendar.
#[must_use]
pub fn event(appointment: &Appointment) -> Value {
    let mut all = Map::new();
    let mut put = |key: &str, value: Value| drop(all.insert(key.to_owned(), value));
    put("id", json!(appointment.id));
    put("address", json!(appointment.address.clone().unwrap_or_default()));
    put("title", json!(appointment.title));
    put("calendarId", json!(appointment.calendar_id));
    put("locationId", json!(appointment.location_id));
    put("contactId", json!(appointment.contact_id));
    put("groupId", json!(appointment.group_id.clone().unwrap_or_default()));
    put("appointmentStatus", json!(appointment.status.name()));
    put("assignedUserId", json!(appointment.assigned_user_id.clone().unwrap_or_default()));
    put("users", json!(appointment.users));
    put("notes", json!(appointment.description.clone().unwrap_or_default()));
    put("description", json!(appointment.description.clone().unwrap_or_default()));
    put("isRecurring", json!(false));
    put("startTime", json!(appointment.start.iso()));
    put("endTime", json!(appointment.end.iso()));
    put("dateAdded", json!(appointment.date_added.iso()));
    put("dateUpdated", json!(appointment.date_updated.iso()));
    put("assignedResources", json!([]));
    let mut created_by = json!({ "source": appointment.source });
    if appointment.created_by.source == "WEB_USER" {
        created_by["userId"] = json!(appointment.created_by.source_id);
    }
    put("createdBy", created_by);
    Value::Object(all)
}

fn add(all: &mut Value, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        all[key] = json!(text);
    }
}
