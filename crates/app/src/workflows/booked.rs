//! An appointment and its calendar as merge fields and conditions name them: `{{appointment.start_time}}`.
//!
//! What an event says of an appointment and what is read of it now are the same object, with the keys of the API and who
//! sees to it beside; [`spelled`] makes the merge fields of it. So a filter sees an appointment as it was when it happened,
//! and a step as it is.

use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, EventKind};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::around;
use super::right_now::{zone_with_offset, zoned};
use super::trigger::merge_name;
use crate::calendars::{self, appointments};
use crate::tenant::LocationScope;

/// The events that say that an appointment is otherwise than it was.
pub const CHANGES: &[EventKind] = &[EventKind::AppointmentUpdate, EventKind::AppointmentDelete];

/// An appointment as it is now; `None` when it is gone.
///
/// # Errors
/// When the store fails.
pub fn now(tx: &mut Tx<'_>, here: &LocationScope, id: &Id<id::Appointment>) -> Result<Option<Value>, Error> {
    let Some(found) = appointments::find(tx, here, id.as_str())? else { return Ok(None) };
    let mut data = appointments::told(&found);
    add_people_and_place(tx, here, &mut data)?;
    Ok(Some(data))
}

/// Adds to an appointment what its ids stand for: its calendar, and who sees to it.
///
/// # Errors
/// When the store fails.
pub fn add_people_and_place(tx: &mut Tx<'_>, here: &LocationScope, data: &mut Value) -> Result<(), Error> {
    let id = |data: &Value, key: &str| data[key].as_str().unwrap_or_default().to_owned();
    let calendar = match calendars::get(tx, here, &id(data, "calendarId")) {
        Ok(calendar) => json!({"id": calendar.id, "name": calendar.name}),
        Err(Error::BadRequest(_) | Error::Forbidden(_)) => Value::Null,
        Err(error) => return Err(error),
    };
    let user = around::user(tx, here, &id(data, "assignedUserId"))?;
    if let Some(data) = data.as_object_mut() {
        data.insert("calendar".to_owned(), calendar);
        data.insert("user".to_owned(), user);
    }
    Ok(())
}

