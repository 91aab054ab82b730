//! Making, changing and removing recurring tasks, and what happens at each of their moments.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::model::{Changes, RecurringTask};
use super::rule::Rule;
use super::{job, sql};
use crate::tasks::model::{NewTask, Origin};
use crate::tasks::service::{full, insert};
use crate::tenant::LocationScope;
use crate::{contacts, locations};

/// Makes a recurring task. If its first moment has come, and was not to be left out, it makes its first tasks at once.
///
/// Events: `TaskCreate` for each of those.
///
/// # Errors
/// 400 when the location has no such contact, 403 when one is another location's; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    title: &str,
    rule: &Rule,
    more: &Changes,
) -> Result<RecurringTask, Error> {
    let contact_ids = held(tx, here, more.contact_ids.as_deref().unwrap_or_default())?;
    let mut made = RecurringTask {
        id: Id::generate(cx.random.as_ref()),
        title: title.to_owned(),
        description: more.description.clone().flatten(),
        of_contacts: !contact_ids.is_empty(),
        contact_ids,
        owners: more.owners.clone().unwrap_or_default(),
        rule: rule.clone(),
        turn: 0,
        next_at: None,
        total_occurrence: 0,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let RecurringTask { id, title, description, of_contacts, created_at, .. } = &made;
    let (owners, rule) = (json_text(&made.owners), json_text(&made.rule));
    let row = params![
        id,
        here.location_id(),
        title,
        description.as_ref(),
        *of_contacts,
        owners,
        rule,
        made.turn,
        made.next_at,
        made.total_occurrence,
        *created_at,
        *created_at
    ];
    tx.exec(sql::INSERT, row)?;
    add_contacts(tx, here, &made)?;
    begin(tx, cx, here, &mut made, more.ignore_task_creation)?;
    save(tx, here, &made)?;
    Ok(made)
}

/// Changes what `changes` mentions. Another rule begins anew, as in a creation.
///
/// Events: `TaskCreate` for each task that a new rule makes at once.
///
/// # Errors
/// 400 when the location has no such recurring task or contact, 403 when a contact is another location's; when the store
/// fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    changes: &Changes,
) -> Result<RecurringTask, Error> {
    let before = hold(tx, here, id)?;
    let mut after = before.clone();
    let changed = changes.clone();
    after.title = changed.title.unwrap_or(after.title);
    after.description = changed.description.unwrap_or(after.description);
    after.owners = changed.owners.unwrap_or(after.owners);
    after.rule = changed.rule.unwrap_or(after.rule);
    if let Some(contact_ids) = changed.contact_ids {
        after.contact_ids = held(tx, here, &contact_ids)?;
        after.of_contacts = !after.contact_ids.is_empty();
    }
    if after == before {
        return Ok(before);
    }
    after.updated_at = cx.now;
    if after.contact_ids != before.contact_ids {
        tx.exec(sql::DROP_CONTACTS, params![here.location_id(), &after.id])?;
        add_contacts(tx, here, &after)?;
    }
    if after.rule != before.rule {
        begin(tx, cx, here, &mut after, changes.ignore_task_creation)?;
    } else if !before.goes_on() && after.goes_on() {
        // It had nobody left, and has somebody again.
        begin(tx, cx, here, &mut after, true)?;
    }
    save(tx, here, &after)?;
    Ok(after)
}

/// Removes a recurring task. The tasks that it made stay.
///
/// # Errors
/// 400 when the location has no such recurring task; when the store fails.
pub fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    let gone = hold(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &gone.id])?;
    Ok(())
}

/// One recurring task.
///
/// # Errors
/// 400 when the location has no such recurring task; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<RecurringTask, Error> {
    find(tx, here, id)?.ok_or_else(|| Error::bad_request(format!("Recurring task with id {id} not found")))
}

/// Its rows come to another contact, when two turn out to be one person.
///
/// # Errors
/// When the store fails.
pub(in crate::tasks) fn move_to_contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    from: &str,
    to: &str,
) -> Result<(), Error> {
    tx.exec(sql::JOIN_CONTACT, params![here.location_id(), from, to])?;
    tx.exec(sql::LEAVE_CONTACT, params![here.location_id(), from])?;
    Ok(())
}

/// What one moment did: makes the tasks of `moment`, and finds the next one. `None`: it is not that moment's turn, or
/// nothing comes any more.
pub(super) fn ring(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::RecurringTask>,
    turn: i64,
) -> Result<Option<Timestamp>, Error> {
    tx.lock(&format!("recurring_task:{id}"))?;
    let Some(mut one) = find(tx, here, id.as_str())?.filter(|one| one.turn == turn) else { return Ok(None) };
    let Some(due) = one.next_at else { return Ok(None) };
    if due > cx.now {
        return Ok(Some(due)); // the clock was turned back
    }
    if one.goes_on() {
        let zone = locations::zone(tx, here)?;
        let moment = one.rule.made_up_from(due, cx.now, super::MADE_UP, &zone);
        occur(tx, cx, here, &mut one, moment)?;
        one.next_at = one.rule.first_after(moment, &zone);
    }
    one.next_at = one.next_at.filter(|_| one.goes_on());
    save(tx, here, &one)?;
    Ok(one.next_at)
}

