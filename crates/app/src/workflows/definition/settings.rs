//! What holds for a whole workflow: whom it takes in, when it may speak, what stops it.
//!
//! ```json
//! {"allowReentry": true, "allowMultipleOpportunities": true, "stopOnResponse": false, "timezone": "account",
//!  "timeWindow": {"days": ["monday", "friday"], "from": "08:00", "to": "18:00"},
//!  "sender": {"name": "Ada", "email": "ada@example.com", "phone": "+13125550100"}, "markAsRead": false,
//!  "limits": {"running": 100, "perMinute": 60}}
//! ```

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;

use super::reader::Fields;
use crate::workflows::action::moment::of_local;
use crate::workflows::right_now::zoned;

/// The JSON Schema of `settings`.
pub const SCHEMA: &str = r#"{"type": "object", "additionalProperties": false, "properties": {
    "allowReentry": {"type": "boolean", "default": true},
    "allowMultipleOpportunities": {"type": "boolean", "default": true},
    "stopOnResponse": {"type": "boolean", "default": false},
    "markAsRead": {"type": "boolean", "default": false},
    "timezone": {"enum": ["account", "contact"], "default": "account"},
    "timeWindow": {"type": "object", "required": ["from", "to"], "additionalProperties": false, "properties": {
        "days": {"type": "array", "items": {"enum":
            ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}},
        "from": {"type": "string"}, "to": {"type": "string"}}},
    "sender": {"type": "object", "additionalProperties": false, "properties": {
        "name": {"type": "string"}, "email": {"type": "string"}, "phone": {"type": "string"}}},
    "limits": {"type": "object", "additionalProperties": false, "properties": {
        "running": {"type": "integer", "minimum": 1}, "perMinute": {"type": "integer", "minimum": 1}}}}}"#;

/// A workflow's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Whether a contact may come in again after a run of its ended. Off: once ever.
    pub allow_reentry: bool,
    /// Whether runs of one contact are told apart by their opportunities.
    pub allow_multiple_opportunities: bool,
    /// Whether a reply to a message of this workflow ends the run.
    pub stop_on_response: bool,
    /// Whether conversations are marked as read when the workflow sends a message.
    pub mark_as_read: bool,
    /// Whether times are the contact's, where its zone is known, instead of the location's.
    pub in_contact_zone: bool,
    /// When steps may say something to somebody.
    pub time_window: Option<TimeWindow>,
    /// Who speaks, where a step does not say.
    pub sender: Sender,
    /// How much of it runs at once.
    pub limits: Limits,
}

/// Who speaks. What is absent is the location's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The name before an e-mail address.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// How much of a workflow runs at once; absent is without bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The most runs that are between their beginning and their end.
    pub running: Option<u32>,
    /// The most runs that begin in a minute.
    pub per_minute: Option<u32>,
}

/// Days and hours in which something may be said.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeWindow {
    days: Vec<Weekday>,
    from: Time,
    /// Not any more from then on. Earlier than `from`: on the next day.
    to: Time,
}

/// Days of the week by their names.
pub const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_reentry: true,
            allow_multiple_opportunities: true,
            stop_on_response: false,
            mark_as_read: false,
            in_contact_zone: false,
            time_window: None,
            sender: Sender::default(),
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// Reads `settings`; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let otherwise = Self::default();
        let flag = |key, absent| from.flag(key).unwrap_or(absent);
        let zone = from.has("timezone");
        Some(Self {
            allow_reentry: flag("allowReentry", otherwise.allow_reentry),
            allow_multiple_opportunities: flag("allowMultipleOpportunities", true),
            stop_on_response: flag("stopOnResponse", false),
            mark_as_read: flag("markAsRead", false),
            in_contact_zone: zone
                && from.choice("timezone", &[("account", false), ("contact", true)]).unwrap_or(false),
            time_window: from.optional_object("timeWindow", TimeWindow::parse),
            sender: from.optional_object("sender", sender).unwrap_or_default(),
            limits: from.optional_object("limits", limits).unwrap_or_default(),
        })
    }
}

fn sender(from: &Fields<'_>) -> Option<Sender> {
    let text = |key| if from.has(key) { from.template(key) } else { None };
    Some(Sender { name: text("name"), email: text("email"), phone: text("phone") })
}

fn limits(from: &Fields<'_>) -> Option<Limits> {
    Some(Limits {
        running: from.whole("running", 1..=1_000_000),
        per_minute: from.whole("perMinute", 1..=1_000_000),
    })
}

impl TimeWindow {
    /// Reads `{days, from, to}`; absent days are all days.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let days = if from.has("days") { from.choices("days", &DAYS) } else { Vec::new() };
        let (start, end) = (from.time("from"), from.time("to"));
        if start.is_some() && start == end {
            from.fault("to", "is the same as `from`, so the window would never open");
        }
        Some(Self { days, from: start?, to: end? })
    }

    /// When the window opens next; `None` when it is open.
    #[must_use]
    pub fn opens_after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zoned(now, zone)?;
        let on = |day: Weekday| self.days.is_empty() || self.days.contains(&day);
        let over_midnight = self.to < self.from;
        let time = local.time();
        let open = if over_midnight {
            (time >= self.from && on(local.weekday())) || (time < self.to && on(local.weekday().previous()))
        } else {
            time >= self.from && time < self.to && on(local.weekday())
        };
        if open {
            return None;
        }
        let mut day = local.date();
        if time >= self.from {
            day = day.tomorrow().ok()?;
        }
        for _ in 0..7 {
            if on(day.weekday()) {
                return of_local(day.to_datetime(self.from), zone);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(window: &TimeWindow, now: &str) -> String {
        let zone = TimeZone::get("America/Chicago").expect("the zone table is compiled in");
        let now = Timestamp::parse(now).expect("RFC 3339");
        window.opens_after(now, &zone).map_or_else(|| "open".to_owned(), |at| at.iso())
    }

    fn time(hour: i8) -> Time {
        Time::constant(hour, 0, 0, 0)
    }

    #[test]
    fn a_window_opens_on_its_next_day_in_the_zone() {
        let window = TimeWindow { days: vec![Weekday::Monday, Weekday::Friday], from: time(8), to: time(18) };
        // Thursday evening, Friday morning and evening, over the end of summer time.
        for (now, expected) in [
            ("2025-10-30T23:00:00Z", "2025-10-31T13:00:00.000Z"),
            ("2025-10-31T12:59:59Z", "2025-10-31T13:00:00.000Z"),
            ("2025-10-31T13:00:00Z", "open"),
            ("2025-10-31T22:59:59Z", "open"),
            ("2025-10-31T23:00:00Z", "2025-11-03T14:00:00.000Z"),
        ] {
            assert_eq!(opens(&window, now), expected, "{now}");
        }
    }

    #[test]
    fn a_window_may_reach_over_midnight() {
        let window = TimeWindow { days: vec![Weekday::Friday], from: time(20), to: time(2) };
        for (now, expected) in [
            ("2025-11-08T02:00:00Z", "open"),
            ("2025-11-08T07:59:00Z", "open"),
            ("2025-11-08T08:00:00Z", "2025-11-15T02:00:00.000Z"),
            ("2025-11-07T06:00:00Z", "2025-11-08T02:00:00.000Z"),
        ] {
            assert_eq!(opens(&window, now), expected, "{now}");
        }
    }
}
