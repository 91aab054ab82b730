//! Alarms: what rings for the triggers that wait for a time.
//!
//! Cast: an [`Alarm`] is the row of such a trigger of a published workflow; [`Ring`] is the job that sleeps until it rings
//! next; `due` finds for whom it rings. What rang is an event, addressed to the trigger, and goes the way of all events: filters are tested,
//! the workflow's rules asked, a run begins.
//!
//! What is guaranteed:
//! - An occasion (this contact's birthday of this year, this task at this due date) starts a workflow once: its event has
//!   an id that says what it is about, and how far an alarm has rung commits with its events.
//! - An alarm is a row, and its job too: they survive restarts and follow the server's clock, also the sandbox's.
//! - What was missed while the server was down comes late and once, as far back as [`MADE_UP`]; of a schedule only the latest
//!   moment does.
//! - Each step finds its records by an index and takes at most [`STEP`] of them.
//! - To publish again keeps an alarm that rings as before; what rings otherwise begins anew, from that moment on.

mod due;
mod job;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event, EventKind, Timestamp};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

pub use self::job::Ring;
use super::sql;
use super::trigger::Trigger;
use super::trigger::reminder::TASK_DUE_DATE_REMINDER;
use super::trigger::schedule::Schedule;
use crate::tenant::LocationScope;

/// How far back what was missed is made up for, in milliseconds: a week.
pub const MADE_UP: i64 = 7 * 86_400_000;

/// Records that a step takes.
const STEP: i64 = 200;

/// What rings for a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Alarm {
    workflow_id: Id<id::Workflow>,
    trigger_id: String,
    kind: String,
    schedule: Schedule,
    /// Drawn anew whenever the alarm is set: a job with another one wakes nobody.
    turn: i64,
    /// Everything until here was rung.
    rung_until: Timestamp,
    /// Of the moment behind that, everything up to here.
    cursor: String,
    next_at: Timestamp,
}

/// Sets the alarms of a workflow that is published with these triggers, and removes those of others.
///
/// # Errors
/// When the store fails.
pub fn set(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    triggers: &[Trigger],
) -> Result<(), Error> {
    let known = tx.query(sql::ALARMS_OF, params![here.location_id(), workflow], read)?;
    for alarm in &known {
        if !triggers.iter().any(|trigger| trigger.id == alarm.trigger_id && trigger.schedule.is_some()) {
            tx.exec(sql::FORGET_ALARM, params![here.location_id(), workflow, &alarm.trigger_id])?;
        }
    }
    for trigger in triggers {
        let Some(schedule) = &trigger.schedule else { continue };
        if known.iter().any(|alarm| alarm.trigger_id == trigger.id && alarm.schedule == *schedule) {
            continue;
        }
        let mut alarm = Alarm {
            workflow_id: workflow.clone(),
            trigger_id: trigger.id.clone(),
            kind: trigger.kind.name.to_owned(),
            schedule: schedule.clone(),
            turn: 0,
            rung_until: cx.now,
            cursor: String::new(),
            next_at: cx.now,
        };
        if let Some(next) = due::next(tx, cx, here, &alarm)? {
            wind(tx, cx, here, &mut alarm, next)?;
        }
    }
    Ok(())
}

/// Removes the alarms of a workflow.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, here: &LocationScope, workflow: &Id<id::Workflow>) -> Result<(), Error> {
    tx.exec(sql::FORGET_ALARMS, params![here.location_id(), workflow])?;
    Ok(())
}

/// Sets the alarms of due tasks forward, if a task that was made or changed is due before they ring.
///
/// # Errors
/// When the store fails.
pub fn hasten(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, event: &Event) -> Result<(), Error> {
    if !matches!(event.kind, EventKind::TaskCreate | EventKind::TaskChange) {
        return Ok(());
    }
    let due = event.payload["dueDate"].as_str().and_then(Timestamp::parse);
    let Some(due) = due else { return Ok(()) };
    let asked = params![here.location_id(), TASK_DUE_DATE_REMINDER.name];
    for known in tx.query(sql::ALARMS_OF_TYPE, asked, read)? {
        // Whoever rings or publishes holds the workflow.
        tx.lock(&format!("workflow {}", known.workflow_id))?;
        let asked = params![here.location_id(), &known.workflow_id, &known.trigger_id];
        let Some(mut alarm) = tx.query_opt(sql::ALARM, asked, read)? else { continue };
        let Schedule::TaskDue { later } = alarm.schedule else { continue };
        let at = due.plus_millis(later);
        if at > cx.now && at < alarm.next_at {
            wind(tx, cx, here, &mut alarm, at)?;
        }
    }
    Ok(())
}

/// Stores an alarm and the job that rings it, in the place of any before.
fn wind(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    alarm: &mut Alarm,
    next: Timestamp,
) -> Result<(), Error> {
    alarm.turn = i64::try_from(cx.random.below(1 << 62)).unwrap_or(0);
    alarm.next_at = next;
    save(tx, here, alarm)?;
    job::later(tx, cx, here, alarm)
}

fn save(tx: &mut Tx<'_>, here: &LocationScope, alarm: &Alarm) -> Result<(), Error> {
    let Alarm { workflow_id, trigger_id, kind, schedule, turn, rung_until, cursor, next_at } = alarm;
    let schedule = json_text(schedule);
    let row = params![
        here.location_id(),
        workflow_id,
        trigger_id,
        kind,
        schedule,
        *turn,
        *rung_until,
        cursor,
        *next_at
    ];
    tx.exec(sql::SAVE_ALARM, row)?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Alarm, DbError> {
    let Json(schedule) = row.get(3)?;
    Ok(Alarm {
        workflow_id: row.get(0)?,
        trigger_id: row.get(1)?,
        kind: row.get(2)?,
        schedule,
        turn: row.get(4)?,
        rung_until: row.get(5)?,
        cursor: row.get(6)?,
        next_at: row.get(7)?,
    })
}
