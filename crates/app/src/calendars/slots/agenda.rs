//! What a calendar and people have to do already.

use std::collections::HashMap;

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{DbError, Dynamic, Json, Row, Tx, params};

use super::span::{Span, barred, covered};
use super::sql;
use crate::calendars::{Calendar, CalendarType};
use crate::tenant::LocationScope;

/// People of one statement.
const AT_ONCE: usize = 500;

/// What is booked and blocked around a span of time.
#[derive(Clone, Debug, Default)]
pub(in crate::calendars) struct Agenda {
    /// What is booked in the calendar itself, in the order of its beginnings.
    own: Vec<Span>,
    /// The same by who takes part.
    own_with: HashMap<String, Vec<Span>>,
    /// The same with nobody: it might be anybody's.
    own_open: Vec<Span>,
    /// What is booked with people in other calendars.
    elsewhere: HashMap<String, Vec<Span>>,
    /// Blocked for everybody.
    blocked: Vec<Span>,
    /// Blocked with one person.
    blocked_with: HashMap<String, Vec<Span>>,
    /// How many may be booked at the same time.
    seats: usize,
    /// Whether these are the calendar's, and not each person's: where it has nobody, and in classes.
    shared: bool,
    /// Milliseconds that have to be free before and after.
    buffers: (i64, i64),
}

impl Agenda {
    /// Reads what lies within a span for `people`, in `calendar` and elsewhere; without one (it is gone) all is elsewhere.
    /// One appointment is left out (which may be nobody's id).
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::calendars) fn read(
        tx: &mut Tx<'_>,
        here: &LocationScope,
        calendar: Option<&Calendar>,
        people: &[String],
        (from, to): Span,
        except: &str,
    ) -> Result<Self, Error> {
        let mut agenda = calendar.map_or_else(Self::default, Self::of);
        let most = agenda.buffers.0.max(agenda.buffers.1);
        let (from, to) = (from.plus_millis(-most), to.plus_millis(most));
        let id = calendar.map(|calendar| calendar.id.to_string()).unwrap_or_default();
        if calendar.is_some() {
            let place = here.location_id();
            for (span, Json(users)) in tx.query(sql::OWN, params![place, &id, from, to, except], |row| {
                Ok((span(row, 0)?, row.get::<Json<Vec<String>>>(2)?))
            })? {
                agenda.book(span, users);
            }
            agenda.blocked = tx.query(sql::BLOCKED, params![place, &id, from, to], |row| span(row, 0))?;
        }
        for some in people.chunks(AT_ONCE) {
            let values = || some.iter().map(|person| person.clone().into());
            let mut booked = Dynamic::in_location(sql::ELSEWHERE, here.location_id());
            booked.push(" and u.end_at > ").bind(from).push(" and a.start_at < ").bind(to);
            booked
                .push(" and a.calendar_id <> ")
                .bind(id.clone())
                .push(" and a.id <> ")
                .bind(except.to_owned());
            booked.push(" and u.user_id in (").list(values()).push(")");
            gather(tx, &booked, &mut agenda.elsewhere)?;
            let mut blocked = Dynamic::in_location(sql::BLOCKED_WITH, here.location_id());
            blocked.push(" and end_at > ").bind(from).push(" and start_at < ").bind(to);
            blocked.push(" and assigned_user_id in (").list(values()).push(")");
            gather(tx, &blocked, &mut agenda.blocked_with)?;
        }
        Ok(agenda)
    }

    /// An empty one by a calendar's rules.
    fn of(calendar: &Calendar) -> Self {
        let millis = |name: &str| calendar.minutes(name).unwrap_or_default() * 60_000;
        Self {
            seats: usize::try_from(calendar.number("appoinmentPerSlot").unwrap_or(1)).unwrap_or(1),
            shared: calendar.kind == CalendarType::ClassBooking || calendar.people().is_empty(),
            buffers: (millis("preBuffer"), millis("slotBuffer")),
            ..Self::default()
        }
    }

    fn book(&mut self, span: Span, users: Vec<String>) {
        self.own.push(span);
        if users.is_empty() {
            self.own_open.push(span);
        }
        for user in users {
            self.own_with.entry(user).or_default().push(span);
        }
    }

    /// When something of a length cannot begin with any of `people`, or (`together`) with all of them; without people, when
    /// it cannot in the calendar.
    pub(in crate::calendars) fn closed(&self, length: i64, people: &[String], together: bool) -> Vec<Span> {
        let of_each = people.iter().flat_map(|person| self.closed_to(person, length));
        let mut closed = covered(of_each, if together { 1 } else { people.len() });
        closed.extend(self.blocked.iter().map(|span| barred(*span, length, 0, 0)));
        if self.shared {
            closed.extend(self.full(self.own.iter(), length));
        }
        covered(closed, 1)
    }

    fn closed_to(&self, person: &str, length: i64) -> Vec<Span> {
        let of = |spans: &HashMap<String, Vec<Span>>, (before, after): (i64, i64)| -> Vec<Span> {
            let own = spans.get(person).into_iter().flatten();
            own.map(|span| barred(*span, length, before, after)).collect()
        };
        let mut closed = of(&self.elsewhere, self.buffers);
        closed.extend(of(&self.blocked_with, (0, 0)));
        if !self.shared {
            let own = self.own_with.get(person).into_iter().flatten();
            closed.extend(self.full(self.own_open.iter().chain(own), length));
        }
        covered(closed, 1)
    }

    /// When as much is booked as can be at the same time.
    fn full<'a>(&self, booked: impl Iterator<Item = &'a Span>, length: i64) -> Vec<Span> {
        let apart = self.buffers.0.max(self.buffers.1);
        covered(booked.map(|span| barred(*span, length, apart, apart)), self.seats)
    }

    /// How many appointments of the calendar begin within a span.
    pub(in crate::calendars) fn booked_within(&self, (from, to): Span) -> usize {
        let before = |at: Timestamp| self.own.partition_point(|(start, _)| *start < at);
        before(to).saturating_sub(before(from))
    }

    /// Who has an appointment of the calendar that begins at a moment.
    pub(in crate::calendars) fn with_whom(&self, at: Timestamp) -> Option<&String> {
        let then = self.own_with.iter().filter(|(_, spans)| spans.iter().any(|(start, _)| *start == at));
        then.map(|(user, _)| user).min()
    }
}

/// Nobody else books with people of the location until the transaction ends: whoever they are, they might be the same.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn hold_people(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), DbError> {
    tx.lock(&format!("agendas:{}", here.location_id()))
}

fn span(row: &Row<'_>, at: usize) -> Result<Span, DbError> {
    Ok((row.get(at)?, row.get(at + 1)?))
}

/// Reads rows of a person, a start and an end.
fn gather(tx: &mut Tx<'_>, sql: &Dynamic, of_each: &mut HashMap<String, Vec<Span>>) -> Result<(), Error> {
    for (person, found) in tx.query_dynamic(sql, |row| Ok((row.get::<String>(0)?, span(row, 1)?)))? {
        of_each.entry(person).or_default().push(found);
    }
    Ok(())
}
