//! Why a workflow did, or did not, start: which triggers were tested for whom, with which values, and what came of it.
//!
//! A row per trigger and event, written where the trigger is tested. A workflow keeps the latest [`KEPT`] of them, give or
//! take: every write has a small chance of removing what is older, so that none of them pays for all. Values are cut to
//! [`LONGEST`] characters. A trigger without filters that started a run leaves no row: the run itself says it.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};
use serde_json::{Value, json};

use super::condition::{Condition, Tested};
use super::sql;
use crate::tenant::LocationScope;

/// How many a workflow keeps.
const KEPT: i64 = 1000;
/// One write of so many looks for what is older.
const PRUNES_ONE_IN: u64 = 64;
/// The longest value that is kept, in characters.
const LONGEST: usize = 300;

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A run began.
    Started,
    /// A filter did not hold.
    FiltersDidNotHold,
    /// The contact (with this opportunity) is in the workflow.
    Active,
    /// It was before, and comes in once only.
    EnteredBefore,
    /// Too many runs in a row led there.
    TooDeep,
    /// This server cannot read the trigger.
    Unreadable,
}

impl Decision {
    const ALL: [Self; 6] = [
        Self::Started,
        Self::FiltersDidNotHold,
        Self::Active,
        Self::EnteredBefore,
        Self::TooDeep,
        Self::Unreadable,
    ];

    /// The word of the API and the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::FiltersDidNotHold => "filters_did_not_hold",
            Self::Active => "already_active",
            Self::EnteredBefore => "entered_before",
            Self::TooDeep => "too_deep",
            Self::Unreadable => "unreadable",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Started => "All filters held, and a run began.",
            Self::FiltersDidNotHold => "Not started: a filter did not hold.",
            Self::Active => {
                "Not started: the contact is in this workflow already, and nobody is twice at a time."
            }
            Self::EnteredBefore => {
                "Not started: the contact was in this workflow before, and `allowReentry` is off, so everybody comes in once."
            }
            Self::TooDeep => "Not started: workflows start one another in a circle.",
            Self::Unreadable => {
                "Not started: this server cannot read the trigger. Publish the workflow again."
            }
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.name() == name)
    }
}

/// A test of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// In which version of the workflow.
    pub version: i64,
    /// The trigger, by its id in the definition.
    pub trigger_id: String,
    /// Its type.
    pub trigger_type: String,
    /// For whom.
    pub contact: Option<Id<id::Contact>>,
    /// The kind of event, and its id; `None` when a request asked for it.
    pub event: Option<(String, Id<id::Event>)>,
    /// What came of it.
    pub decision: Decision,
    /// Each filter as [`tested`] shows it.
    pub filters: Vec<Value>,
    /// The run that began.
    pub run: Option<Id<id::Run>>,
    /// When.
    pub at: Timestamp,
}

/// A filter that was tested, as it is kept and shown.
#[must_use]
pub fn tested(filter: &Condition, tested: &Tested) -> Value {
    json!({
        "field": filter.field.join("."),
        "operator": filter.comparison.name(),
        "left": cut(&tested.left),
        "right": tested.right.iter().map(|text| cut_text(text)).collect::<Vec<_>>(),
        "held": tested.held,
    })
}

/// The value, or the beginning of its text when it is long.
fn cut(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(cut_text(text)),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() <= LONGEST { value.clone() } else { json!(cut_text(&text)) }
        }
        other => other.clone(),
    }
}

fn cut_text(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Keeps a trial of a workflow.
///
/// # Errors
/// When the store fails.
pub fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    trial: &Trial,
) -> Result<(), Error> {
    if trial.decision == Decision::Started && trial.filters.is_empty() {
        return Ok(());
    }
    let event = trial.event.as_ref();
    tx.exec(
        sql::INSERT_TRIAL,
        params![
            here.location_id(),
            workflow,
            trial.version,
            &trial.trigger_id,
            &trial.trigger_type,
            trial.contact.as_ref(),
            event.map(|(kind, _)| kind),
            event.map(|(_, id)| id),
            trial.decision.name(),
            json_text(&trial.filters),
            trial.run.as_ref(),
            trial.at
        ],
    )?;
    if cx.random.below(PRUNES_ONE_IN) == 0 {
        tx.exec(sql::PRUNE_TRIALS, params![here.location_id(), workflow, KEPT])?;
    }
    Ok(())
}

/// The trials of a workflow before the one numbered `before`, of one contact or of everybody, newest first, each with its
/// number.
///
/// # Errors
/// When the store fails.
pub fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    contact: Option<&str>,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, Trial)>, Error> {
    Ok(match contact {
        Some(contact) => {
            let asked = params![here.location_id(), workflow, before, limit, contact];
            tx.query(sql::TRIALS_OF_CONTACT, asked, read)?
        }
        None => tx.query(sql::TRIALS, params![here.location_id(), workflow, before, limit], read)?,
    })
}

/// Removes some of the trials from before a moment, and answers how many.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    Ok(tx.exec(sql::FORGET_TRIALS, params![before, KEPT])?)
}

fn read(row: &Row<'_>) -> Result<(i64, Trial), DbError> {
    let Json(filters) = row.get(8)?;
    let decision: String = row.get(7)?;
    let decision = Decision::parse(&decision).ok_or_else(|| DbError::Inconsistent {
        place: "workflow_trials.decision".to_owned(),
        fault: format!("`{decision}` is unknown"),
    })?;
    let event = row.get::<Option<String>>(5)?.zip(row.get(6)?);
    let trial = Trial {
        version: row.get(1)?,
        trigger_id: row.get(2)?,
        trigger_type: row.get(3)?,
        contact: row.get(4)?,
        event,
        decision,
        filters,
        run: row.get(9)?,
        at: row.get(10)?,
    };
    Ok((row.get(0)?, trial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut() {
        let long = "ä".repeat(LONGEST + 1);
        assert_eq!(cut(&json!(long)).as_str().map(|text| text.chars().count()), Some(LONGEST + 1));
        assert!(cut(&json!([long])).is_string());
        assert_eq!(cut(&json!(["a", 1])), json!(["a", 1]));
        assert_eq!(cut(&Value::Null), Value::Null);
    }
}
