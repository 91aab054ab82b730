//! `add_appointment_note`: writes a note about an appointment. `{"body": "Called {{contact.name}}", "userId": "…"}`
//!
//! It is the run's appointment, which a trigger brought or a step booked, else the contact's next one that takes place.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::meant;
use crate::calendars::notes::{self, NoteFields};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, filled, shown, within};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_appointment_note",
    parse,
    attributes: r#"{"required": ["body"], "properties": {
        "body": {"type": "string"}, "userId": {"type": "string"}}}"#,
};

/// As in the API of appointments' notes, in characters.
const LONGEST: usize = 5000;

#[derive(Debug)]
struct AddAppointmentNote {
    body: String,
    user: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let (body, user) = (from.template("body"), from.optional_template("userId"));
    Some(Arc::new(AddAppointmentNote { body: body?, user }))
}

impl Action for AddAppointmentNote {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = |template: &String| filled(template, visit.fields);
        let Some(body) = text(&self.body) else {
            return Turn::Skip("The note came out empty; check the merge fields in it.".to_owned());
        };
        let contact = visit.facts.contact.as_ref().map(|contact| contact.id.clone());
        let user = self.user.as_ref().and_then(text).map(|user| user.trim().to_owned());
        Turn::perform(Note { contact, appointment: visit.run.appointment.clone(), body, user })
    }
}

#[derive(Debug, Serialize)]
struct Note {
    contact: Option<Id<id::Contact>>,
    appointment: Option<Id<id::Appointment>>,
    body: String,
    user: Option<String>,
}

impl Effect for Note {
    fn shown(&self) -> Value {
        shown("addAppointmentNote", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        within("body", &self.body, LONGEST)?;
        let about = meant(tx, at, self.contact.as_ref())?;
        let fields = NoteFields { body: self.body.clone(), user_id: self.user.clone() };
        let note = notes::create(tx, at.cx, at.here, about.id.as_str(), &fields)?;
        Ok(Done::with(json!({"noteId": note.id, "appointmentId": about.id})))
    }
}
