//! The free slots of a calendar.

use jiff::Span as Length;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;

use super::agenda::Agenda;
use super::day::{day_of, midnight, next, whole, zoned};
use super::span::{Span, holds};
use super::team::Team;
use super::{look_busy, opening};
use crate::calendars::Calendar;
use crate::calendars::appointments::SlotRule;
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
    /// The only people who are wanted; empty: anybody.
    pub(in crate::calendars) people: &'a [String],
    /// Whether the calendar may look busier than it is.
    pub(in crate::calendars) look_busy: bool,
}

/// When the free slots begin, in their order; none in a calendar that is switched off.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn free(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    search: &Search<'_>,
) -> Result<Vec<Timestamp>, Error> {
    let team = Team::of(tx, here, calendar)?;
    let Some(people) = team.asked(search.people).filter(|_| calendar.is_active) else {
        return Ok(Vec::new());
    };
    let length = slot_length(calendar);
    let (first, last) = (day_of(search.from, search.zone), day_of(search.to, search.zone));
    let around = (midnight(first, search.zone), midnight(next(last), search.zone).plus_millis(length));
    let agenda = Agenda::read(tx, here, Some(calendar), &people, around, "")?;
    let closed = agenda.closed(length, &people, team.together);
    let window = window(calendar, search.now, search.zone);
    let mut found = Vec::new();
    for day in days(first, last) {
        if is_full(calendar, &agenda, whole(day, search.zone)) {
            continue;
        }
        let mut slots = opening::starts(calendar, search.zone, day);
        slots.retain(|start| within(window, *start) && !holds(&closed, *start));
        if search.look_busy {
            look_busy::hide(calendar, &mut slots);
        }
        found.extend(slots.into_iter().filter(|start| (search.from..=search.to).contains(start)));
    }
    Ok(found)
}

/// Whether a moment begins one of the calendar's slots, free or not.
pub(in crate::calendars) fn is_slot(
    calendar: &Calendar,
    zone: &TimeZone,
    now: Timestamp,
    start: Timestamp,
    rule: SlotRule,
) -> bool {
    calendar.is_active
        && (rule != SlotRule::Free || within(window(calendar, now, zone), start))
        && opening::starts(calendar, zone, day_of(start, zone)).binary_search(&start).is_ok()
}

/// Whether a day has all the appointments that it can have.
pub(in crate::calendars) fn is_full(calendar: &Calendar, agenda: &Agenda, day: Span) -> bool {
    let most = calendar.number("appoinmentPerDay").and_then(|most| usize::try_from(most).ok());
    most.is_some_and(|most| agenda.booked_within(day) >= most)
}

/// How long a slot is, in milliseconds.
pub(in crate::calendars) fn slot_length(calendar: &Calendar) -> i64 {
    calendar.minutes("slotDuration").unwrap_or(30) * 60_000
}

/// From which moment on, and up to which, the calendar can be booked.
fn window(calendar: &Calendar, now: Timestamp, zone: &TimeZone) -> Span {
    let here = zoned(now, zone);
    let length = |name: &str| {
        let count = calendar.number(name).filter(|count| *count > 0)?;
        Some(match calendar.text(&format!("{name}Unit")) {
            "hours" => Length::new().try_hours(count).ok()?,
            "weeks" => Length::new().try_weeks(count).ok()?,
            "months" => Length::new().try_months(count).ok()?,
            _ => Length::new().try_days(count).ok()?,
        })
    };
    let later = |length: Length| here.checked_add(length).ok();
    let earliest = length("allowBookingAfter").and_then(later);
    let latest = length("allowBookingFor").and_then(later).map(|end| midnight(next(end.date()), zone));
    (
        earliest.map_or(now, |moment| Timestamp(moment.timestamp().as_millisecond())),
        latest.unwrap_or(leadhold_kernel::time::LATEST),
    )
}

fn within((earliest, latest): Span, at: Timestamp) -> bool {
    (earliest..latest).contains(&at)
}

/// The days from the first to the last, also at the end of time.
fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
}