/// `appointment` and `calendar` of an appointment, its times in a zone. Links to cancel and reschedule, and those to add it to
/// a calendar other than Google's, are kept nowhere yet: empty. So are the fields of a series.
#[must_use]
pub fn spelled(data: &Value, zone: &TimeZone) -> [(&'static str, Value); 2] {
    if !data.is_object() {
        return gone();
    }
    let (start, end) = (moment(data, "startTime"), moment(data, "endTime"));
    let written = |at: Option<Timestamp>, format: &str| -> Value {
        at.and_then(|at| zoned(at, zone)).map(|at| at.strftime(format).to_string().into()).unwrap_or_default()
    };
    let timezone = zone.iana_name().zip(start).map(|(name, start)| zone_with_offset(name, start));
    let appointment = json!({
        "id": data["id"],
        "title": data["title"],
        "status": data["appointmentStatus"],
        "startTime": data["startTime"],
        "endTime": data["endTime"],
        "start_time": written(start, MOMENT),
        "only_start_date": written(start, DATE),
        "only_start_time": written(start, TIME),
        "end_time": written(end, MOMENT),
        "only_end_date": written(end, DATE),
        "only_end_time": written(end, TIME),
        "day_of_week": written(start, "%A"),
        "month": written(start, "%B"),
        "timezone": timezone,
        "cancellation_link": "",
        "reschedule_link": "",
        "meeting_location": data["address"],
        "notes": data["notes"],
        "add_to_calendar": "",
        "add_to_google_calendar": google(data, start, end),
        "add_to_ical": "",
        "recurring": {"repeats": "", "times_to_repeat": ""},
        "source": data["source"],
        "event_type": "normal",
        "calendar_id": data["calendarId"],
        "assigned_user_id": data["assignedUserId"],
        "user": data["user"],
    });
    let calendar = json!({
        "id": data["calendarId"],
        "name": data["calendar"]["name"],
        "group_id": data["groupId"],
    });
    [("appointment", appointment), ("calendar", calendar)]
}

/// The same where there is none.
#[must_use]
pub fn gone() -> [(&'static str, Value); 2] {
    [("appointment", Value::Null), ("calendar", Value::Null)]
}

/// The name that a changed field of an appointment has as a merge field.
#[must_use]
pub fn changed_name(key: &str) -> String {
    match key {
        "appointmentStatus" => "status".to_owned(),
        "startTime" | "endTime" => key.to_owned(),
        "address" => "meeting_location".to_owned(),
        other => merge_name(other),
    }
}

const MOMENT: &str = "%a, %b %-d, %Y %-I:%M %p";
const DATE: &str = "%a, %b %-d, %Y";
const TIME: &str = "%-I:%M %p";

fn moment(data: &Value, key: &str) -> Option<Timestamp> {
    data[key].as_str().and_then(Timestamp::parse)
}

/// A link that puts the appointment into the reader's Google calendar.
fn google(data: &Value, start: Option<Timestamp>, end: Option<Timestamp>) -> String {
    let compact = |at: Timestamp| {
        let at = zoned(at, &TimeZone::UTC)?;
        Some(at.strftime("%Y%m%dT%H%M%SZ").to_string())
    };
    let Some((start, end)) = start.and_then(compact).zip(end.and_then(compact)) else { return String::new() };
    let text = |key: &str| data[key].as_str().unwrap_or_default();
    let page = "https://calendar.google.com/calendar/render?";
    let mut link = form_urlencoded::Serializer::for_suffix(page.to_owned(), page.len());
    link.append_pair("action", "TEMPLATE").append_pair("text", text("title"));
    link.append_pair("dates", &format!("{start}/{end}"));
    for (name, key) in [("details", "notes"), ("location", "address")] {
        if !text(key).is_empty() {
            link.append_pair(name, text(key));
        }
    }
    link.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appointment_is_told_in_the_zone_of_the_reader() {
        let chicago = TimeZone::get("America/Chicago").expect("known");
        let data = json!({
            "id": "a1", "title": "Quote & tea", "appointmentStatus": "confirmed", "calendarId": "c1", "groupId": null,
            "startTime": "2025-11-05T22:30:00+01:00", "endTime": "2025-11-05T23:00:00+01:00", "address": "1 Main St",
            "notes": "Bring the plans", "source": "api", "assignedUserId": "u1", "calendar": {"id": "c1", "name": "Visits"},
            "user": {"name": "Pat Person"},
        });
        insta::assert_json_snapshot!(spelled(&data, &chicago), @r#"
        [
          [
            "appointment",
            {
              "id": "a1",
              "title": "Quote & tea",
              "status": "confirmed",
              "startTime": "2025-11-05T22:30:00+01:00",
              "endTime": "2025-11-05T23:00:00+01:00",
              "start_time": "Wed, Nov 5, 2025 3:30 PM",
              "only_start_date": "Wed, Nov 5, 2025",
              "only_start_time": "3:30 PM",
              "end_time": "Wed, Nov 5, 2025 4:00 PM",
              "only_end_date": "Wed, Nov 5, 2025",
              "only_end_time": "4:00 PM",
              "day_of_week": "Wednesday",
              "month": "November",
              "timezone": "GMT-06:00 America/Chicago",
              "cancellation_link": "",
              "reschedule_link": "",
              "meeting_location": "1 Main St",
              "notes": "Bring the plans",
              "add_to_calendar": "",
              "add_to_google_calendar": "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Quote+%26+tea&dates=20251105T213000Z%2F20251105T220000Z&details=Bring+the+plans&location=1+Main+St",
              "add_to_ical": "",
              "recurring": {
                "repeats": "",
                "times_to_repeat": ""
              },
              "source": "api",
              "event_type": "normal",
              "calendar_id": "c1",
              "assigned_user_id": "u1",
              "user": {
                "name": "Pat Person"
              }
            }
          ],
          [
            "calendar",
            {
              "id": "c1",
              "name": "Visits",
              "group_id": null
            }
          ]
        ]
        "#);
        assert_eq!(spelled(&Value::Null, &chicago), gone());
    }
}
