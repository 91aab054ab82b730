//! When a recurring task comes: pure arithmetic on the calendar of its location.
//!
//! A rule counts periods (hours, days, weeks, months, years) from that of its start, and each has one moment, at the
//! start's time of the day in the location's time zone: what comes at nine comes at nine in summer, too. A day that a month
//! does not have is its last one.

use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// When.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Which periods are counted.
    pub interval_type: IntervalType,
    /// Every how many.
    pub interval: i64,
    /// Nothing comes before it, and it says at which time of the day.
    pub start_date: Timestamp,
    /// Nothing comes after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Timestamp>,
    /// Which day of the month, from 1; otherwise the start's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_of_month: Option<i8>,
    /// Which day of the week; otherwise the start's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_of_week: Option<Day>,
    /// Which month of the year, from 1; otherwise the start's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month_of_year: Option<i8>,
    /// How often at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Whether it comes while its last task is open and overdue. It does unless this says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_task_if_over_due: Option<bool>,
    /// How long after the moment its task is due.
    pub due_after_seconds: i64,
}

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntervalType {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
}

impl IntervalType {
    /// The words for them.
    pub(super) const WORDS: [(&'static str, Self); 5] = [
        ("yearly", Self::Yearly),
        ("monthly", Self::Monthly),
        ("weekly", Self::Weekly),
        ("daily", Self::Daily),
        ("hourly", Self::Hourly),
    ];

    /// The longest that one can be, give or take an hour of daylight saving.
    fn longest_millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Hourly => HOUR,
            Self::Daily => 24 * HOUR,
            Self::Weekly => 7 * 24 * HOUR,
            Self::Monthly => 31 * 24 * HOUR,
            Self::Yearly => 366 * 24 * HOUR,
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Day {
    Mo,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

impl Day {
    /// The words for them, from Monday.
    pub(super) const WORDS: [(&'static str, Self); 7] = [
        ("MO", Self::Mo),
        ("TU", Self::Tu),
        ("WE", Self::We),
        ("TH", Self::Th),
        ("FR", Self::Fr),
        ("SA", Self::Sa),
        ("SU", Self::Su),
    ];

    fn weekday(self) -> Weekday {
        let at = Self::WORDS.iter().position(|(_, day)| *day == self).unwrap_or(0);
        Weekday::from_monday_zero_offset(i8::try_from(at).unwrap_or(0)).unwrap_or(Weekday::Monday)
    }
}

impl Rule {
    /// The first moment of all.
    pub fn first(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.first_after(self.start_date.plus_millis(-1), zone)
    }

    /// The first moment after `after`; `None` when nothing comes any more.
    pub fn first_after(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let moment = self.moment(self.period_after(after, zone)?, zone)?;
        (self.end_date.is_none_or(|end| moment <= end)).then_some(moment)
    }

    /// Where to go on when the moments from `from` (one of them) to `now` were missed, of which the latest `most` are to
    /// be made up for.
    pub fn made_up_from(&self, from: Timestamp, now: Timestamp, most: i64, zone: &TimeZone) -> Timestamp {
        let until = self.end_date.map_or(now, |end| end.min(now));
        let earliest = || self.moment(self.period_after(until, zone)?.checked_sub(most)?, zone);
        earliest().map_or(from, |earliest| earliest.max(from))
    }

    /// The first period whose moment is after `after`, and not before the start.
    fn period_after(&self, after: Timestamp, zone: &TimeZone) -> Option<i64> {
        let after = after.max(self.start_date.plus_millis(-1));
        let passed = after.millis().saturating_sub(self.start_date.millis());
        let period_millis = self.interval_type.longest_millis().checked_mul(self.interval)?;
        // Never too late: a guess with the longest period, and two for daylight saving and the first period's rest.
        let mut period = (passed / period_millis - 2).max(0);
        while self.moment(period, zone)? <= after {
            period += 1;
        }
        Some(period)
    }

    /// The moment of a period, counted from that of the start. `None` beyond the calendar.
    fn moment(&self, period: i64, zone: &TimeZone) -> Option<Timestamp> {
        let steps = period.checked_mul(self.interval)?;
        if self.interval_type == IntervalType::Hourly {
            let millis = steps.checked_mul(3_600_000)?;
            return self.start_date.millis().checked_add(millis).map(Timestamp);
        }
        let start = jiff::Timestamp::from_millisecond(self.start_date.millis()).ok()?;
        let start: DateTime = zone.to_datetime(start);
        let day = self.day(start.date(), steps)?;
        Some(Timestamp(zone.to_timestamp(day.to_datetime(start.time())).ok()?.as_millisecond()))
    }

    fn day(&self, start: Date, steps: i64) -> Option<Date> {
        match self.interval_type {
            IntervalType::Hourly => None,
            IntervalType::Daily => start.checked_add(Span::new().try_days(steps).ok()?).ok(),
            IntervalType::Weekly => {
                let weekday = self.day_of_week.map_or(start.weekday(), Day::weekday);
                let shift = weekday.to_monday_zero_offset() - start.weekday().to_monday_zero_offset();
                let days = steps.checked_mul(7)?.checked_add(i64::from(shift))?;
                start.checked_add(Span::new().try_days(days).ok()?).ok()
            }
            IntervalType::Monthly => {
                let month = start.first_of_month().checked_add(Span::new().try_months(steps).ok()?).ok()?;
                self.in_month(month, start)
            }
            IntervalType::Yearly => {
                let year = i64::from(start.year()).checked_add(steps)?;
                let month = self.month_of_year.unwrap_or(start.month());
                self.in_month(Date::new(i16::try_from(year).ok()?, month, 1).ok()?, start)
            }
        }
    }

    fn in_month(&self, month: Date, start: Date) -> Option<Date> {
        let day = self.day_of_month.unwrap_or(start.day()).min(month.days_in_month());
        Date::new(month.year(), month.month(), day).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso(text).expect("a moment")
    }

    fn rule(interval_type: IntervalType, interval: i64, start: &str) -> Rule {
        Rule {
            interval_type,
            interval,
            start_date: at(start),
            end_date: None,
            day_of_month: None,
            day_of_week: None,
            month_of_year: None,
            count: None,
            create_task_if_over_due: None,
            due_after_seconds: 0,
        }
    }

    fn zone() -> TimeZone {
        TimeZone::get("America/Chicago").expect("a zone")
    }

    /// The first moments, in the location's own time.
    fn moments(rule: &Rule, most: usize) -> Vec<String> {
        let mut next = rule.first(&zone());
        let mut all = Vec::new();
        while let Some(moment) = next.filter(|_| all.len() < most) {
            let moment_there = jiff::Timestamp::from_millisecond(moment.millis()).expect("a moment");
            all.push(zone().to_datetime(moment_there).to_string());
            next = rule.first_after(moment, &zone());
        }
        all
    }

    #[test]
    fn days_and_weeks_keep_their_time_through_daylight_saving() {
        // Clocks go forward on 8 March 2026 at 2:00.
        let daily = rule(IntervalType::Daily, 1, "2026-03-07T15:00:00Z");
        assert_eq!(moments(&daily, 3), ["2026-03-07T09:00:00", "2026-03-08T09:00:00", "2026-03-09T09:00:00"]);
        let hourly = rule(IntervalType::Hourly, 12, "2026-03-08T03:00:00Z");
        assert_eq!(
            moments(&hourly, 3),
            ["2026-03-07T21:00:00", "2026-03-08T10:00:00", "2026-03-08T22:00:00"]
        );
        let weekly =
            Rule { day_of_week: Some(Day::Mo), ..rule(IntervalType::Weekly, 2, "2026-03-04T15:00:00Z") };
        assert_eq!(moments(&weekly, 2), ["2026-03-16T09:00:00", "2026-03-30T09:00:00"]);
        let weekly = Rule { day_of_week: Some(Day::Su), ..weekly };
        assert_eq!(moments(&weekly, 2), ["2026-03-08T09:00:00", "2026-03-22T09:00:00"]);
    }

    #[test]
    fn a_day_that_a_month_does_not_have_is_its_last() {
        let monthly = rule(IntervalType::Monthly, 1, "2026-01-31T15:00:00Z");
        let last = ["2026-01-31T09:00:00", "2026-02-28T09:00:00", "2026-03-31T09:00:00"];
        assert_eq!(moments(&monthly, 3), last);
        let fifth = Rule { day_of_month: Some(5), ..rule(IntervalType::Monthly, 2, "2026-01-20T15:00:00Z") };
        assert_eq!(moments(&fifth, 2), ["2026-03-05T09:00:00", "2026-05-05T09:00:00"]);
        let leap = rule(IntervalType::Yearly, 1, "2024-02-29T15:00:00Z");
        assert_eq!(moments(&leap, 2), ["2024-02-29T09:00:00", "2025-02-28T09:00:00"]);
        let june = Rule { month_of_year: Some(6), day_of_month: Some(31), ..leap };
        assert_eq!(moments(&june, 2), ["2024-06-30T09:00:00", "2025-06-30T09:00:00"]);
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let end = Some(at("2026-01-03T00:00:00Z"));
        let ending = Rule { end_date: end, ..rule(IntervalType::Daily, 1, "2026-01-01T00:00:00Z") };
        assert_eq!(moments(&ending, 9).len(), 3);
        let over = Rule { end_date: end, ..rule(IntervalType::Weekly, 1, "2026-01-01T00:00:00Z") };
        assert_eq!(moments(&over, 9).len(), 1);
    }

    #[test]
    fn the_latest_missed_moments_are_made_up_for() {
        let hourly = rule(IntervalType::Hourly, 1, "2026-01-01T00:00:00Z");
        let from =
            |now: &str| hourly.made_up_from(at("2026-01-01T02:00:00Z"), at(now), 3, &TimeZone::UTC).iso();
        assert_eq!(from("2026-01-01T02:30:00Z"), "2026-01-01T02:00:00.000Z");
        assert_eq!(from("2026-01-01T04:00:00Z"), "2026-01-01T02:00:00.000Z");
        assert_eq!(from("2026-01-01T05:59:00Z"), "2026-01-01T03:00:00.000Z");
        assert_eq!(from("2126-01-01T00:00:00Z"), "2125-12-31T22:00:00.000Z");
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        let kinds = prop::sample::select(IntervalType::WORDS.to_vec());
        let days = prop::option::of(prop::sample::select(Day::WORDS.to_vec()));
        let parts = (kinds, 1..=1000_i64, 0..4_000_000_000_000_i64, prop::option::of(1..=31_i8), days);
        (parts, prop::option::of(1..=12_i8)).prop_map(|((kind, interval, start, day, weekday), month)| Rule {
            day_of_month: day,
            day_of_week: weekday.map(|(_, day)| day),
            month_of_year: month,
            start_date: Timestamp(start),
            ..rule(kind.1, interval, "2026-01-01")
        })
    }

    proptest! {
        /// The guess of `period_after` is never too late: no moment lies between `after` and the one found.
        #[test]
        fn the_next_moment_is_the_first_one_after(rule in any_rule(), later in 0..200_000_000_000_i64) {
            let after = rule.start_date.plus_millis(later);
            if let Some(period) = rule.period_after(after, &zone()) {
                let found = rule.moment(period, &zone()).expect("a moment");
                prop_assert!(found > after);
                let before = rule.moment(period - 1, &zone());
                prop_assert!(period == 0 || before.is_none_or(|before| before <= after));
            }
        }

        /// However far the clock was turned, no more than the latest are made up for, and none twice.
        #[test]
        fn making_up_is_bounded(rule in any_rule(), later in 0..4_000_000_000_000_i64) {
            let now = rule.start_date.plus_millis(later);
            if let Some(first) = rule.first(&zone()).filter(|first| *first <= now) {
                let mut next = Some(rule.made_up_from(first, now, 10, &zone()));
                let mut made = 0;
                while let Some(moment) = next.filter(|moment| *moment <= now) {
                    made += 1;
                    next = rule.first_after(moment, &zone());
                }
                prop_assert!((1..=10).contains(&made), "{made}");
            }
        }
    }
}
