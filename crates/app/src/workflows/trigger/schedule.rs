//! When a trigger that waits for a time rings: what `attributes` of such a trigger say.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cron::Cron;
use crate::workflows::action::moment::written;
use crate::workflows::definition::reader::Fields;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// When it rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Schedule {
    /// At contacts' birthdays.
    Birthday(DayOf),
    /// At the dates that contacts have in a custom field.
    CustomDate {
        /// The field, by its key or id.
        field: String,
        /// On which day.
        #[serde(flatten)]
        day: DayOf,
    },
    /// When tasks are due, so many milliseconds later; negative: earlier.
    TaskDue {
        /// How much later.
        later: i64,
    },
    /// When open opportunities were not changed for some time, in milliseconds.
    Decay {
        /// How long.
        rest: i64,
    },
    /// At one moment, as it was written.
    Once {
        /// With or without an offset.
        at: String,
    },
    /// Again and again.
    Cron(Cron),
}

/// A day that is counted from a date, and a time of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOf {
    /// So many days after the date; negative: before it.
    pub days: i64,
    /// The hour.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
}

impl DayOf {
    /// The time of the day.
    #[must_use]
    pub fn time(self) -> Time {
        Time::new(self.hour, self.minute, 0, 0).unwrap_or(Time::midnight())
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// `{"days": 3, "when": "before", "at": "08:00"}`: all may be absent.
pub fn birthday(from: &Fields<'_>) -> Option<Schedule> {
    day_of(from).map(Schedule::Birthday)
}

/// The same with `"field": "contact.renewal"`.
pub fn custom_date(from: &Fields<'_>) -> Option<Schedule> {
    let (field, day) = (from.text("field"), day_of(from));
    Some(Schedule::CustomDate { field: field?, day: day? })
}

/// `{"value": 30, "unit": "minutes", "when": "before"}`: all may be absent.
pub fn task_due(from: &Fields<'_>) -> Option<Schedule> {
    let value = from.whole("value", 0..=100_000).unwrap_or(0);
    let units = [("minutes", MINUTE), ("hours", 60 * MINUTE), ("days", DAY)];
    let unit = if from.has("unit") { from.choice("unit", &units)? } else { MINUTE };
    Some(Schedule::TaskDue { later: when(from)? * i64::from(value) * unit })
}

/// `{"days": 14}`
pub fn decay(from: &Fields<'_>) -> Option<Schedule> {
    if !from.has("days") {
        from.fault("days", "`days` is missing; it must be a whole number from 1 to 3650");
    }
    Some(Schedule::Decay { rest: i64::from(from.whole("days", 1..=3650)?) * DAY })
}

/// `{"every": "week", "on": ["monday"], "at": "09:00"}`, `{"every": "month", "day": 31}`, `{"cron": "0 9 * * mon-fri"}` or
/// `{"once": "2026-05-01T09:00"}`.
pub fn scheduler(from: &Fields<'_>) -> Option<Schedule> {
    let given: Vec<&str> = ["every", "cron", "once"].into_iter().filter(|key| from.has(key)).collect();
    match given[..] {
        ["cron"] => {
            let line = from.text("cron")?;
            Cron::parse(&line).map_err(|wrong| from.fault("cron", wrong)).ok().map(Schedule::Cron)
        }
        ["once"] => {
            let at = from.text("once")?;
            if written(&at, &TimeZone::UTC).is_none() {
                from.fault("once", "must be a moment such as 2026-05-01T09:00, with or without an offset");
                return None;
            }
            Some(Schedule::Once { at })
        }
        ["every"] => every(from),
        _ => {
            from.fault("every", "say one of `every`, `cron` and `once`");
            None
        }
    }
}

fn every(from: &Fields<'_>) -> Option<Schedule> {
    let period = from.choice("every", &[("hour", 'h'), ("day", 'd'), ("week", 'w'), ("month", 'm')])?;
    let at = time(from, Time::constant(9, 0, 0, 0))?;
    let (minute, hour) = (at.minute(), at.hour());
    let line = match period {
        'h' => format!("{minute} * * * *"),
        'w' => {
            let days = from.choices("on", &WEEKDAYS);
            if days.is_empty() {
                from.fault("on", "`on` must be a list of at least one day of the week");
                return None;
            }
            let days: Vec<String> = days.iter().map(|day| day.to_sunday_zero_offset().to_string()).collect();
            format!("{minute} {hour} * * {}", days.join(","))
        }
        'm' => format!("{minute} {hour} {} * *", from.whole("day", 1..=31).unwrap_or(1)),
        _ => format!("{minute} {hour} * * *"),
    };
    let cron = Cron::parse(&line).ok()?;
    Some(Schedule::Cron(if period == 'm' { cron.clamped() } else { cron }))
}

fn day_of(from: &Fields<'_>) -> Option<DayOf> {
    let days = from.whole("days", 0..=365).unwrap_or(0);
    let (when, at) = (when(from), time(from, Time::constant(8, 0, 0, 0)));
    let at = at?;
    Some(DayOf { days: when? * i64::from(days), hour: at.hour(), minute: at.minute() })
}

/// 1 for after, -1 for before.
fn when(from: &Fields<'_>) -> Option<i64> {
    match from.has("when") {
        true => from.choice("when", &[("before", -1), ("after", 1), ("on", 0)]),
        false => Some(1),
    }
}

fn time(from: &Fields<'_>, absent: Time) -> Option<Time> {
    if !from.has("at") {
        return Some(absent);
    }
    let read = Time::strptime("%H:%M", from.text("at")?.trim()).ok();
    if read.is_none() {
        from.fault("at", "must be a time of day such as 08:00");
    }
    read
}
