//! What this part announces, with the documented payload: the location, and the appointment in it. `AppointmentBooked` is
//! for consumers that were written after the integrator's guide.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::{Value, json};

use super::model::Appointment;
use crate::tenant::LocationScope;

/// `kind` happened to `appointment`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, appointment: &Appointment) -> Event {
    let payload = json!({ "locationId": here.location_id(), "appointment": told(appointment) });
    here.event(cx, kind, appointment.id.as_str(), payload)
}

/// `after` was changed from `before`: automation is told what changed.
pub(super) fn change(cx: &Cx, here: &LocationScope, before: &Appointment, after: &Appointment) -> Event {
    let compared = |appointment: &Appointment| {
        let mut fields = told(appointment);
        fields["dateUpdated"] = Value::Null;
        fields["meetingLocationType"] = json!(appointment.meeting_location_type);
        fields["meetingLocationId"] = json!(appointment.meeting_location_id);
        fields
    };
    event(cx, here, EventKind::AppointmentUpdate, after).changing(&compared(before), &compared(after))
}

/// `appointment` was booked, with the keys of integrators' guides beside.
pub(super) fn booked(cx: &Cx, here: &LocationScope, appointment: &Appointment) -> Event {
    let mut event = event(cx, here, EventKind::AppointmentBooked, appointment);
    for (key, value) in [
        ("appointmentId", json!(appointment.id)),
        ("contactId", json!(appointment.contact_id)),
        ("calendarId", json!(appointment.calendar_id)),
        ("startTime", json!(appointment.start.iso())),
        ("endTime", json!(appointment.end.iso())),
        ("title", json!(appointment.title)),
    ] {
        event.payload[key] = value;
    }
    event
}

/// The appointment as every event has it.
#[must_use]
pub fn told(appointment: &Appointment) -> Value {
    json!({
        "id": appointment.id,
        "address": appointment.address,
        "title": appointment.title,
        "calendarId": appointment.calendar_id,
        "contactId": appointment.contact_id,
        "groupId": appointment.group_id,
        "appointmentStatus": appointment.status.name(),
        "assignedUserId": appointment.assigned_user_id,
        "users": appointment.users,
        "notes": appointment.description,
        "source": appointment.source,
        "startTime": appointment.start.iso(),
        "endTime": appointment.end.iso(),
        "dateAdded": appointment.date_added.iso(),
        "dateUpdated": appointment.date_updated.iso(),
    })
}
