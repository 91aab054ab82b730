//! The next day of a week, a month or a year: `{"unit": "month", "day": 31, "at": "09:00"}`.

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;

use crate::workflows::action::moment::of_local;
use crate::workflows::definition::reader::Fields;
use crate::workflows::definition::settings::DAYS;
use crate::workflows::right_now::zoned;

/// The JSON Schema of one.
pub const SCHEMA: &str = r#"{"type": "object", "required": ["unit"], "additionalProperties": false, "properties": {
    "unit": {"enum": ["week", "month", "year"]}, "at": {"type": "string", "default": "00:00"},
    "days": {"type": "array", "items": {"enum":
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}},
    "day": {"type": "integer", "minimum": 1, "maximum": 31}, "month": {"type": "integer", "minimum": 1, "maximum": 12}}}"#;

/// Days that come again.
#[derive(Clone, Debug)]
pub struct Recurrence {
    on: On,
    at: Time,
}

#[derive(Clone, Debug)]
enum On {
    Weekdays(Vec<Weekday>),
    /// A day that a month does not have is its last.
    DayOfMonth(i8),
    DayOfYear {
        month: i8,
        day: i8,
    },
}

#[derive(Clone, Copy)]
enum Unit {
    Week,
    Month,
    Year,
}

impl Recurrence {
    /// Reads one; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let unit =
            from.choice("unit", &[("week", Unit::Week), ("month", Unit::Month), ("year", Unit::Year)])?;
        let number = |key: &str, most| {
            let number = from.whole(key, 1..=most).and_then(|number| i8::try_from(number).ok());
            if !from.has(key) {
                from.fault(key, format!("`{key}` is missing; it must be a whole number from 1 to {most}"));
            }
            number
        };
        let on = match unit {
            Unit::Week => {
                let days = from.choices("days", &DAYS);
                if !from.has("days") {
                    from.fault("days", "`days` is missing; it must be a list of days such as monday");
                }
                Some(On::Weekdays(days)).filter(|on| !matches!(on, On::Weekdays(days) if days.is_empty()))
            }
            Unit::Month => number("day", 31).map(On::DayOfMonth),
            Unit::Year => {
                let (month, day) = (number("month", 12), number("day", 31));
                month.zip(day).map(|(month, day)| On::DayOfYear { month, day })
            }
        };
        let at = if from.has("at") { from.time("at") } else { Some(Time::midnight()) };
        Some(Self { on: on?, at: at? })
    }

    /// The first such moment after `now`.
    #[must_use]
    pub fn after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = zoned(now, zone)?.date();
        // The moment may be past on the first such day, so up to two of the longest distances are looked at.
        let days = today.series(1.day()).take(2 * 366 + 1);
        let moment = |day: Date| of_local(day.to_datetime(self.at), zone);
        days.filter(|day| self.falls_on(*day)).filter_map(moment).find(|at| *at > now)
    }

    fn falls_on(&self, day: Date) -> bool {
        let is_day = |wanted: i8| day.day() == wanted.min(day.days_in_month());
        match &self.on {
            On::Weekdays(days) => days.contains(&day.weekday()),
            On::DayOfMonth(wanted) => is_day(*wanted),
            On::DayOfYear { month, day: wanted } => day.month() == *month && is_day(*wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_is_found_in_the_zone() {
        let zone = TimeZone::get("America/Chicago").expect("the zone table is compiled in");
        let at = Time::constant(9, 0, 0, 0);
        let after = |on: On, now: &str| {
            let now = Timestamp::parse(now).expect("RFC 3339");
            Recurrence { on, at }.after(now, &zone).expect("one in a year").iso()
        };
        let mondays = || On::Weekdays(vec![Weekday::Monday]);
        assert_eq!(after(mondays(), "2026-01-05T14:59:59Z"), "2026-01-05T15:00:00.000Z");
        assert_eq!(after(mondays(), "2026-01-05T15:00:00Z"), "2026-01-12T15:00:00.000Z");
        // Summer time began in between.
        assert_eq!(after(mondays(), "2026-03-07T15:00:00Z"), "2026-03-09T14:00:00.000Z");
        assert_eq!(after(On::DayOfMonth(31), "2026-02-01T00:00:00Z"), "2026-02-28T15:00:00.000Z");
        let leap_day = || On::DayOfYear { month: 2, day: 29 };
        assert_eq!(after(leap_day(), "2026-03-01T00:00:00Z"), "2027-02-28T15:00:00.000Z");
        assert_eq!(after(leap_day(), "2027-03-01T00:00:00Z"), "2028-02-29T15:00:00.000Z");
    }
}
