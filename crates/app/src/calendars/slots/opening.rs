//! When a calendar is open on a day, and the times at which its slots begin.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use leadhold_kernel::Timestamp;
use serde_json::Value;

use super::day::{day_of, midnight, next};
use super::span::Span;
use crate::calendars::Calendar;

/// Minutes of a day, to calculate with and to count by.
const DAY: i64 = 24 * 60;
const MINUTES: usize = 24 * 60;
/// Days that something may last within opening hours.
const LONGEST: i64 = 31;

/// The moments of a day at which a slot of the calendar begins, in their order. A slot lies wholly within opening hours. A
/// time that the clock leaps over has no slot; of a time that comes twice, the first counts.
pub(super) fn starts(calendar: &Calendar, zone: &TimeZone, day: Date) -> Vec<Timestamp> {
    let length = calendar.minutes("slotDuration").unwrap_or(30).max(1);
    let step = calendar.minutes("slotInterval").unwrap_or(30).max(1);
    let mut all: Vec<Timestamp> = closings(calendar, day, step)
        .filter_map(|(minute, close)| {
            let (start, end) = (moment(zone, day, minute)?, moment(zone, day, close)?);
            (start.plus_millis(length * 60_000) <= end).then_some(start)
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether the calendar is open from a moment to another without a break, over midnight, too.
pub(in crate::calendars) fn is_open(calendar: &Calendar, zone: &TimeZone, (start, end): Span) -> bool {
    let (mut day, mut reached) = (day_of(start, zone), start);
    for _ in 0..=LONGEST {
        let moment = |minute| moment(zone, day, minute).or_else(|| after_leap(zone, day, minute));
        let mut open: Vec<Span> = hours(calendar, day)
            .into_iter()
            .filter_map(|(open, close)| Some((moment(open)?, moment(close)?)))
            .collect();
        open.sort_unstable();
        for (open, close) in open {
            if open <= reached {
                reached = close.max(reached);
            }
        }
        if reached >= end {
            return true;
        }
        day = next(day);
        if reached < midnight(day, zone) {
            return false;
        }
    }
    false
}

/// The minutes of a day at which a slot might begin, each with the last end of the hours that it is in. However many hours
/// are written down, a day has no more minutes.
fn closings(calendar: &Calendar, day: Date, step: i64) -> impl Iterator<Item = (i64, i64)> {
    let mut latest = [0; MINUTES];
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    for (open, close) in hours(calendar, day) {
        let minutes = usize::try_from(open).unwrap_or(0)..usize::try_from(close).unwrap_or(0).min(MINUTES);
        for end in latest[minutes.start.min(minutes.end)..minutes.end].iter_mut().step_by(step) {
            *end = close.max(*end);
        }
    }
    (0..).zip(latest).filter(|(_, close)| *close > 0)
}

/// The opening hours of a day as minutes since its midnight: those of its date where the calendar has any, else those of
/// its weekday. `availabilityType` says whether only the one (0) or the other (1) counts.
fn hours(calendar: &Calendar, day: Date) -> Vec<(i64, i64)> {
    let kind = calendar.number("availabilityType");
    if kind != Some(0) {
        let text = day.to_string();
        let of_date = |date: &&Value| date["date"].as_str().is_some_and(|date| date.starts_with(&text));
        let dates = calendar.settings.get("availabilities").and_then(Value::as_array);
        let named: Vec<&Value> = dates.into_iter().flatten().filter(of_date).collect();
        if !named.is_empty() {
            return named.into_iter().flat_map(|date| spans(&date["hours"])).collect();
        }
    }
    if kind == Some(1) {
        return Vec::new();
    }
    let weekday = i64::from(day.weekday().to_sunday_zero_offset());
    let of_weekday = |open: &&Value| {
        open["daysOfTheWeek"].as_array().is_some_and(|days| days.iter().any(|one| *one == weekday))
    };
    let weekly = calendar.settings.get("openHours").and_then(Value::as_array);
    weekly.into_iter().flatten().filter(of_weekday).flat_map(|open| spans(&open["hours"])).collect()
}

/// Opening hours as minutes; an end at 0:00 is the end of the day.
fn spans(hours: &Value) -> Vec<(i64, i64)> {
    let minutes = |span: &Value, hour: &str, minute: &str| {
        span[hour].as_i64().unwrap_or_default() * 60 + span[minute].as_i64().unwrap_or_default()
    };
    let read = |span: &Value| {
        let close = minutes(span, "closeHour", "closeMinute");
        (minutes(span, "openHour", "openMinute"), if close == 0 { DAY } else { close })
    };
    hours.as_array().into_iter().flatten().map(read).collect()
}

/// A minute of a day in a time zone; `None` when the clock leaps over it.
fn moment(zone: &TimeZone, day: Date, minute: i64) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(civil(day, minute)?);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => None,
        _ => Some(Timestamp(ambiguous.earlier().ok()?.as_millisecond())),
    }
}

/// A minute that the clock leaps over, as long after the leap as it would be after the hour before it.
fn after_leap(zone: &TimeZone, day: Date, minute: i64) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(civil(day, minute)?);
    Some(Timestamp(ambiguous.compatible().ok()?.as_millisecond()))
}

