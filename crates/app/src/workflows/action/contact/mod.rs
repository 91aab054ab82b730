//! What steps do to the run's contact and to what belongs to it.

pub mod add_contact_followers;
pub mod add_contact_tag;
pub mod add_note;
pub mod add_task;
pub mod assign_user;
pub mod complete_task;
pub mod create_update_contact;
pub mod delete_contact;
pub mod fields;
pub mod find_contact;
pub mod remove_assigned_user;
pub mod remove_contact_followers;
pub mod remove_contact_tag;
pub mod set_contact_dnd;
pub mod update_contact_field;

use leadhold_kernel::id::{self, Id};
use serde_json::{Value, json};

use super::{Turn, Visit, no_contact};

/// The run's contact, or what happens at a step that needs one.
///
/// # Errors
/// The turn of a run that has none.
pub fn of_run(visit: &Visit<'_>) -> Result<Id<id::Contact>, Turn> {
    visit.facts.contact.as_ref().map(|contact| contact.id.clone()).ok_or_else(no_contact)
}

/// An output that also names what did not fit.
#[must_use]
pub fn with_left_out(mut output: Value, left_out: &[String]) -> Value {
    if !left_out.is_empty() {
        output["leftOut"] = json!(left_out);
    }
    output
}
