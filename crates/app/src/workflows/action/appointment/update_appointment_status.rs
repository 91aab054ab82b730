//! `update_appointment_status`: says what became of an appointment. `{"status": "showed"}`
//!
//! It is the run's appointment, which a trigger brought or a step booked, else the contact's next one that takes place.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::meant;
use crate::calendars::appointments::{self, AppointmentChange, AppointmentStatus};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "update_appointment_status",
    parse,
    attributes: r#"{"required": ["status"], "properties": {
        "status": {"enum": ["new", "confirmed", "cancelled", "showed", "noshow", "invalid"]},
        "notify": {"type": "boolean", "default": true}}}"#,
};

#[derive(Debug)]
struct UpdateStatus {
    status: AppointmentStatus,
    notify: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let status = from.choice("status", AppointmentStatus::USUAL);
    let notify = from.flag("notify").unwrap_or(true);
    Some(Arc::new(UpdateStatus { status: status?, notify }))
}

impl Action for UpdateStatus {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = visit.facts.contact.as_ref().map(|contact| contact.id.clone());
        let appointment = visit.run.appointment.clone();
        Turn::perform(Update { contact, appointment, status: self.status.name(), notify: self.notify })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    contact: Option<Id<id::Contact>>,
    appointment: Option<Id<id::Appointment>>,
    status: &'static str,
    notify: bool,
}

impl Effect for Update {
    fn shown(&self) -> Value {
        shown("updateAppointmentStatus", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = meant(tx, at, self.contact.as_ref())?;
        let change = AppointmentChange {
            status: AppointmentStatus::parse(self.status),
            notify: self.notify,
            ..AppointmentChange::default()
        };
        let after = appointments::change(tx, at.cx, at.here, before.id.as_str(), &change)?;
        Ok(Done::with(json!({
            "appointmentId": after.id, "status": after.status.name(), "was": before.status.name(),
        })))
    }
}
