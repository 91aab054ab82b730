//! A recurring task.

use leadhold_kernel::{Id, Timestamp, id};

use super::Rule;

/// What makes tasks again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurringTask {
    /// Its id.
    pub id: Id<id::RecurringTask>,
    /// The title of its tasks.
    pub title: String,
    /// Their body.
    pub description: Option<String>,
    /// For whom: each contact gets a task.
    pub contact_ids: Vec<String>,
    /// Whether it was made for contacts; otherwise its tasks are for nobody.
    pub of_contacts: bool,
    /// Whose: each of these users gets a task; none: nobody's.
    pub owners: Vec<String>,
    /// When.
    pub rule: Rule,
    /// How often the rule was set. An alarm names the turn in which it was set.
    pub turn: i64,
    /// The next moment; `None`: there is none any more.
    pub next_at: Option<Timestamp>,
    /// How often tasks were made.
    pub total_occurrence: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl RecurringTask {
    /// Whether it comes again, as far as the count and the contacts are concerned.
    pub(super) fn goes_on(&self) -> bool {
        let more = self.rule.count.is_none_or(|count| self.total_occurrence < count);
        let for_somebody = !self.of_contacts || !self.contact_ids.is_empty();
        more && for_somebody
    }
}

/// What a client says about one. `None` leaves a part as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub contact_ids: Option<Vec<String>>,
    pub owners: Option<Vec<String>>,
    pub rule: Option<Rule>,
    /// Whether a new rule leaves its first moment out.
    pub ignore_task_creation: bool,
}
