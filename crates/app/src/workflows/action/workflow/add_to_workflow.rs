//! `add_to_workflow`: the run's contact also goes through another workflow. `{"workflow": "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11"}`
//!
//! By id or by name; it has to be published, and takes the contact in by its own rules. The moment that this run is about
//! is that of the other, too. Workflows that put a contact into one another in a circle are stopped after 25 runs.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::named;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, contact, shown};
use crate::workflows::definition::reader::Fields;
use crate::workflows::enrol;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_to_workflow",
    parse,
    attributes: r#"{"required": ["workflow"], "properties": {"workflow": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct AddToWorkflow {
    workflow: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(AddToWorkflow { workflow: from.template("workflow")? }))
}

impl Action for AddToWorkflow {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match contact::of_run(visit) {
            Ok(contact) => {
                let workflow = render(&self.workflow, visit.fields).trim().to_owned();
                Turn::perform(Add { contact, workflow })
            }
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Add {
    contact: Id<id::Contact>,
    workflow: String,
}

impl Effect for Add {
    fn shown(&self) -> Value {
        shown("addToWorkflow", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let workflow = named(tx, at.here, &self.workflow)?;
        let begins = at.run.state.event_start;
        let run = enrol::add(tx, at.cx, at.here, self.contact.as_str(), workflow.id.as_str(), begins)?;
        Ok(Done::with(json!({"workflowId": workflow.id, "added": run.is_some(), "runId": run})))
    }
}
