//! The free slots of a calendar.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span as Length, Zoned};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;

use super::agenda::{Agenda, Span};
use super::opening;
use crate::calendars::appointments::SlotRule;
use crate::calendars::{Calendar, CalendarType};
use crate::tenant::LocationScope;

/// What is looked for.
#[derive(Clone, Debug)]
pub(in crate::calendars) struct Search<'a> {
    /// The location's time zone, in which the calendar is open.
    pub(in crate::calendars) zone: &'a TimeZone,
    /// The present moment.
    pub(in crate::calendars) now: Timestamp,
    /// The first moment at which a slot may begin.
    pub(in crate::calendars) from: Timestamp,
    /// The last one.
    pub(in crate::calendars) to: Timestamp,
    /// Whether notice and latest day count.
    pub(in crate::calendars) rule: SlotRule,
    /// The only people who are wanted; empty: anybody.
    pub(in crate::calendars) people: &'a [String],
    /// The appointment that is to move, and so is in nobody's way.
    pub(in crate::calendars) except: &'a str,
}

/// A time that can be booked.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::calendars) struct Slot {
    /// When it begins.
    pub(in crate::calendars) start: Timestamp,
    /// The people of the calendar who are free then; all of them, for a collective calendar.
    pub(in crate::calendars) people: Vec<String>,
}

/// The free slots, in their order; none in a calendar that is switched off.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn free(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    search: &Search<'_>,
) -> Result<Vec<Slot>, Error> {
    let mut found = Vec::new();
    if !calendar.is_active {
        return Ok(found);
    }
    let length = calendar.minutes("slotDuration").unwrap_or(30) * 60_000;
    let (first, last) = (day_of(search.from, search.zone), day_of(search.to, search.zone));
    let whole = (midnight(first, search.zone), midnight(next(last), search.zone).plus_millis(length));
    let agenda = Agenda::read(tx, here, calendar, whole, search.except)?;
    let (earliest, latest) = window(calendar, search);
    let team = calendar.people();
    let per_day = calendar.number("appoinmentPerDay").and_then(|most| usize::try_from(most).ok());
    let mut day = first;
    while day <= last {
        let span = (midnight(day, search.zone), midnight(next(day), search.zone));
        let full = per_day.is_some_and(|most| agenda.booked_within(span) >= most);
        let starts = if full { Vec::new() } else { opening::starts(calendar, search.zone, day) };
        for start in starts {
            let wanted = (search.from..=search.to).contains(&start) && (earliest..latest).contains(&start);
            if wanted
                && let Some(people) =
                    who((calendar.kind, &team), &agenda, (start, start.plus_millis(length)), search.people)
            {
                found.push(Slot { start, people });
            }
        }
        if day == next(day) {
            break; // the end of time
        }
        day = next(day);
    }
    Ok(found)
}

/// Who is free for a slot; `None` when it cannot be booked.
fn who(
    (kind, team): (CalendarType, &[String]),
    agenda: &Agenda,
    span: Span,
    wanted: &[String],
) -> Option<Vec<String>> {
    if team.is_empty() {
        return agenda.is_free(span, None).then(Vec::new);
    }
    let is_free = |id: &String| agenda.is_free(span, Some(id));
    if kind == CalendarType::Collective {
        return team.iter().all(is_free).then(|| team.to_vec());
    }
    let is_wanted = |id: &String| wanted.is_empty() || wanted.contains(id);
    let people: Vec<String> = team.iter().filter(|id| is_wanted(id) && is_free(id)).cloned().collect();
    (!people.is_empty()).then_some(people)
}

/// From which moment on, and up to which, the calendar can be booked.
fn window(calendar: &Calendar, search: &Search<'_>) -> (Timestamp, Timestamp) {
    let always = (Timestamp(0), leadhold_kernel::time::LATEST);
    if search.rule != SlotRule::Free {
        return always;
    }
    let now = zoned(search.now, search.zone);
    let length = |name: &str| {
        let count = calendar.number(name).filter(|count| *count > 0)?;
        Some(match calendar.text(&format!("{name}Unit")) {
            "hours" => Length::new().try_hours(count).ok()?,
            "weeks" => Length::new().try_weeks(count).ok()?,
            "months" => Length::new().try_months(count).ok()?,
            _ => Length::new().try_days(count).ok()?,
        })
    };
    let later = |length: Length| now.checked_add(length).ok();
    let earliest = length("allowBookingAfter").and_then(later);
    let latest = length("allowBookingFor").and_then(later).map(|end| midnight(next(end.date()), search.zone));
    (
        earliest.map_or(search.now, |moment| Timestamp(moment.timestamp().as_millisecond())),
        latest.unwrap_or(always.1),
    )
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    at.instant().to_zoned(zone.clone())
}

fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zoned(at, zone).date()
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// When a day begins; where it has no midnight, when it begins all the same.
fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    let begin = day.to_zoned(zone.clone()).map(|begin| begin.timestamp().as_millisecond());
    begin.map_or(leadhold_kernel::time::LATEST, Timestamp)
}
