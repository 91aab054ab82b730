//! Time as an argument: a moment in milliseconds, and the clock that tells it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z, the unit of the API's pagination cursors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// The last moment that can be written as an ISO date: 9999-12-30T00:00:00Z.
pub const LATEST: Timestamp = Timestamp(253_402_128_000_000);

impl Timestamp {
    /// Milliseconds since the epoch.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// For calendars and time zones: the nearest moment that an answer could show.
    #[must_use]
    pub fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.clamped()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// ISO 8601 in UTC with milliseconds, as every body of the API spells it: `2026-01-01T00:00:00.000Z`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{:.3}", self.instant())
    }

    /// As headers spell it, to the second (RFC 9110, section 5.6.7): `Thu, 01 Jan 2026 00:00:00 GMT`.
    #[must_use]
    pub fn http(self) -> String {
        let printed = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&self.instant());
        printed.unwrap_or_else(|_| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
    }

    /// Reads RFC 3339 (`2026-01-01T00:00:00Z`, any offset, any number of decimals); `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let t: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(t.as_millisecond()))
    }

    /// Reads ISO 8601 as forms and scripts write it: as [`Timestamp::parse`], without an offset in UTC, a date alone as its
    /// midnight. `None` also for moments before 1970 and after [`LATEST`], which no answer could show.
    #[must_use]
    pub fn parse_iso(text: &str) -> Option<Self> {
        let text = text.trim();
        let in_utc = || {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(Self(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()))
        };
        Self::parse(text).or_else(in_utc).filter(|moment| (0..=LATEST.0).contains(&moment.0))
    }

    /// This moment moved by `millis`, which may be negative; saturates instead of wrapping.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    fn clamped(self) -> i64 {
        self.0.clamp(0, LATEST.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

/// Tells the time. The binary has the machine's, the sandbox one that can be turned, tests a [`ManualClock`].
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Microseconds that never run backwards, for measuring how long something took. Not a date, and not turned by the
    /// sandbox.
    fn stopwatch_micros(&self) -> u64 {
        u64::try_from(self.now().0).unwrap_or(0).saturating_mul(1000)
    }
}

/// A clock that stands still until someone moves it.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves forward (or, with a negative number, back) by `millis`.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_has_three_decimals_and_a_z() {
        assert_eq!(Timestamp(0).iso(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp(1_767_225_600_005).iso(), "2026-01-01T00:00:00.005Z");
    }

    #[test]
    fn headers_spell_it_to_the_second() {
        assert_eq!(Timestamp(1_767_225_600_999).http(), "Thu, 01 Jan 2026 00:00:00 GMT");
    }

    #[test]
    fn parse_takes_offsets_and_refuses_the_rest() {
        assert_eq!(Timestamp::parse("2026-01-01T01:00:00+01:00"), Some(Timestamp(1_767_225_600_000)));
        assert_eq!(Timestamp::parse("2026-01-01"), None);
        assert_eq!(Timestamp::parse("soon"), None);
    }

    #[test]
    fn dates_come_with_an_offset_without_one_and_alone() {
        let moment = Some(Timestamp(1_767_225_600_000));
        let spellings =
            ["2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00+01:00", "2026-01-01 00:00", "2026-01-01"];
        assert_eq!(spellings.map(Timestamp::parse_iso), [moment; 4]);
        for nothing in
            ["", "soon", "1969-12-31", "2026-02-30", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00X"]
        {
            assert_eq!(Timestamp::parse_iso(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn moments_outside_the_calendar_are_shown_at_its_edge() {
        assert_eq!(Timestamp(i64::MAX).iso(), "9999-12-30T00:00:00.000Z");
        assert_eq!(Timestamp(-5).plus_millis(i64::MIN).iso(), "1970-01-01T00:00:00.000Z");
    }
}
