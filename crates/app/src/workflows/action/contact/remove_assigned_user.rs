//! `remove_assigned_user`: nobody looks after the run's contact any more. `{}`

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::contacts::{self, ContactFields};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind { name: "remove_assigned_user", parse, attributes: r#"{"properties": {}}"# };

#[derive(Debug)]
struct RemoveAssignedUser;

fn parse(_from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(RemoveAssignedUser))
}

impl Action for RemoveAssignedUser {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => Turn::perform(Unassign { contact }),
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Unassign {
    contact: Id<id::Contact>,
}

impl Effect for Unassign {
    fn shown(&self) -> Value {
        shown("unassignUser", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = contacts::hold(tx, at.here, self.contact.as_str())?.assigned_to;
        let change = ContactFields { assigned_to: Patch::Null, ..ContactFields::default() };
        contacts::update(tx, at.cx, at.here, self.contact.as_str(), &change)?;
        Ok(Done::with(json!({"wasAssignedTo": before})))
    }
}
