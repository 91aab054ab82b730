//! Whether an appointment's time can be booked, and with whom.

use std::collections::HashMap;

use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::model::{Appointment, SlotRule};
use super::sql;
use crate::calendars::slots::{Agenda, Search, free, hold_people};
use crate::calendars::{Calendar, CalendarType, TeamMember};
use crate::tenant::LocationScope;
use crate::{locations, users};

/// Sees that the appointment's time is a free slot of the calendar, which is held, and gives it to somebody who is free:
/// the person it is assigned to already, or the one whose turn it is. With [`SlotRule::Any`] only the person is chosen.
///
/// # Errors
/// 400 when the time is not a free slot, or the person is not of the calendar; when the store fails.
pub(super) fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    calendar: &Calendar,
    appointment: &mut Appointment,
    rule: SlotRule,
) -> Result<(), Error> {
    let named = appointment.assigned_user_id.clone();
    must_be_of(tx, here, calendar, named.as_deref())?;
    hold_people(tx, calendar)?;
    let team = calendar.people();
    let mut candidates = match rule {
        SlotRule::Any => team.clone(),
        rule => {
            let slot = slot_at(tx, cx, here, calendar, appointment, rule)?.ok_or_else(taken)?;
            free_throughout(tx, here, calendar, appointment, slot)?
        }
    };
    if let Some(named) = &named
        && !team.is_empty()
    {
        candidates.retain(|id| id == named);
    }
    if candidates.is_empty() && !team.is_empty() {
        return Err(taken());
    }
    if calendar.kind == CalendarType::Collective
        && candidates.len() < team.len()
        && rule != SlotRule::Any
        && named.is_none()
    {
        return Err(taken());
    }
    if named.is_none() {
        appointment.assigned_user_id = whose_turn(tx, cx, here, calendar, &candidates)?;
    }
    appointment.users = with(calendar, appointment.assigned_user_id.as_ref());
    Ok(())
}

/// Those who are free in a slot and are so until the appointment's end, which may be another than the slot's.
fn free_throughout(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    appointment: &Appointment,
    mut people: Vec<String>,
) -> Result<Vec<String>, Error> {
    let span = (appointment.start.at, appointment.end.at);
    if span.1 == appointment.start.later(calendar.minutes("slotDuration").unwrap_or(30)).at {
        return Ok(people);
    }
    let agenda = Agenda::read(tx, here, calendar, span, appointment.id.as_str())?;
    if people.is_empty() && !agenda.is_free(span, None) {
        return Err(taken());
    }
    people.retain(|id| agenda.is_free(span, Some(id)));
    Ok(people)
}

/// Sees that the people of an appointment have its time free, whether or not it is a slot: for one that ends at another
/// time, goes to another person, or counts again.
///
/// # Errors
/// As [`take`].
pub(super) fn keep(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    appointment: &mut Appointment,
    rule: SlotRule,
) -> Result<(), Error> {
    must_be_of(tx, here, calendar, appointment.assigned_user_id.as_deref())?;
    hold_people(tx, calendar)?;
    appointment.users = with(calendar, appointment.assigned_user_id.as_ref());
    if rule == SlotRule::Any || !appointment.status.takes_time() {
        return Ok(());
    }
    let span = (appointment.start.at, appointment.end.at);
    let agenda = Agenda::read(tx, here, calendar, span, appointment.id.as_str())?;
    let free = if appointment.users.is_empty() || calendar.people().is_empty() {
        agenda.is_free(span, None)
    } else {
        appointment.users.iter().all(|id| agenda.is_free(span, Some(id)))
    };
    if free { Ok(()) } else { Err(taken()) }
}

/// The people who are free in the slot that begins when the appointment does; `None` when there is none. A time with a `Z`
/// is none unless the location's own clock shows it: clients have to send a slot as it was written.
fn slot_at(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    calendar: &Calendar,
    appointment: &Appointment,
    rule: SlotRule,
) -> Result<Option<Vec<String>>, Error> {
    let zone = locations::zone(tx, here)?;
    let start = appointment.start;
    if start.offset.is_none() && super::Moment::within(start.at, &zone).offset != Some(0) {
        return Ok(None);
    }
    let named: Vec<String> = appointment.assigned_user_id.iter().cloned().collect();
    let search = Search {
        zone: &zone,
        now: cx.now,
        from: start.at,
        to: start.at,
        rule,
        people: if calendar.people().is_empty() { &[] } else { &named },
        except: appointment.id.as_str(),
    };
    Ok(free(tx, here, calendar, &search)?.pop().map(|slot| slot.people))
}

/// Whoever is named has to be one of the calendar's people; where it has none, one of the location's.
fn must_be_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    named: Option<&str>,
) -> Result<(), Error> {
    let Some(id) = named else { return Ok(()) };
    let people = calendar.people();
    if people.is_empty() {
        return users::reach(tx, &users::Access::at(here), id).map(drop);
    }
    if people.iter().any(|one| one == id) {
        return Ok(());
    }
    Err(Error::bad_request(format!("User with id {id} is not a team member of the calendar")))
}

/// Of the people who are free, the primary one of a collective calendar; else the one of the highest priority, and of
/// those the one with the fewest appointments ahead. Where appointments are to be distributed equally, the other way
/// round.
fn whose_turn(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    calendar: &Calendar,
    candidates: &[String],
) -> Result<Option<String>, Error> {
    let mut team: Vec<TeamMember> =
        calendar.team().into_iter().filter(|member| candidates.contains(&member.user_id)).collect();
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
    Ok(team.iter().find(|member| member.is_primary).or(team.first()).map(|member| member.user_id.clone()))
}

/// Who takes part: whoever it is assigned to, and all others of a collective calendar.
fn with(calendar: &Calendar, assigned: Option<&String>) -> Vec<String> {
    let mut users: Vec<String> = assigned.into_iter().cloned().collect();
    if calendar.kind == CalendarType::Collective {
        users.extend(calendar.people().into_iter().filter(|id| Some(id) != assigned));
    }
    users
}

fn taken() -> Error {
    Error::bad_request("The slot you have selected is no longer available.")
}
