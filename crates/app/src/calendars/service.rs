//! The verbs of calendars. Each takes the caller's transaction. There are no events: the catalogue has none.

use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};
use serde_json::{Map, Value};

use super::model::{Calendar, CalendarType};
use super::slots::of_location;
use super::{groups, sql, wire};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// Calendars that a location can have: they are always shown all at once.
const MOST: i64 = 1000;

/// What a client says about a calendar; syntax has been checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CalendarFields {
    /// Its name; a creation has one.
    pub(super) name: Option<String>,
    /// Its type, which only a creation says.
    pub(super) kind: Option<CalendarType>,
    /// What else is said, as a merge-patch of the settings; `groupId` and `isActive` are in it.
    pub(super) settings: Map<String, Value>,
}

/// Makes a calendar.
///
/// # Errors
/// 422 with all that its type does not allow and all people and groups that the location does not have; 400 when the
/// location has too many; when the store fails.
pub(super) fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    fields: &CalendarFields,
) -> Result<Calendar, Error> {
    groups::hold_all(tx, here)?;
    let count: i64 = tx.query_one(sql::COUNT, params![here.location_id()], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::bad_request(format!("A location has at most {MOST} calendars.")));
    }
    let has_team =
        fields.settings.get("teamMembers").and_then(Value::as_array).is_some_and(|t| !t.is_empty());
    let usual = if has_team { CalendarType::RoundRobin } else { CalendarType::Event };
    let blank = Calendar {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: String::new(),
        kind: fields.kind.unwrap_or(usual),
        group_id: None,
        is_active: true,
        settings: Map::new(),
        date_added: cx.now,
        date_updated: cx.now,
    };
    let made = applied(cx, blank, fields);
    check(tx, here, &made, None)?;
    let Calendar { id, name, kind, group_id, is_active, settings, date_added, .. } = &made;
    let text = json_text(settings);
    let row =
        params![id, here.location_id(), name, kind.name(), group_id.as_ref(), *is_active, text, *date_added];
    tx.exec(sql::INSERT, row)?;
    Ok(made)
}

/// Changes what `fields` mention.
///
/// # Errors
/// As [`create`] and [`get`].
pub(super) fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &CalendarFields,
) -> Result<Calendar, Error> {
    groups::hold_all(tx, here)?; // before the calendar, as when its group goes
    let before = hold(tx, here, id)?;
    let mut after = applied(cx, before.clone(), fields);
    check(tx, here, &after, Some(&before))?;
    if after == before {
        return Ok(after);
    }
    after.date_updated = cx.now.max(after.date_added);
    let Calendar { id, name, kind, group_id, is_active, settings, date_updated, .. } = &after;
    let text = json_text(settings);
    let row = params![
        here.location_id(),
        id,
        name,
        kind.name(),
        group_id.as_ref(),
        *is_active,
        text,
        *date_updated
    ];
    tx.exec(sql::UPDATE, row)?;
    Ok(after)
}

/// Removes a calendar. What was booked in it stays.
///
/// # Errors
/// As [`get`].
pub(super) fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    let gone = hold(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    Ok(())
}

/// The calendar of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when nobody has it; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Calendar, Error> {
    if let Some(found) = find(tx, here, id)? {
        return Ok(found);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Err(if elsewhere { no_access() } else { Error::bad_request(format!("Calendar with id {id} not found")) })
}

/// The calendar of this id, if the location has it.
///
/// # Errors
/// When the store fails.
pub(super) fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Calendar>, Error> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], read)?)
}

/// The calendar of this id, which nobody else changes or books in until the transaction ends.
///
/// # Errors
/// As [`get`].
pub fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Calendar, Error> {
    tx.lock(&format!("calendar:{id}"))?;
    get(tx, here, id)
}

/// All calendars of the location, the oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Calendar>, Error> {
    Ok(tx.query(sql::OF_LOCATION, params![here.location_id()], read)?)
}

/// `before` with what `fields` say. Dates of availability get ids, by which they can be changed.
fn applied(cx: &Cx, before: Calendar, fields: &CalendarFields) -> Calendar {
    let mut after = before;
    if let Some(name) = &fields.name {
        after.name.clone_from(name);
    }
    for (key, value) in &fields.settings {
        match (key.as_str(), value) {
            ("groupId", value) => {
                after.group_id = value.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
            }
            ("isActive", value) => after.is_active = value.as_bool().unwrap_or(true),
            (_, Value::Null) => drop(after.settings.remove(key)),
            ("availabilities", value) => {
                after.settings.insert(key.clone(), wire::dated(cx, value));
            }
            (_, value) => drop(after.settings.insert(key.clone(), value.clone())),
        }
    }
    after
}

/// Sees that the type allows what is said, and that whoever is new in it is the location's.
fn check(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    after: &Calendar,
    before: Option<&Calendar>,
) -> Result<(), Error> {
    let mut faults = wire::faults_of_type(after);
    let known = before.map(Calendar::people).unwrap_or_default();
    let new: Vec<String> = after.people().into_iter().filter(|user| !known.contains(user)).collect();
    let found = of_location(tx, here, new.clone())?;
    let unknown = new.iter().filter(|user| !found.contains(*user));
    faults.extend(unknown.map(|user| format!("User with id {user} not found")));
    if let Some(group) = &after.group_id
        && before.and_then(|before| before.group_id.as_ref()) != Some(group)
        && !groups::exists(tx, here, group)?
    {
        faults.push(format!("Group with id {group} not found"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
}

fn read(row: &Row<'_>) -> Result<Calendar, DbError> {
    let (kind, Json(settings)) = (row.get::<String>(3)?, row.get(6)?);
    let kind = CalendarType::parse(&kind).ok_or_else(|| DbError::Inconsistent {
        place: "calendars.kind".into(),
        fault: format!("found `{kind}`"),
    })?;
    Ok(Calendar {
        id: row.get(0)?,
        location_id: row.get(1)?,
        name: row.get(2)?,
        kind,
        group_id: row.get(4)?,
        is_active: row.get(5)?,
        settings,
        date_added: row.get(7)?,
        date_updated: row.get(8)?,
    })
}
