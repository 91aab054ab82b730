//! `book_appointment`: books a time in a calendar for the run's contact.
//!
//! ```json
//! {"calendar": "Visits", "startTime": "{{contact.wanted_visit}}", "notes": "Booked by a form"}
//! ```
//!
//! A calendar goes by id or name. Times without an offset are in the workflow's zone; without `endTime` it is as long as the
//! calendar says. The time must be a free slot of the calendar: with `ignoreDateRange` also one outside the calendar's notice
//! and window, with `ignoreFreeSlots` any time. From then on the run is about this appointment.

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_kernel::time::LATEST;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::calendar;
use crate::calendars::appointments::{self, AppointmentStatus, Moment, NewAppointment, SlotRule};
use crate::workflows::action::contact::of_run;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, filled, moment, shown, within};
use crate::workflows::definition::reader::Fields;
use crate::{contacts, locations};

/// The kind.
pub const KIND: Kind = Kind {
    name: "book_appointment",
    parse,
    attributes: r#"{"required": ["calendar", "startTime"], "properties": {
        "calendar": {"type": "string"}, "startTime": {"type": "string"}, "endTime": {"type": "string"},
        "title": {"type": "string"}, "assignedTo": {"type": "string"}, "address": {"type": "string"},
        "notes": {"type": "string"},
        "status": {"enum": ["new", "confirmed", "cancelled", "showed", "noshow", "invalid"]},
        "ignoreDateRange": {"type": "boolean", "default": false},
        "ignoreFreeSlots": {"type": "boolean", "default": false},
        "notify": {"type": "boolean", "default": true}}}"#,
};

/// As in the API of appointments, in characters.
const LONGEST_TITLE: usize = 500;
const LONGEST_NOTES: usize = 5000;

#[derive(Debug)]
struct BookAppointment {
    calendar: String,
    start: String,
    end: Option<String>,
    title: Option<String>,
    assigned_to: Option<String>,
    address: Option<String>,
    notes: Option<String>,
    status: Option<AppointmentStatus>,
    ignore_date_range: bool,
    ignore_free_slots: bool,
    notify: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let (calendar, start) = (from.template("calendar"), from.template("startTime"));
    let status = if from.has("status") {
        from.choice("status", AppointmentStatus::USUAL).map(Some)
    } else {
        Some(None)
    };
    let booking = BookAppointment {
        end: from.optional_template("endTime"),
        title: from.optional_template("title"),
        assigned_to: from.optional_template("assignedTo"),
        address: from.optional_template("address"),
        notes: from.optional_template("notes"),
        ignore_date_range: from.flag("ignoreDateRange").unwrap_or(false),
        ignore_free_slots: from.flag("ignoreFreeSlots").unwrap_or(false),
        notify: from.flag("notify").unwrap_or(true),
        calendar: calendar?,
        start: start?,
        status: status?,
    };
    Some(Arc::new(booking))
}

impl Action for BookAppointment {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let text = |template: &String| filled(template, visit.fields).map(|text| text.trim().to_owned());
        let Some(calendar) = text(&self.calendar) else {
            return Turn::Skip("The calendar came out empty; check the merge fields in it.".to_owned());
        };
        let read = |template: &String| {
            let text = render(template, visit.fields);
            let moment = moment::parse(&text, &visit.facts.zone).filter(|at| (0..=LATEST.0).contains(&at.0));
            moment.ok_or_else(|| moment::unreadable(&text))
        };
        let (start, end) = match (read(&self.start), self.end.as_ref().map(read).transpose()) {
            (Ok(start), Ok(end)) => (start, end),
            (Err(reason), _) | (_, Err(reason)) => return Turn::Skip(reason),
        };
        Turn::perform(Book {
            contact,
            calendar,
            start,
            end,
            title: self.title.as_ref().and_then(text),
            assigned_to: self.assigned_to.as_ref().and_then(text),
            address: self.address.as_ref().and_then(text),
            notes: self.notes.as_ref().and_then(text),
            status: self.status.map(AppointmentStatus::name),
            ignore_date_range: self.ignore_date_range,
            ignore_free_slots: self.ignore_free_slots,
            notify: self.notify,
        })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Book {
    contact: Id<id::Contact>,
    calendar: String,
    start: Timestamp,
    end: Option<Timestamp>,
    title: Option<String>,
    assigned_to: Option<String>,
    address: Option<String>,
    notes: Option<String>,
    status: Option<&'static str>,
    ignore_date_range: bool,
    ignore_free_slots: bool,
    notify: bool,
}

impl Effect for Book {
    fn shown(&self) -> Value {
        let mut shown = shown("bookAppointment", self);
        shown["start"] = json!(self.start.iso());
        shown["end"] = json!(self.end.map(Timestamp::iso));
        shown
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        for (name, text, longest) in [
            ("title", &self.title, LONGEST_TITLE),
            ("address", &self.address, LONGEST_TITLE),
            ("notes", &self.notes, LONGEST_NOTES),
        ] {
            within(name, text.as_deref().unwrap_or_default(), longest)?;
        }
        // The contact is held before the calendar, as by everybody who books.
        contacts::hold_existing(tx, at.here, self.contact.as_str())?;
        let calendar = calendar(tx, at.here, &self.calendar)?;
        // Slots are told in the location's zone, whatever zone the workflow speaks in.
        let zone = locations::zone(tx, at.here)?;
        let start = Moment::within(self.start, &zone);
        let new = NewAppointment {
            end: self.end.map(|end| Moment::within(end, &zone)),
            title: self.title.clone(),
            status: self.status.and_then(AppointmentStatus::parse),
            assigned_user_id: self.assigned_to.clone(),
            address: self.address.clone(),
            description: self.notes.clone(),
            rule: SlotRule::of(self.ignore_free_slots, self.ignore_date_range),
            notify: self.notify,
            ..NewAppointment::at(calendar.id.as_str(), self.contact.as_str(), start)
        };
        let made = appointments::book(tx, at.cx, at.here, &new)?;
        let output = json!({
            "appointmentId": made.id, "calendarId": made.calendar_id, "status": made.status.name(),
            "startTime": made.start.iso(), "endTime": made.end.iso(), "assignedTo": made.assigned_user_id,
        });
        Ok(Done { appointment: Some(made.id), ..Done::with(output) })
    }
}
