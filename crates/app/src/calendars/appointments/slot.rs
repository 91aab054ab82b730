//! Whether an appointment's time can be booked, and with whom.

use std::collections::{HashMap, HashSet};
use std::slice;

use jiff::tz::TimeZone;
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::model::{Appointment, SlotRule};
use super::sql;
use crate::calendars::slots::{self, Agenda, Span, Team, holds};
use crate::calendars::{Calendar, CalendarType, TeamMember};
use crate::tenant::LocationScope;
use crate::{locations, users};

/// Sees that the appointment's time is a free slot of the calendar, which is held, and gives it to somebody who is free:
/// the person it is assigned to already, or the one whose turn it is. It may last longer than a slot, as long as the
/// calendar is open and everybody concerned is free. With [`SlotRule::Any`] only the person is chosen.
///
/// # Errors
/// 400 when the time is not a free slot, or the person is not of the calendar or the location; when the store fails.
pub(super) fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    calendar: &Calendar,
    appointment: &mut Appointment,
    rule: SlotRule,
) -> Result<(), Error> {
    let named = appointment.assigned_user_id.clone();
    must_be_of(tx, here, Some(calendar), named.as_deref())?;
    let team = Team::of(tx, here, calendar)?;
    if !team.nobodys || named.is_some() {
        slots::hold_people(tx, here)?;
    }
    let mut candidates = team.people();
    let mut preferred = None;
    if rule != SlotRule::Any {
        let zone = locations::zone(tx, here)?;
        let (day, until) = day_of(calendar, appointment, &zone);
        if !is_slot(cx, calendar, appointment, &zone, rule) {
            return Err(taken());
        }
        let people = with_named(&team, named.as_ref());
        let agenda = Agenda::read(tx, here, Some(calendar), &people, until, appointment.id.as_str())?;
        if slots::is_full(calendar, &agenda, day) {
            return Err(taken());
        }
        candidates = free_people(&agenda, calendar, &team, appointment)?;
        // Whoever comes to a class comes to those who are there already.
        if calendar.kind == CalendarType::ClassBooking {
            preferred =
                agenda.with_whom(appointment.start.at).filter(|user| candidates.contains(user)).cloned();
        }
    }
    if named.is_none() {
        appointment.assigned_user_id = match preferred {
            Some(user) => Some(user),
            None => whose_turn(tx, cx, here, calendar, &team, &candidates)?,
        };
    }
    appointment.users = with(&team, appointment.assigned_user_id.as_ref());
    Ok(())
}

/// Sees that the people of an appointment have its time free, whether or not it is a slot: for one that ends later than
/// `before`, goes to another person, or counts again.
///
/// # Errors
/// As [`take`].
pub(super) fn keep(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    before: &Appointment,
    appointment: &mut Appointment,
    rule: SlotRule,
) -> Result<(), Error> {
    let team = Team::of(tx, here, calendar)?;
    if appointment.assigned_user_id != before.assigned_user_id {
        must_be_of(tx, here, Some(calendar), appointment.assigned_user_id.as_deref())?;
        appointment.users = with(&team, appointment.assigned_user_id.as_ref());
    }
    if rule == SlotRule::Any {
        return Ok(());
    }
    let zone = locations::zone(tx, here)?;
    let span = (appointment.start.at, appointment.end.at);
    if appointment.end.at > before.end.at && !slots::is_open(calendar, &zone, span) {
        return Err(taken());
    }
    if !appointment.status.takes_time() {
        return Ok(());
    }
    // What nobody is assigned to needs somebody who could do it.
    let people = if appointment.users.is_empty() { team.people() } else { appointment.users.clone() };
    if !people.is_empty() {
        slots::hold_people(tx, here)?;
    }
    let (day, until) = day_of(calendar, appointment, &zone);
    let agenda = Agenda::read(tx, here, Some(calendar), &people, until, appointment.id.as_str())?;
    let counts_again = !before.status.takes_time();
    let closed = agenda.closed(length(appointment), &people, !appointment.users.is_empty());
    if holds(&closed, span.0) || (counts_again && slots::is_full(calendar, &agenda, day)) {
        return Err(taken());
    }
    Ok(())
}

/// As [`keep`], for an appointment whose calendar is gone: nothing but its people can be in the way.
///
/// # Errors
/// As [`take`].
pub(super) fn keep_alone(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    before: &Appointment,
    appointment: &mut Appointment,
    rule: SlotRule,
) -> Result<(), Error> {
    if appointment.assigned_user_id != before.assigned_user_id {
        must_be_of(tx, here, None, appointment.assigned_user_id.as_deref())?;
        appointment.users = appointment.assigned_user_id.iter().cloned().collect();
    }
    if rule == SlotRule::Any || !appointment.status.takes_time() || appointment.users.is_empty() {
        return Ok(());
    }
    slots::hold_people(tx, here)?;
    let span = (appointment.start.at, appointment.end.at);
    let agenda = Agenda::read(tx, here, None, &appointment.users, span, appointment.id.as_str())?;
    let closed = agenda.closed(length(appointment), &appointment.users, true);
    if holds(&closed, span.0) { Err(taken()) } else { Ok(()) }
}

