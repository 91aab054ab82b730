//! The verbs. Each takes the caller's transaction.

use std::collections::{BTreeSet, HashMap};

use leadhold_kernel::{Cx, Error, EventKind, Id, Patch, Timestamp, id, merge_field};
use leadhold_queue::outbox;
use leadhold_store::{Tx, params};
use serde_json::json;

use super::model::{Appointment, AppointmentChange, AppointmentStatus, NewAppointment};
use super::{events, slot, sql, stored};
use crate::calendars::Calendar;
use crate::calendars::service::{find as find_calendar, hold as hold_calendar};
use crate::calendars::slots::of_location;
use crate::contacts::{self, Author, Contact};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// Appointments that a contact can have: they are always shown all at once.
const MOST: i64 = 5000;
/// Appointments of a contact that are moved at a time.
const STEP: i64 = 200;

/// Books a time in a calendar for a contact.
///
/// Events: `AppointmentCreate` and `AppointmentBooked`.
///
/// # Errors
/// 400 when the time is not a free slot, or the location has no such calendar, contact or user, or the user is not of the
/// calendar; 422 when it would end before it begins; when the store fails.
pub fn book(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewAppointment,
) -> Result<Appointment, Error> {
    let contact = contacts::hold(tx, here, &new.contact_id)?;
    let calendar = hold_calendar(tx, here, &new.calendar_id)?;
    let count: i64 =
        tx.query_one(sql::COUNT_OF_CONTACT, params![here.location_id(), &contact.id], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::bad_request(format!("A contact has at most {MOST} appointments.")));
    }
    let length = calendar.minutes("slotDuration").unwrap_or(30);
    let usual_status =
        if calendar.flag("autoConfirm") { AppointmentStatus::Confirmed } else { AppointmentStatus::New };
    let mut made = Appointment {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        calendar_id: calendar.id.to_string(),
        group_id: calendar.group_id.clone(),
        contact_id: contact.id.to_string(),
        title: new.title.clone().unwrap_or_else(|| title(&calendar, &contact)),
        status: new.status.unwrap_or(usual_status),
        assigned_user_id: new.assigned_user_id.clone(),
        users: Vec::new(),
        start: new.start,
        end: new.end.unwrap_or_else(|| new.start.later(length)),
        address: new.address.clone(),
        meeting_location_type: new.meeting_location_type.clone(),
        meeting_location_id: new.meeting_location_id.clone(),
        description: new.description.clone(),
        source: new.source.clone().unwrap_or_else(|| source(cx).to_owned()),
        created_by: Author::of(&cx.actor, cx.now),
        date_added: cx.now,
        date_updated: cx.now,
    };
    in_order(&made)?;
    slot::take(tx, cx, here, &calendar, &mut made, new.rule)?;
    tx.exec(sql::INSERT, &stored::params(&made))?;
    take_part(tx, here, &made)?;
    for event in
        [events::event(cx, here, EventKind::AppointmentCreate, &made), events::booked(cx, here, &made)]
    {
        outbox::append(tx, &heard(event, new.notify))?;
    }
    Ok(made)
}

/// Changes what `change` mentions.
///
/// Event: `AppointmentUpdate`, when anything changed.
///
/// # Errors
/// As [`get`] and [`book`].
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    change: &AppointmentChange,
) -> Result<Appointment, Error> {
    let before = hold(tx, here, id)?;
    let after = applied(tx, cx, here, &before, change)?;
    save(tx, cx, here, &before, after, change.notify)
}

/// Removes an appointment.
///
/// Event: `AppointmentDelete`, with the appointment as it was.
///
/// # Errors
/// As [`get`].
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    let gone = hold(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    outbox::append(tx, &events::event(cx, here, EventKind::AppointmentDelete, &gone))?;
    Ok(())
}

/// The appointment of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when nobody has it; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Appointment, Error> {
    if let Some(found) = find(tx, here, id)? {
        return Ok(found);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Err(if elsewhere { no_access() } else { Error::bad_request(format!("Event with id {id} not found")) })
}

/// The appointment of this id, if the location has it.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Appointment>, Error> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], stored::read)?)
}