fn civil(day: Date, minute: i64) -> Option<DateTime> {
    let day = if minute >= DAY { day.tomorrow().ok()? } else { day };
    let minute = minute % DAY;
    let time = jiff::civil::Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
    Some(DateTime::from_parts(day, time.ok()?))
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::Id;
    use serde_json::json;

    use super::*;
    use crate::calendars::CalendarType;

    fn calendar(settings: Value) -> Calendar {
        Calendar {
            id: Id::parse("calendar").expect("an id"),
            location_id: Id::parse("location").expect("an id"),
            name: "C".into(),
            kind: CalendarType::Event,
            group_id: None,
            is_active: true,
            settings: settings.as_object().expect("an object").clone(),
            date_added: Timestamp(0),
            date_updated: Timestamp(0),
        }
    }

    fn times(calendar: &Calendar, day: Date) -> String {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let shown = |at: Timestamp| {
            let at = jiff::Timestamp::from_millisecond(at.millis()).expect("a moment");
            zone.to_datetime(at).strftime("%H:%M").to_string()
        };
        starts(calendar, &zone, day).into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    fn span(open: (i64, i64), close: (i64, i64)) -> Value {
        json!({"openHour": open.0, "openMinute": open.1, "closeHour": close.0, "closeMinute": close.1})
    }

    #[test]
    fn slots_lie_within_opening_hours() {
        let open = json!([{"daysOfTheWeek": [1], "hours": [span((9, 0), (10, 45)), span((23, 0), (0, 0))]}]);
        let calendar = calendar(
            json!({"openHours": open, "slotInterval": 15, "slotDuration": 1, "slotDurationUnit": "hours"}),
        );
        assert_eq!(times(&calendar, Date::constant(2026, 1, 19)), "09:00 09:15 09:30 09:45 23:00");
        assert_eq!(times(&calendar, Date::constant(2026, 1, 20)), "");
    }

    #[test]
    fn dates_come_before_weekdays_unless_only_one_of_them_counts() {
        let settings = |kind: Value| {
            json!({
                "openHours": [{"daysOfTheWeek": [1, 2], "hours": [span((9, 0), (10, 0))]}],
                "availabilities": [{"date": "2026-01-19T00:00:00.000Z", "hours": [span((12, 0), (12, 30))]}],
                "availabilityType": kind,
            })
        };
        let (monday, tuesday) = (Date::constant(2026, 1, 19), Date::constant(2026, 1, 20));
        let of = |kind: Value| {
            let calendar = calendar(settings(kind));
            (times(&calendar, monday), times(&calendar, tuesday))
        };
        let pair = |monday: &str, tuesday: &str| (monday.to_owned(), tuesday.to_owned());
        assert_eq!(of(Value::Null), pair("12:00", "09:00 09:30"));
        assert_eq!(of(json!(0)), pair("09:00 09:30", "09:00 09:30"));
        assert_eq!(of(json!(1)), pair("12:00", ""));
    }

    /// Also over midnight and where hours meet; not over a break, nor for ever.
    #[test]
    fn what_is_open_from_one_moment_to_another() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let hours = json!([
            span((9, 0), (12, 0)),
            span((12, 0), (13, 0)),
            span((14, 0), (15, 0)),
            span((22, 0), (0, 0))
        ]);
        let tuesday = json!([span((0, 0), (1, 0))]);
        let open = json!([{"daysOfTheWeek": [1], "hours": hours}, {"daysOfTheWeek": [2], "hours": tuesday}]);
        let calendar_of = |open| calendar(json!({ "openHours": open }));
        let weekly = calendar_of(open);
        let at = |text: &str| Timestamp::parse(text).expect("a moment");
        let is_open =
            |calendar: &Calendar, start: &str, end: &str| is_open(calendar, &zone, (at(start), at(end)));
        for (start, end, expected) in [
            ("2026-01-19T09:00:00-05:00", "2026-01-19T13:00:00-05:00", true),
            ("2026-01-19T08:59:00-05:00", "2026-01-19T10:00:00-05:00", false),
            ("2026-01-19T12:30:00-05:00", "2026-01-19T13:01:00-05:00", false),
            ("2026-01-19T12:30:00-05:00", "2026-01-19T14:30:00-05:00", false),
            ("2026-01-19T23:00:00-05:00", "2026-01-20T01:00:00-05:00", true),
            ("2026-01-19T23:00:00-05:00", "2026-01-20T01:01:00-05:00", false),
            ("2026-01-19T23:00:00-05:00", "2027-01-20T01:00:00-05:00", false),
        ] {
            assert_eq!(is_open(&weekly, start, end), expected, "{start} {end}");
        }
        let always =
            calendar_of(json!([{"daysOfTheWeek": [0, 1, 2, 3, 4, 5, 6], "hours": [span((0, 0), (0, 0))]}]));
        assert!(is_open(&always, "2026-03-07T12:00:00-05:00", "2026-03-20T12:00:00-04:00"));
        assert!(!is_open(&always, "2026-03-07T12:00:00-05:00", "2036-03-20T12:00:00-04:00"));
        let leaping = calendar_of(json!([{"daysOfTheWeek": [0], "hours": [span((2, 30), (5, 0))]}]));
        assert!(is_open(&leaping, "2026-03-08T03:30:00-04:00", "2026-03-08T05:00:00-04:00"));
        assert!(!is_open(&leaping, "2026-03-08T03:00:00-04:00", "2026-03-08T05:00:00-04:00"));
    }

    /// New York leapt from two to three on 8 March 2026, and had the hour from one to two twice on 1 November.
    #[test]
    fn the_clock_leaps_over_slots_and_has_none_twice() {
        let open = json!([{"daysOfTheWeek": [0], "hours": [span((1, 0), (4, 0))]}]);
        let calendar = calendar(json!({"openHours": open}));
        assert_eq!(times(&calendar, Date::constant(2026, 3, 8)), "01:00 01:30 03:00 03:30");
        assert_eq!(times(&calendar, Date::constant(2026, 11, 1)), "01:00 01:30 02:00 02:30 03:00 03:30");
    }
}
