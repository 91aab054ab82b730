//! The verbs. Each takes the caller's transaction.

use leadhold_kernel::{Cx, Error, Id, Timestamp};
use leadhold_store::{DbError, Row, Tx, Value, params};

use super::{BlockedSlot, sql};
use crate::calendars::CalendarType;
use crate::calendars::appointments::{Moment, Of};
use crate::calendars::service::get as get_calendar;
use crate::http::caller::no_access;
use crate::tenant::LocationScope;
use crate::users;

/// Blocked slots that a calendar or a person can have ahead: all of them are asked for each free slot.
const MOST: i64 = 5000;

/// What a client says about a blocked slot; a creation has both times.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct BlockedFields {
    pub(super) title: Option<String>,
    pub(super) calendar_id: Option<String>,
    pub(super) assigned_user_id: Option<String>,
    pub(super) start: Option<Moment>,
    pub(super) end: Option<Moment>,
}

/// Blocks a time.
///
/// # Errors
/// 400 when the location has no such calendar or user, the calendar is no event calendar, or whoever it is has too many
/// blocked slots ahead; 422 when it would end before it begins, or is neither a calendar's
/// nor a person's, or both; when the store fails.
pub(super) fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    fields: &BlockedFields,
) -> Result<BlockedSlot, Error> {
    let blank = BlockedSlot {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        calendar_id: String::new(),
        assigned_user_id: String::new(),
        title: "Blocked".to_owned(),
        start: Moment::NOWHERE,
        end: Moment::NOWHERE,
        date_added: cx.now,
        date_updated: cx.now,
    };
    let made = checked(tx, here, blank, fields)?;
    must_have_room(tx, cx, here, &made)?;
    tx.exec(sql::INSERT, &columns(&made))?;
    Ok(made)
}

/// Changes what `fields` mention.
///
/// # Errors
/// As [`get`] and [`create`].
pub(super) fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &BlockedFields,
) -> Result<BlockedSlot, Error> {
    tx.lock(&format!("blocked:{id}"))?;
    let before = get(tx, here, id)?;
    let mut after = checked(tx, here, before.clone(), fields)?;
    if after != before {
        must_have_room(tx, cx, here, &after)?;
        after.date_updated = cx.now.max(after.date_added);
        tx.exec(sql::UPDATE, &columns(&after))?;
    }
    Ok(after)
}

/// Removes a blocked slot, if the location has one of this id.
///
/// # Errors
/// 403 when it is another location's; when the store fails.
pub(in crate::calendars) fn forget(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<bool, Error> {
    if tx.exec(sql::DELETE, params![here.location_id(), id])? > 0 {
        return Ok(true);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    if elsewhere { Err(no_access()) } else { Ok(false) }
}

/// The blocked slot of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when nobody has it; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<BlockedSlot, Error> {
    if let Some(found) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? {
        return Ok(found);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Err(if elsewhere { no_access() } else { Error::bad_request(format!("Event with id {id} not found")) })
}

/// The blocked slots that lie within a span of time at least in part, at most `limit`.
///
/// # Errors
/// When the store fails.
pub(super) fn within(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    of: &Of,
    (from, to): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<BlockedSlot>, Error> {
    let (sql, id) = match of {
        Of::Calendar(id) => (sql::IN_CALENDAR, id),
        Of::Group(id) => (sql::IN_GROUP, id),
        Of::User(id) => (sql::WITH_USER, id),
    };
    Ok(tx.query(sql, params![here.location_id(), id, from, to, limit], read)?)
}

/// Sees that whoever a slot is blocked for has not too many of them ahead.
fn must_have_room(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, slot: &BlockedSlot) -> Result<(), Error> {
    if slot.end.at <= cx.now {
        return Ok(());
    }
    let BlockedSlot { id, calendar_id, assigned_user_id, .. } = slot;
    tx.lock(&format!("blocked of:{calendar_id}{assigned_user_id}"))?;
    let values = params![here.location_id(), calendar_id, assigned_user_id, cx.now, id];
    let count: i64 = tx.query_one(sql::AHEAD, values, |row| row.get(0))?;
    if count >= MOST {
        let whose = if assigned_user_id.is_empty() { "calendar" } else { "user" };
        return Err(Error::bad_request(format!("A {whose} has at most {MOST} blocked slots ahead.")));
    }
    Ok(())
}

/// `before` with what `fields` say: a calendar's or a person's, whichever is named, and in order.
fn checked(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    before: BlockedSlot,
    fields: &BlockedFields,
) -> Result<BlockedSlot, Error> {
    let mut after = before;
    match (&fields.calendar_id, &fields.assigned_user_id) {
        (Some(_), Some(_)) => {
            return Err(Error::field("calendarId and assignedUserId must not be given together"));
        }
        (Some(calendar), None) => {
            let calendar = get_calendar(tx, here, calendar)?;
            if calendar.kind != CalendarType::Event {
                return Err(Error::bad_request("The calendar is not an event calendar.")); // seen against live accounts
            }
            after.calendar_id = calendar.id.to_string();
            after.assigned_user_id = String::new();
        }
        (None, Some(user)) => {
            after.assigned_user_id = users::reach(tx, &users::Access::at(here), user)?.id.to_string();
            after.calendar_id = String::new();
        }
        (None, None) => {}
    }
    if after.calendar_id.is_empty() && after.assigned_user_id.is_empty() {
        return Err(Error::field("calendarId or assignedUserId should not be empty"));
    }
    after.title = fields.title.clone().unwrap_or(after.title);
    after.start = fields.start.unwrap_or(after.start);
    after.end = fields.end.unwrap_or(after.end);
    if after.end.at <= after.start.at {
        return Err(Error::field("endTime must be later than startTime"));
    }
    Ok(after)
}

fn columns(slot: &BlockedSlot) -> Vec<Value<'static>> {
    let of = slot.clone();
    vec![
        of.id.to_string().into(),
        of.location_id.to_string().into(),
        of.calendar_id.into(),
        of.assigned_user_id.into(),
        of.title.into(),
        of.start.at.into(),
        of.start.offset.into(),
        of.end.at.into(),
        of.end.offset.into(),
        of.date_added.into(),
        of.date_updated.into(),
    ]
}

fn read(row: &Row<'_>) -> Result<BlockedSlot, DbError> {
    Ok(BlockedSlot {
        id: row.get(0)?,
        location_id: row.get(1)?,
        calendar_id: row.get(2)?,
        assigned_user_id: row.get(3)?,
        title: row.get(4)?,
        start: Moment { at: row.get(5)?, offset: row.get(6)? },
        end: Moment { at: row.get(7)?, offset: row.get(8)? },
        date_added: row.get(9)?,
        date_updated: row.get(10)?,
    })
}
