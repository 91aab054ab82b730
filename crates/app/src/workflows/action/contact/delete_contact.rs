//! `delete_contact`: removes the run's contact with all that belongs to it. `{}`
//!
//! The run goes on without one: steps that need a contact fail from here on.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::contacts;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind { name: "delete_contact", parse, attributes: r#"{"properties": {}}"# };

#[derive(Debug)]
struct DeleteContact;

fn parse(_from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(DeleteContact))
}

impl Action for DeleteContact {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => Turn::perform(Delete { contact }),
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Delete {
    contact: Id<id::Contact>,
}

impl Effect for Delete {
    fn shown(&self) -> Value {
        shown("deleteContact", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        contacts::delete(tx, at.cx, at.here, self.contact.as_str())?;
        Ok(Done::with(json!({"deleted": self.contact})))
    }
}