/// Whether a slot of the calendar begins when the appointment does, and the calendar is open until it ends. A time with a
/// `Z` is no slot unless the location's own clock shows it: clients have to send a slot as it was written.
fn is_slot(cx: &Cx, calendar: &Calendar, appointment: &Appointment, zone: &TimeZone, rule: SlotRule) -> bool {
    let start = appointment.start;
    let as_written = start.offset.is_some() || super::Moment::within(start.at, zone).offset == Some(0);
    as_written
        && slots::is_slot(calendar, zone, cx.now, start.at, rule)
        && (length(appointment) <= slots::slot_length(calendar)
            || slots::is_open(calendar, zone, (start.at, appointment.end.at)))
}

/// The appointment's day, and from when to when it might meet something: on this day, and until it ends.
fn day_of(calendar: &Calendar, appointment: &Appointment, zone: &TimeZone) -> (Span, Span) {
    let start = appointment.start.at;
    let day = slots::whole(slots::day_of(start, zone), zone);
    let until = appointment.end.at.max(start.plus_millis(slots::slot_length(calendar)));
    (day, (day.0, day.1.max(until)))
}

fn length(appointment: &Appointment) -> i64 {
    appointment.end.at.millis() - appointment.start.at.millis()
}

/// Of the calendar's people those who are free for a whole slot and until the appointment's end; only the one it is
/// assigned to already, where there is one.
fn free_people(
    agenda: &Agenda,
    calendar: &Calendar,
    team: &Team,
    appointment: &Appointment,
) -> Result<Vec<String>, Error> {
    let start = appointment.start.at;
    let length = slots::slot_length(calendar).max(length(appointment));
    let is_free = |people: &[String]| !holds(&agenda.closed(length, people, true), start);
    let named = appointment.assigned_user_id.as_ref();
    let people = team.people();
    if team.nobodys {
        return if is_free(&with_named(team, named)) { Ok(people) } else { Err(taken()) };
    }
    let free: Vec<String> = if team.together {
        Some(people).filter(|people| is_free(people)).unwrap_or_default()
    } else {
        let asked = people.into_iter().filter(|id| named.is_none_or(|named| named == id));
        asked.filter(|id| is_free(slice::from_ref(id))).collect()
    };
    if free.is_empty() { Err(taken()) } else { Ok(free) }
}

/// Whose time is asked about: the team's, or else that of the person who is named.
fn with_named(team: &Team, named: Option<&String>) -> Vec<String> {
    if team.nobodys { named.into_iter().cloned().collect() } else { team.people() }
}

/// Whoever is named has to be one of the location's people, and of the calendar's where it has any.
fn must_be_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: Option<&Calendar>,
    named: Option<&str>,
) -> Result<(), Error> {
    let Some(id) = named else { return Ok(()) };
    let people = calendar.map(Calendar::people).unwrap_or_default();
    if !people.is_empty() && !people.iter().any(|one| one == id) {
        return Err(Error::bad_request(format!("User with id {id} is not a team member of the calendar")));
    }
    users::reach(tx, &users::Access::at(here), id).map(drop)
}

/// Of the people who are free, the primary one of a collective calendar; else the one of the highest priority, and of
/// those the one with the fewest appointments ahead. Where appointments are to be distributed equally, the other way
/// round.
fn whose_turn(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    calendar: &Calendar,
    team: &Team,
    candidates: &[String],
) -> Result<Option<String>, Error> {
    let free: HashSet<&String> = candidates.iter().collect();
    let mut team: Vec<&TeamMember> =
        team.members.iter().filter(|member| free.contains(&member.user_id)).collect();
    if team.len() > 1 && calendar.kind != CalendarType::Collective {
        let ahead: HashMap<String, i64> = tx
            .query(sql::AHEAD, params![here.location_id(), &calendar.id, cx.now], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .into_iter()
            .collect();
        let load = |member: &TeamMember| ahead.get(&member.user_id).copied().unwrap_or_default();
        let equally = calendar.text("eventType") == "RoundRobin_OptimizeForEqualDistribution";
        team.sort_by(|one, other| {
            let (by_priority, by_load) =
                (other.priority.total_cmp(&one.priority), load(one).cmp(&load(other)));
            if equally { by_load.then(by_priority) } else { by_priority.then(by_load) }
        });
    }
    let primary = team.iter().find(|member| member.is_primary && calendar.kind == CalendarType::Collective);
    Ok(primary.or(team.first()).map(|member| member.user_id.clone()))
}

/// Who takes part: whoever it is assigned to, and all others of a collective calendar.
fn with(team: &Team, assigned: Option<&String>) -> Vec<String> {
    let mut users: Vec<String> = assigned.into_iter().cloned().collect();
    if team.together {
        users.extend(team.people().into_iter().filter(|id| Some(id) != assigned));
    }
    users
}

fn taken() -> Error {
    Error::bad_request("The slot you have selected is no longer available.")
}
