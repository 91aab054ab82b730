//! Triggers that wait for a time: birthdays, dates in custom fields, due tasks, opportunities at rest, and schedules.
//!
//! An alarm (`alarms`) rings for each such trigger of a published workflow, and says for whom by a `ReminderDue`, which is
//! addressed to the trigger. `attributes` say when ([`schedule`](super::schedule)).

use leadhold_kernel::{Event, EventKind};
use serde_json::Value;

use super::{Kind, Subject, contact_of, id_in, schedule};

/// A contact's birthday comes, or came so many days ago.
pub const BIRTHDAY_REMINDER: Kind = Kind {
    listens: |event| says(event, "birthday_reminder"),
    object: Some("birthday"),
    schedule: Some(schedule::birthday),
    ..on("birthday_reminder")
};

/// A date in a contact's custom field comes, or came so many days ago.
pub const CUSTOM_DATE_REMINDER: Kind = Kind {
    listens: |event| says(event, "custom_date_reminder"),
    object: Some("reminder"),
    schedule: Some(schedule::custom_date),
    ..on("custom_date_reminder")
};

/// An open task is due, or will be, or was.
pub const TASK_DUE_DATE_REMINDER: Kind = Kind {
    aliases: &["task_reminder"],
    listens: |event| says(event, "task_due_date_reminder"),
    object: Some("task"),
    schedule: Some(schedule::task_due),
    ..on("task_due_date_reminder")
};

/// An open opportunity was not changed for so many days.
pub const OPPORTUNITY_DECAY: Kind = Kind {
    aliases: &["stale_opportunities"],
    listens: |event| says(event, "opportunity_decay"),
    object: Some("decay"),
    schedule: Some(schedule::decay),
    ..on("opportunity_decay")
};

/// The time has come that the workflow's schedule names.
pub const SCHEDULER_TRIGGER: Kind = Kind {
    listens: |event| says(event, "scheduler_trigger"),
    object: Some("schedule"),
    schedule: Some(schedule::scheduler),
    ..on("scheduler_trigger")
};

const fn on(name: &'static str) -> Kind {
    Kind { data: |event| event.payload["data"].clone(), ..Kind::on(name, &[EventKind::ReminderDue], subject) }
}

fn says(event: &Event, name: &str) -> bool {
    event.payload["type"] == name
}

fn subject(event: &Event) -> Subject {
    Subject {
        opportunity: id_in(event, "opportunityId"),
        only_workflow: id_in(event, "workflowId"),
        only_trigger: event.payload.get("triggerId").and_then(Value::as_str).map(str::to_owned),
        ..contact_of(event)
    }
}