/// The appointments of a contact in the order of their times; none when there is no such contact.
///
/// # Errors
/// When the store fails.
pub fn of_contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact_id: &str,
) -> Result<Vec<Appointment>, Error> {
    Ok(tx.query(sql::OF_CONTACT, params![here.location_id(), contact_id], stored::read)?)
}

/// The appointments of each of several contacts that begin last.
///
/// # Errors
/// When the store fails.
pub fn newest_of_each(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contacts: &BTreeSet<&str>,
) -> Result<HashMap<String, Vec<Appointment>>, Error> {
    contacts::newest_of_each(tx, here, &sql::OF_EACH, contacts, stored::read)
}

/// What a list of appointments is of.
#[derive(Clone, Debug)]
pub(in crate::calendars) enum Of {
    /// Those in a calendar.
    Calendar(String),
    /// Those in the calendars of a group.
    Group(String),
    /// Those in which a person takes part.
    User(String),
}

/// The appointments that lie within a span of time at least in part, in the order of their times, at most `limit`.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn within(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    of: &Of,
    (from, to): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Appointment>, Error> {
    let (sql, id) = match of {
        Of::Calendar(id) => (sql::IN_CALENDAR, id),
        Of::Group(id) => (sql::IN_GROUP, id),
        Of::User(id) => (sql::WITH_USER, id),
    };
    Ok(tx.query(sql, params![here.location_id(), id, from, to, limit], stored::read)?)
}

/// All appointments of one contact become another's, when the two turn out to be one person. Both are held by the caller.
/// Answers how many there were.
///
/// Event: `AppointmentUpdate` for each.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    from: &Id<id::Contact>,
    to: &Id<id::Contact>,
) -> Result<u64, Error> {
    let mut moved = 0;
    if from == to {
        return Ok(moved);
    }
    loop {
        let ids: Vec<String> =
            tx.query(sql::IDS_OF_CONTACT, params![here.location_id(), from, STEP], |row| row.get(0))?;
        for id in &ids {
            if let Some(before) = find(tx, here, id)? {
                let after = Appointment { contact_id: to.to_string(), ..before.clone() };
                save(tx, cx, here, &before, after, true)?;
                moved += 1;
            }
        }
        if ids.is_empty() {
            return Ok(moved);
        }
    }
}

/// The appointment of this id, kept from changes by others until the transaction ends; its contact is held first, as by a
/// booking.
pub(in crate::calendars) fn hold(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &str,
) -> Result<Appointment, Error> {
    let contact = tx
        .query_opt(sql::CONTACT_OF, params![here.location_id(), id], |row| row.get::<String>(0))?
        .unwrap_or_default();
    tx.lock(&format!("contact:{contact}"))?;
    tx.lock(&format!("appointment:{id}"))?;
    get(tx, here, id)
}

/// `before` with what `change` says, at a time that it can have.
fn applied(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Appointment,
    change: &AppointmentChange,
) -> Result<Appointment, Error> {
    let mut after = said(before, change);
    in_order(&after)?;
    let moves = (&after.calendar_id, after.start) != (&before.calendar_id, before.start);
    let stirs = (&after.assigned_user_id, after.end) != (&before.assigned_user_id, before.end);
    let counts_again = after.status.takes_time() && !before.status.takes_time();
    if !(moves || stirs || counts_again) {
        return Ok(after);
    }
    tx.lock(&format!("calendar:{}", after.calendar_id))?;
    let calendar = match find_calendar(tx, here, &after.calendar_id)? {
        Some(calendar) => calendar,
        // What was booked in a calendar that is gone stays where it is, unless it moves to one that is there.
        None if !moves => {
            slot::keep_alone(tx, here, before, &mut after, change.rule)?;
            return Ok(after);
        }
        None => hold_calendar(tx, here, &after.calendar_id)?,
    };
    after.group_id.clone_from(&calendar.group_id);
    if moves {
        if change.assigned_user_id == Patch::Absent && !stays_with(tx, here, &calendar, before)? {
            after.assigned_user_id = None;
        }
        slot::take(tx, cx, here, &calendar, &mut after, change.rule)?;
    } else {
        slot::keep(tx, here, &calendar, before, &mut after, change.rule)?;
    }
    Ok(after)
}

