//! A task.

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// Something to be done. As JSON it has the fields that bodies name, so that a merge-patch fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id.
    pub id: Id<id::Task>,
    /// For whom; `None`: a recurring task of nobody made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<String>,
    /// What is to be done.
    pub title: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The user who has to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    /// Until when.
    pub due_date: Timestamp,
    /// Whether it is done.
    pub completed: bool,
    /// When it was made.
    pub date_added: Timestamp,
}

/// What made a task, if nobody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The recurring task.
    pub(super) recurring_task_id: Id<id::RecurringTask>,
    /// At which of its moments.
    pub(super) moment: Timestamp,
}

/// What a new task is given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in a task")]
pub struct NewTask {
    pub title: String,
    pub body: Option<String>,
    pub assigned_to: Option<String>,
    pub due_date: Timestamp,
    pub completed: bool,
}
