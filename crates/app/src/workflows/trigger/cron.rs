//! Moments that a line such as `30 9 * * mon-fri` names: minute, hour, day of the month, month, day of the week. Pure.
//!
//! Fields are `*`, numbers, ranges, lists, steps (`*/15`, `8-18/2`), and English names of months and days; 0 and 7 are
//! Sunday. Where days of the month and of the week are both given, either will do. Times are a location's own: one that the clock leaps
//! over in spring comes as much later as it leaps; one that comes twice in autumn is its first, unless the line names every hour.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::workflows::right_now::zoned;

/// How far ahead a moment is looked for: the 29th of February may be eight years away.
const DAYS_AHEAD: u32 = 366 * 8 + 2;

/// The moments of a line. Each set has a bit for every number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// A day that a month does not have is its last one.
    clamped: bool,
}

/// No clock leaps by more hours.
const LEAP: i8 = 3;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const ALL_HOURS: u64 = (1 << 24) - 1;
const ALL_DAYS: u64 = ((1 << 32) - 1) & !1;
const ALL_WEEKDAYS: u64 = (1 << 7) - 1;

impl Cron {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else {
            return Err(format!(
                "must have five fields (minute, hour, day of the month, month, day of the week), not {}",
                fields.len()
            ));
        };
        let mut weekdays = set(weekdays, 0, 7, &WEEKDAYS, 0)?;
        if weekdays & (1 << 7) != 0 {
            weekdays = (weekdays | 1) & ALL_WEEKDAYS;
        }
        let cron = Self {
            minutes: set(minutes, 0, 59, &[], 0)?,
            hours: set(hours, 0, 23, &[], 0)?,
            days: set(days, 1, 31, &[], 0)?,
            months: set(months, 1, 12, &MONTHS, 1)?,
            weekdays,
            clamped: false,
        };
        match cron.first_after(Timestamp(0), &TimeZone::UTC) {
            Some(_) => Ok(cron),
            None => Err("names a day that no month has".to_owned()),
        }
    }

    /// The same, where a day that a month does not have is its last one.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self { clamped: true, ..self }
    }

    /// The first moment after `after`.
    #[must_use]
    pub fn first_after(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zoned(after, zone)?;
        // A day's moments may lie behind its midnight by as much as the clock leaps.
        let mut day = local.date().yesterday().ok()?;
        for _ in 0..DAYS_AHEAD {
            let from = if day == local.date() {
                local.hour()
            } else if day < local.date() {
                24
            } else {
                0
            };
            if self.names(day)
                && let Some(found) = self.first_of((day, from - LEAP), after, zone)
            {
                return Some(found);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn names(&self, day: Date) -> bool {
        let bit = |number: i8| 1_u64 << number.unsigned_abs();
        if self.months & bit(day.month()) == 0 {
            return false;
        }
        let last = self.clamped && day.day() == day.days_in_month();
        let beyond = !(bit(day.day()) - 1);
        let of_month = self.days & bit(day.day()) != 0 || (last && self.days & beyond != 0);
        let of_week = self.weekdays & bit(day.weekday().to_sunday_zero_offset()) != 0;
        match (self.days == ALL_DAYS, self.weekdays == ALL_WEEKDAYS) {
            (false, false) => of_month || of_week,
            _ => of_month && of_week,
        }
    }

    /// The first moment of a day behind `after`, looked for from an hour on.
    fn first_of(&self, (day, from): (Date, i8), after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut first: Option<(i8, Timestamp)> = None;
        for hour in (from.max(0)..24).filter(|hour| self.hours & (1 << hour) != 0) {
            if first.is_some_and(|(found, _)| hour > found + LEAP) {
                break;
            }
            for minute in (0..60).filter(|minute| self.minutes & (1 << minute) != 0) {
                let time = Time::new(hour, minute, 0, 0).ok()?;
                let moment = zone.to_ambiguous_timestamp(day.to_datetime(time));
                let again = (self.hours == ALL_HOURS).then(|| moment.later().ok()).flatten();
                for moment in moment.compatible().ok().into_iter().chain(again) {
                    let moment = Timestamp(moment.as_millisecond());
                    if moment > after && first.is_none_or(|(_, first)| moment < first) {
                        first = Some((hour, moment));
                    }
                }
            }
        }
        first.map(|(_, moment)| moment)
    }
}

/// The numbers of a field, which lie between `least` and `most`; names count from `first`.
fn set(field: &str, least: u32, most: u32, names: &[&str], first: u32) -> Result<u64, String> {
    let wrong = |what: &str| {
        format!("`{what}` must be `*`, a number from {least} to {most}, a range, a list or a step")
    };
    let number = |text: &str| -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        let named = names.iter().zip(first..).find(|(name, _)| **name == lower).map(|(_, number)| number);
        let read = named.or_else(|| text.parse().ok());
        read.filter(|number| (least..=most).contains(number)).ok_or_else(|| wrong(text))
    };
    let mut all = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0)),
            None => (part, Some(1)),
        };
        let step = step.ok_or_else(|| wrong(part))?;
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, if most == 7 { 6 } else { most }),
            Some((from, to)) => (number(from)?, number(to)?),
            None if part.contains('/') => (number(range)?, most),
            None => (number(range)?, number(range)?),
        };
        if from > to {
            return Err(wrong(part));
        }
        all |= (from..=to).step_by(step as usize).fold(0, |set, number| set | 1 << number);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(line: &str, after: &str, most: usize) -> Vec<String> {
        let zone = TimeZone::get("America/Chicago").expect("the zone table is compiled in");
        let cron = Cron::parse(line).expect("a line");
        let mut at = Timestamp::parse(after).expect("RFC 3339");
        let next = |_| {
            at = cron.first_after(at, &zone).expect("a moment");
            let moment = jiff::Timestamp::from_millisecond(at.millis()).expect("a moment");
            moment.to_zoned(zone.clone()).strftime("%a %m-%d %H:%M %z").to_string()
        };
        (0..most).map(next).collect()
    }

    #[test]
    fn lines_name_moments() {
        let from = "2026-02-27T12:00:00Z";
        for (line, expected) in [
            ("30 9 * * mon-fri", ["Fri 02-27 09:30 -0600", "Mon 03-02 09:30 -0600"]),
            ("*/20 8-9/1 1 * *", ["Sun 03-01 08:00 -0600", "Sun 03-01 08:20 -0600"]),
            ("0 0 13 * 5", ["Fri 03-06 00:00 -0600", "Fri 03-13 00:00 -0500"]),
            ("0 12 29 feb *", ["Tue 02-29 12:00 -0600", "Sun 02-29 12:00 -0600"]),
            ("0 12 * * 7", ["Sun 03-01 12:00 -0600", "Sun 03-08 12:00 -0500"]),
            ("5/25 6 * * *", ["Fri 02-27 06:05 -0600", "Fri 02-27 06:30 -0600"]),
        ] {
            assert_eq!(moments(line, from, 2), expected, "{line}");
        }
    }

    #[test]
    fn the_clock_leaps_and_every_line_keeps_its_count() {
        // Forward on 8 March 2026 at 2:00, back on 1 November at 2:00.
        let spring = "2026-03-07T12:00:00Z";
        assert_eq!(
            moments("30 2 * * *", spring, 3),
            ["Sun 03-08 03:30 -0500", "Mon 03-09 02:30 -0500", "Tue 03-10 02:30 -0500"]
        );
        assert_eq!(
            moments("0 * * * *", "2026-03-08T07:30:00Z", 2),
            ["Sun 03-08 03:00 -0500", "Sun 03-08 04:00 -0500"]
        );
        let autumn = "2026-11-01T05:30:00Z";
        assert_eq!(moments("30 1 * * *", autumn, 2), ["Sun 11-01 01:30 -0500", "Mon 11-02 01:30 -0600"]);
        let hours = ["Sun 11-01 01:00 -0500", "Sun 11-01 01:00 -0600", "Sun 11-01 02:00 -0600"];
        assert_eq!(moments("0 * * * *", autumn, 3), hours);
    }

    #[test]
    fn what_names_no_moment_is_refused() {
        for line in [
            "",
            "* * * *",
            "60 * * * *",
            "* * 0 * *",
            "5-1 * * * *",
            "*/0 * * * *",
            "0 0 31 2 *",
            "a * * * *",
        ] {
            assert!(Cron::parse(line).is_err(), "{line}");
        }
    }
}