/// Begins with a rule: what has come by now is done once, and the alarm is set for what comes next.
fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    one: &mut RecurringTask,
    without_first: bool,
) -> Result<(), Error> {
    let zone = locations::zone(tx, here)?;
    one.turn += 1;
    one.next_at = match one.rule.first(&zone) {
        Some(first) if first <= cx.now => {
            let over = one.rule.end_date.is_some_and(|end| end < cx.now);
            if !without_first && !over && one.goes_on() {
                occur(tx, cx, here, one, cx.now)?;
            }
            one.rule.first_after(cx.now, &zone)
        }
        Some(first) if without_first => one.rule.first_after(first, &zone),
        first => first,
    };
    one.next_at = one.next_at.filter(|_| one.goes_on());
    if let Some(next_at) = one.next_at {
        job::set_alarm(tx, cx, here, one, next_at)?;
    }
    Ok(())
}

/// Makes the tasks of a moment; the moment counts if it made any.
fn occur(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    one: &mut RecurringTask,
    moment: Timestamp,
) -> Result<(), Error> {
    let mut sorted = one.contact_ids.clone();
    sorted.sort();
    let mut present = Vec::new();
    for contact in sorted {
        match contacts::hold_existing(tx, here, &contact) {
            Ok(()) if !full(tx, here, &contact)? => present.push(Some(contact)),
            Ok(()) | Err(Error::BadRequest(_)) => {} // has too many tasks, or was removed meanwhile
            Err(error) => return Err(error),
        }
    }
    if !one.of_contacts {
        present.push(None);
    }
    let nobody = [String::new()];
    let owners = if one.owners.is_empty() { &nobody[..] } else { &one.owners[..] };
    let mut made = false;
    for contact in &present {
        for owner in owners {
            made |= make(tx, cx, here, one, contact.as_deref(), owner, moment)?;
        }
    }
    one.total_occurrence += i64::from(made);
    Ok(())
}

/// Makes one task of a moment. Answers `false` when an open one is overdue and the rule does not go on over that.
fn make(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    one: &RecurringTask,
    contact: Option<&str>,
    owner: &str,
    moment: Timestamp,
) -> Result<bool, Error> {
    if one.rule.create_task_if_over_due == Some(false) {
        let of = params![here.location_id(), &one.id, contact.unwrap_or_default(), owner, cx.now];
        if tx.query_opt(sql::OVERDUE, of, |_| Ok(()))?.is_some() {
            return Ok(false);
        }
    }
    let new = NewTask {
        title: one.title.clone(),
        body: one.description.clone(),
        assigned_to: Some(owner.to_owned()),
        due_date: moment.plus_millis(one.rule.due_after_seconds.saturating_mul(1000)),
        completed: false,
    };
    let origin = Origin { recurring_task_id: one.id.clone(), moment };
    Ok(insert(tx, cx, here, contact, &new, Some(&origin))?.is_some())
}

/// The contacts, each once, seen to exist and kept from leaving.
fn held(tx: &mut Tx<'_>, here: &LocationScope, contact_ids: &[String]) -> Result<Vec<String>, Error> {
    let mut sorted: Vec<&String> = contact_ids.iter().collect();
    sorted.sort();
    sorted.dedup();
    for contact in sorted {
        contacts::hold_existing(tx, here, contact)?;
    }
    let mut once: Vec<String> = Vec::new();
    for contact in contact_ids {
        if !once.contains(contact) {
            once.push(contact.clone());
        }
    }
    Ok(once)
}

fn add_contacts(tx: &mut Tx<'_>, here: &LocationScope, one: &RecurringTask) -> Result<(), Error> {
    for (position, contact) in (0_i64..).zip(&one.contact_ids) {
        tx.exec(sql::ADD_CONTACT, params![&one.id, contact, here.location_id(), position])?;
    }
    Ok(())
}

fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<RecurringTask, Error> {
    tx.lock(&format!("recurring_task:{id}"))?;
    get(tx, here, id)
}

fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<RecurringTask>, Error> {
    let Some(mut one) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? else {
        return Ok(None);
    };
    one.contact_ids = tx.query(sql::CONTACTS, params![here.location_id(), &one.id], |row| row.get(0))?;
    Ok(Some(one))
}

fn save(tx: &mut Tx<'_>, here: &LocationScope, one: &RecurringTask) -> Result<(), Error> {
    let RecurringTask { id, title, description, of_contacts, turn, next_at, total_occurrence, .. } = one;
    let (owners, rule) = (json_text(&one.owners), json_text(&one.rule));
    let row = params![
        here.location_id(),
        id,
        title,
        description.as_ref(),
        *of_contacts,
        owners,
        rule,
        *turn,
        *next_at,
        *total_occurrence,
        one.updated_at
    ];
    tx.exec(sql::UPDATE, row)?;
    Ok(())
}

/// Without the contacts, which are rows of their own.
fn read(row: &Row<'_>) -> Result<RecurringTask, DbError> {
    let (Json(owners), Json(rule)) = (row.get(4)?, row.get(5)?);
    Ok(RecurringTask {
        id: row.get(0)?,
        title: row.get(1)?,
        description: row.get(2)?,
        contact_ids: Vec::new(),
        of_contacts: row.get(3)?,
        owners,
        rule,
        turn: row.get(6)?,
        next_at: row.get(7)?,
        total_occurrence: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
    })
}