/// Whether whoever sees to an appointment still can when it moves to (or within) a calendar: one of its people, or where it
/// has none, the one who did before.
fn stays_with(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    calendar: &Calendar,
    before: &Appointment,
) -> Result<bool, Error> {
    let Some(user) = &before.assigned_user_id else { return Ok(true) };
    let people = calendar.people();
    let could = people.contains(user) || (people.is_empty() && before.calendar_id == calendar.id.as_str());
    Ok(could && of_location(tx, here, vec![user.clone()])?.contains(user))
}

/// `before` with what `change` says; the end moves along with the start.
fn said(before: &Appointment, change: &AppointmentChange) -> Appointment {
    let mut after = before.clone();
    after.calendar_id = change.calendar_id.clone().unwrap_or(after.calendar_id);
    if let Some(start) = change.start {
        let length = before.end.at.millis() - before.start.at.millis();
        after.start = start;
        after.end = super::Moment { at: start.at.plus_millis(length), ..start };
    }
    after.end = change.end.unwrap_or(after.end);
    after.title = change.title.clone().unwrap_or(after.title);
    after.status = change.status.unwrap_or(after.status);
    after.assigned_user_id = change.assigned_user_id.clone().apply(after.assigned_user_id);
    after.address = change.address.clone().apply(after.address);
    after.meeting_location_type = change.meeting_location_type.clone().apply(after.meeting_location_type);
    after.meeting_location_id = change.meeting_location_id.clone().apply(after.meeting_location_id);
    after.description = change.description.clone().apply(after.description);
    after
}

/// Stores `after` where it differs from `before`.
fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Appointment,
    mut after: Appointment,
    notify: bool,
) -> Result<Appointment, Error> {
    if *before == after {
        return Ok(after);
    }
    after.date_updated = cx.now.max(after.date_added);
    tx.exec(sql::UPDATE, &stored::params(&after))?;
    if (&before.users, before.end) != (&after.users, after.end) {
        take_part(tx, here, &after)?;
    }
    outbox::append(tx, &heard(events::change(cx, here, before, &after), notify))?;
    Ok(after)
}

/// Notes who takes part, until when.
fn take_part(tx: &mut Tx<'_>, here: &LocationScope, appointment: &Appointment) -> Result<(), Error> {
    tx.exec(sql::FORGET_USERS, params![here.location_id(), &appointment.id])?;
    for user in &appointment.users {
        let row = params![here.location_id(), user, &appointment.id, appointment.end.at];
        tx.exec(sql::ADD_USER, row)?;
    }
    Ok(())
}

fn in_order(appointment: &Appointment) -> Result<(), Error> {
    if appointment.start.offset.is_none() != appointment.end.offset.is_none() {
        return Err(Error::bad_request("Bad Request")); // seen against live accounts
    }
    if appointment.end.at > appointment.start.at && appointment.end.at <= leadhold_kernel::time::LATEST {
        Ok(())
    } else {
        Err(Error::field("endTime must be later than startTime"))
    }
}

/// What an appointment is called, as its calendar says.
fn title(calendar: &Calendar, contact: &Contact) -> String {
    let values = json!({
        "contact": {
            "name": contact.name(), "first_name": contact.first_name, "last_name": contact.last_name,
            "email": contact.email, "phone": contact.phone, "company_name": contact.company_name,
        },
        "calendar": { "name": calendar.name },
    });
    let rendered = merge_field::render(calendar.text("eventTitle"), &values);
    let title = rendered.trim();
    if title.is_empty() { calendar.name.clone() } else { title.chars().take(500).collect() }
}

/// What makes an appointment, by who does it.
fn source(cx: &Cx) -> &'static str {
    match cx.actor.source.as_str() {
        "WORKFLOW_NEW" => "workflow",
        "WEB_USER" => "user",
        _ => "api",
    }
}

/// The event; where nobody is to be notified, it says so aside, and workflows leave it alone.
fn heard(event: leadhold_kernel::Event, notify: bool) -> leadhold_kernel::Event {
    if notify { event } else { event.saying("quiet", json!(true)) }
}
