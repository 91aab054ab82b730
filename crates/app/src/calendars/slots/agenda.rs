//! What a calendar and its people have to do already.

use std::collections::HashMap;

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{Json, Tx, params};

use super::sql;
use crate::calendars::Calendar;
use crate::tenant::LocationScope;

/// From when to when.
pub(in crate::calendars) type Span = (Timestamp, Timestamp);

/// What is booked and blocked around a span of time.
#[derive(Clone, Debug, Default)]
pub(in crate::calendars) struct Agenda {
    /// What is booked in the calendar itself, and who takes part.
    own: Vec<(Span, Vec<String>)>,
    /// What is booked with its people in other calendars.
    elsewhere: HashMap<String, Vec<Span>>,
    /// Blocked for everybody.
    blocked: Vec<Span>,
    /// Blocked with one person.
    blocked_with: HashMap<String, Vec<Span>>,
    /// How many may be booked at the same time.
    seats: usize,
    /// Milliseconds that have to be free before and after.
    buffers: (i64, i64),
}

impl Agenda {
    /// Reads what lies within a span, leaving out one appointment (which may be nobody's id).
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::calendars) fn read(
        tx: &mut Tx<'_>,
        here: &LocationScope,
        calendar: &Calendar,
        (from, to): Span,
        except: &str,
    ) -> Result<Self, Error> {
        let millis = |name: &str| calendar.minutes(name).unwrap_or_default() * 60_000;
        let buffers = (millis("preBuffer"), millis("slotBuffer"));
        let most = buffers.0.max(buffers.1);
        let (from, to) = (from.plus_millis(-most), to.plus_millis(most));
        let seats = usize::try_from(calendar.number("appoinmentPerSlot").unwrap_or(1)).unwrap_or(1);
        let mut agenda = Self { seats, buffers, ..Self::default() };
        let place = here.location_id();
        agenda.own = tx.query(sql::OWN, params![place, &calendar.id, from, to, except], |row| {
            let Json(users) = row.get(2)?;
            Ok(((row.get(0)?, row.get(1)?), users))
        })?;
        for user in calendar.people() {
            let values = params![place, &user, from, to, &calendar.id, except];
            let spans = tx.query(sql::ELSEWHERE, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
            agenda.elsewhere.insert(user, spans);
        }
        let blocked = tx.query(sql::BLOCKED, params![place, from, to], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get::<String>(2)?, row.get::<String>(3)?))
        })?;
        for (span, of, user) in blocked {
            if of == calendar.id.as_str() {
                agenda.blocked.push(span);
            } else if !user.is_empty() {
                agenda.blocked_with.entry(user).or_default().push(span);
            }
        }
        Ok(agenda)
    }

    /// Whether a span is free: with a person, or in a calendar that has nobody.
    pub(in crate::calendars) fn is_free(&self, span: Span, with: Option<&str>) -> bool {
        let (before, after) = self.buffers;
        let apart = before.max(after);
        let near = widened(span, apart, apart);
        // What nobody is assigned to might be anybody's.
        let takes_part =
            |users: &[String]| users.is_empty() || with.is_none_or(|id| users.iter().any(|user| user == id));
        let booked = self.own.iter().filter(|(own, users)| overlap(*own, near) && takes_part(users)).count();
        let wide = widened(span, before, after);
        let of = |spans: &HashMap<String, Vec<Span>>, span: Span| {
            with.and_then(|id| spans.get(id)).is_some_and(|all| all.iter().any(|one| overlap(*one, span)))
        };
        booked < self.seats
            && !of(&self.elsewhere, wide)
            && !of(&self.blocked_with, span)
            && !self.blocked.iter().any(|one| overlap(*one, span))
    }

    /// How many appointments of the calendar begin within a span.
    pub(super) fn booked_within(&self, (from, to): Span) -> usize {
        self.own.iter().filter(|((start, _), _)| (from..to).contains(start)).count()
    }
}

/// Nobody else books with these people until the transaction ends. The calendar is held.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn hold_people(tx: &mut Tx<'_>, calendar: &Calendar) -> Result<(), Error> {
    let mut people = calendar.people();
    people.sort_unstable();
    for user in people {
        tx.lock(&format!("agenda:{user}"))?;
    }
    Ok(())
}

fn overlap(one: Span, other: Span) -> bool {
    one.0 < other.1 && other.0 < one.1
}

fn widened((start, end): Span, before: i64, after: i64) -> Span {
    (start.plus_millis(-before), end.plus_millis(after))
}
