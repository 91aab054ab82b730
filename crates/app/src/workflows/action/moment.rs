//! Moments and periods in what steps say.

use jiff::Span;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;

use crate::workflows::definition::reader::Fields;
use crate::workflows::right_now::zoned;

/// Why nothing is done about a moment that no calendar has.
pub const OUTSIDE: &str = "That moment lies outside the calendar.";

/// The most units of a period: a longer one is a slip of the pen.
const MOST: u32 = 100_000;

/// A unit of time. Days and longer ones are the calendar's: a day is not always 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl Unit {
    /// Every unit by its word.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("seconds", Self::Seconds),
        ("minutes", Self::Minutes),
        ("hours", Self::Hours),
        ("days", Self::Days),
        ("weeks", Self::Weeks),
        ("months", Self::Months),
        ("years", Self::Years),
    ];

    /// So many of it; `None` when no calendar has that many.
    #[must_use]
    pub fn span(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Seconds => span.try_seconds(count),
            Self::Minutes => span.try_minutes(count),
            Self::Hours => span.try_hours(count),
            Self::Days => span.try_days(count),
            Self::Weeks => span.try_weeks(count),
            Self::Months => span.try_months(count),
            Self::Years => span.try_years(count),
        }
        .ok()
    }
}

/// `{"value": 2, "unit": "days"}`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How many.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
}

impl Period {
    /// Reads one; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let unit = from.choice("unit", &Unit::NAMES);
        if !from.has("value") {
            from.fault("value", "`value` is missing; it must be a whole number");
        }
        let value = from.whole("value", 1..=MOST);
        Some(Self { value: value?, unit: unit? })
    }

    /// The moment so long after another, by the calendar of a zone; `None` outside the calendar.
    #[must_use]
    pub fn after(self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        moved(moment, zone, self.unit.span(i64::from(self.value))?)
    }

    /// The moment so long before another, likewise.
    #[must_use]
    pub fn before(self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        moved(moment, zone, self.unit.span(-i64::from(self.value))?)
    }
}

fn moved(moment: Timestamp, zone: &TimeZone, span: Span) -> Option<Timestamp> {
    let to = zoned(moment, zone)?.checked_add(span).ok()?;
    Some(Timestamp(to.timestamp().as_millisecond()))
}

/// A moment as people and other programs write it: RFC 3339, or a date with or without a time in `zone`. Dates also as the
/// merge fields show them (`Nov 5, 2025`, `Wed, Nov 5, 2025 3:30 PM`), and milliseconds since 1970.
#[must_use]
pub fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(moment) = Timestamp::parse(text) {
        return Some(moment);
    }
    if text.len() >= 11 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|millis| *millis <= LATEST).map(Timestamp);
    }
    let local: DateTime = text.parse().ok().or_else(|| spoken(text))?;
    of_local(local, zone)
}

/// A moment as programs write it: RFC 3339, or a date with or without a time in `zone`. What waits, alarms and schedules read:
/// the fewer spellings, the fewer texts that are a moment by mistake.
#[must_use]
pub fn written(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text).or_else(|| of_local(text.parse().ok()?, zone))
}

/// The end of the year 9999.
const LATEST: i64 = 253_402_300_799_999;

/// The moment of a local date and time; in the gap of a clock that is put forward, the one after it.
#[must_use]
pub fn of_local(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let at = local.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(at.timestamp().as_millisecond()))
}

fn spoken(text: &str) -> Option<DateTime> {
    const MOMENTS: [&str; 6] = [
        "%a, %b %d, %Y %I:%M %p",
        "%b %d, %Y %I:%M %p",
        "%B %d, %Y %I:%M %p",
        "%Y-%m-%d %I:%M %p",
        "%a, %b %d, %Y %H:%M",
        "%B %d, %Y %H:%M",
    ];
    const DATES: [&str; 3] = ["%a, %b %d, %Y", "%b %d, %Y", "%B %d, %Y"];
    let moment = || MOMENTS.iter().find_map(|format| DateTime::strptime(format, text).ok());
    let date = || {
        let date = DATES.iter().find_map(|format| jiff::civil::Date::strptime(format, text).ok())?;
        Some(date.to_datetime(Time::midnight()))
    };
    moment().or_else(date)
}

/// Why a text that is no moment is not taken for one.
#[must_use]
pub fn unreadable(text: &str) -> String {
    let shown: String = text.trim().chars().take(60).collect();
    format!("`{shown}` is no moment. Write 2026-05-01T09:00:00 or 2026-05-01.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_many_spellings() {
        let chicago = TimeZone::get("America/Chicago").expect("known");
        for (text, moment) in [
            ("2025-12-01", "2025-12-01T06:00:00.000Z"),
            ("2025-12-01 09:00", "2025-12-01T15:00:00.000Z"),
            ("2025-12-01T09:00:00+01:00", "2025-12-01T08:00:00.000Z"),
            ("Wed, Nov 5, 2025 3:30 PM", "2025-11-05T21:30:00.000Z"),
            ("November 5, 2025", "2025-11-05T06:00:00.000Z"),
            ("1762378207000", "2025-11-05T21:30:07.000Z"),
        ] {
            assert_eq!(parse(text, &chicago).map(Timestamp::iso).as_deref(), Some(moment), "{text}");
            let by_a_program = text.starts_with("2025-");
            assert_eq!(written(text, &chicago), parse(text, &chicago).filter(|_| by_a_program), "{text}");
        }
        for text in ["", "soon", "2025", "Thu, Nov 5, 2025 3:30 PM", "99999999999999999999", "2025-13-01"] {
            assert_eq!(parse(text, &chicago), None, "{text}");
        }
    }

    #[test]
    fn periods_follow_the_calendar() {
        let chicago = TimeZone::get("America/Chicago").expect("known");
        let after = |from: &str, value, unit| {
            let from = parse(from, &chicago).expect("a moment");
            Period { value, unit }.after(from, &chicago).map(Timestamp::iso)
        };
        // The day on which clocks go back has 25 hours.
        assert_eq!(after("2025-11-01T12:00", 1, Unit::Days).as_deref(), Some("2025-11-02T18:00:00.000Z"));
        assert_eq!(after("2025-11-01T12:00", 24, Unit::Hours).as_deref(), Some("2025-11-02T17:00:00.000Z"));
        assert_eq!(after("2025-01-31", 1, Unit::Months).as_deref(), Some("2025-02-28T06:00:00.000Z"));
        assert_eq!(after("2025-01-31", 90_000, Unit::Years), None);
    }
}
