//! `task_added` and `task_completed`: something is to be done for a contact, or was done.
//!
//! `{{task.title}}`, `{{task.body}}`, `{{task.due_date}}` and `{{task.assigned_to}}` say what. A recurring task of nobody
//! starts a run without a contact.

use leadhold_kernel::EventKind;

use super::{Kind, contact_of, spelled_both};

/// A task was made, by people or by a recurring task.
pub const TASK_ADDED: Kind = Kind {
    aliases: &["task_created"],
    object: Some("task"),
    data: spelled_both,
    ..Kind::on("task_added", &[EventKind::TaskCreate], contact_of)
};

/// An open task was completed.
pub const TASK_COMPLETED: Kind = Kind {
    object: Some("task"),
    data: spelled_both,
    ..Kind::on("task_completed", &[EventKind::TaskComplete], contact_of)
};
