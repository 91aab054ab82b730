//! What clients write about an appointment.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value};

use super::Moment;
use super::model::{AppointmentChange, AppointmentStatus, NewAppointment, SlotRule};
use crate::calendars::wire::ID_LENGTH;
use crate::http::ApiVersion;
use crate::http::fields::Fields;

/// Characters of a title or an address.
const NAME_LENGTH: usize = 500;
/// Characters of a description.
const TEXT_LENGTH: usize = 5000;

const MEETING_TYPES: &[&str] = &["custom", "zoom", "gmeet", "phone", "address", "ms_teams", "google"];

/// Reads `POST /calendars/events/appointments`.
///
/// # Errors
/// All faults at once; 501 for a series, which is not built.
pub(super) fn new(body: &Map<String, Value>, version: ApiVersion) -> Result<NewAppointment, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // who may write there has been decided
    let calendar_id = fields.required_text_within("calendarId", ID_LENGTH);
    let contact_id = fields.required_text_within("contactId", ID_LENGTH);
    let start = moment(&mut fields, "startTime", true);
    let said = shared(&mut fields, version);
    finish(fields, said.rule)?;
    let AppointmentChange { end, title, status, rule, notify, .. } = said;
    Ok(NewAppointment {
        end,
        title,
        status,
        rule,
        notify,
        assigned_user_id: said.assigned_user_id.into_option(),
        address: said.address.into_option(),
        meeting_location_type: said.meeting_location_type.into_option(),
        meeting_location_id: said.meeting_location_id.into_option(),
        description: said.description.into_option(),
        ..NewAppointment::at(&calendar_id, &contact_id, start.unwrap_or(Moment::NOWHERE))
    })
}

/// Reads `PUT /calendars/events/appointments/{eventId}`, which knows no location and no contact.
///
/// # Errors
/// As [`new`].
pub(super) fn change(body: &Map<String, Value>, version: ApiVersion) -> Result<AppointmentChange, Error> {
    let mut fields = Fields::of_body(body);
    let calendar_id = fields.given_text_within("calendarId", ID_LENGTH);
    let start = moment(&mut fields, "startTime", false);
    let said = shared(&mut fields, version);
    finish(fields, said.rule)?;
    Ok(AppointmentChange { calendar_id, start, ..said })
}

/// All faults at once, and then the refusal of a series. Where free slots count there is none to refuse: the descriptions
/// apply `rrule` only with `ignoreFreeSlotValidation`.
fn finish(mut fields: Fields<'_>, rule: SlotRule) -> Result<(), Error> {
    let series = fields.text("rrule").into_option().is_some_and(|rule| !rule.trim().is_empty());
    fields.finish()?;
    if series && rule == SlotRule::Any {
        return Err(Error::NotImplemented("Recurring appointments (rrule) are not implemented yet.".into()));
    }
    Ok(())
}

/// The fields that both writes know.
fn shared(fields: &mut Fields<'_>, version: ApiVersion) -> AppointmentChange {
    let end = moment(fields, "endTime", false);
    let title = fields.text_within("title", NAME_LENGTH).into_option();
    let known = if version == ApiVersion::V3 {
        AppointmentStatus::NAMES
    } else {
        &AppointmentStatus::NAMES[..AppointmentStatus::USUAL.len()]
    };
    let status = fields.one_of("appointmentStatus", known).and_then(AppointmentStatus::parse);
    let address = bounded(fields, "address", NAME_LENGTH);
    let meeting_location_type = match fields.one_of("meetingLocationType", MEETING_TYPES) {
        Some(word) => Patch::Value(word.to_owned()),
        // The published descriptions: who says where, and not how, means a place of their own.
        None if matches!(address, Patch::Value(_)) => Patch::Value("custom".to_owned()),
        None => Patch::Absent,
    };
    fields.flag("overrideLocationConfig");
    let any = fields.flag("ignoreFreeSlotValidation").unwrap_or(false);
    let any_day = fields.flag("ignoreDateRange").unwrap_or(false);
    AppointmentChange {
        calendar_id: None,
        start: None,
        end,
        title: title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty()),
        status,
        assigned_user_id: bounded(fields, "assignedUserId", ID_LENGTH),
        address,
        meeting_location_type,
        meeting_location_id: bounded(fields, "meetingLocationId", ID_LENGTH),
        description: bounded(fields, "description", TEXT_LENGTH),
        rule: SlotRule::of(any, any_day),
        notify: fields.flag("toNotify").unwrap_or(true),
    }
}

/// A trimmed text; a blank one is none.
fn bounded(fields: &mut Fields<'_>, name: &'static str, longest: usize) -> Patch<String> {
    match fields.text_within(name, longest) {
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        other => other.map(|text| text.trim().to_owned()),
    }
}

/// A moment with its offset.
pub(in crate::calendars) fn moment(
    fields: &mut Fields<'_>,
    name: &'static str,
    required: bool,
) -> Option<Moment> {
    const RULE: &str = "must be a valid ISO 8601 date string with an offset";
    match fields.value(name) {
        None | Some(Value::Null) if !required => None,
        Some(Value::String(text)) => {
            let read = Moment::parse(text);
            if read.is_none() {
                fields.fault(name, RULE);
            }
            read
        }
        _ => {
            fields.fault(name, RULE);
            None
        }
    }
}
