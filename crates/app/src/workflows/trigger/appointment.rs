//! Triggers on appointments: one was booked, or came to another status.
//!
//! The run is about the appointment and its contact. `{{appointment.…}}` and `{{calendar.…}}` say which it is; filters see
//! what the event says of it, however late they are tested. Bookings and changes of which nobody is to be notified
//! (`toNotify: false`) start nothing.

use leadhold_kernel::id::Id;
use leadhold_kernel::{Event, EventKind};
use serde_json::{Value, json};

use super::{Kind, Subject};

/// An appointment came to a status, its first one included.
pub const APPOINTMENT: Kind = Kind {
    aliases: &["appointment_status"],
    listens: |event| is_heard(event) && (is_booking(event) || has_new_status(event)),
    ..on("appointment", &[EventKind::AppointmentCreate, EventKind::AppointmentUpdate])
};

/// An appointment was booked, by whomever.
pub const CUSTOMER_APPOINTMENT: Kind = Kind {
    aliases: &["customer_booked_appointment"],
    listens: is_heard,
    ..on("customer_appointment", &[EventKind::AppointmentCreate])
};

const fn on(name: &'static str, events: &'static [EventKind]) -> Kind {
    Kind {
        changes: Some("appointment"),
        appointment: true,
        data: appointment,
        ..Kind::on(name, events, subject)
    }
}

/// What the event says of it; a dry run's may say anything.
fn appointment(event: &Event) -> Value {
    Some(&event.payload["appointment"]).filter(|told| told.is_object()).cloned().unwrap_or_else(|| json!({}))
}

fn is_heard(event: &Event) -> bool {
    event.aside["quiet"] != Value::Bool(true)
}

fn is_booking(event: &Event) -> bool {
    event.kind == EventKind::AppointmentCreate
}

fn has_new_status(event: &Event) -> bool {
    event.aside["changed"].get("appointmentStatus").is_some()
}

fn subject(event: &Event) -> Subject {
    let contact = event.payload["appointment"]["contactId"].as_str();
    Subject {
        contact: contact.and_then(Id::parse),
        appointment: Id::parse(&event.record_id),
        ..Subject::default()
    }
}
