//! `remove_from_workflow`: the run's contact leaves a workflow: `{"workflow": "current"}` (this run ends), `"all"` (all others
//! end; with `"andThisOne": true` this one, too), or another by id or name.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::named;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Then, Turn, Visit, contact, shown};
use crate::workflows::definition::reader::Fields;
use crate::workflows::enrol;

/// The kind.
pub const KIND: Kind = Kind {
    name: "remove_from_workflow",
    parse,
    attributes: r#"{"required": ["workflow"], "properties": {
        "workflow": {"type": "string"}, "andThisOne": {"type": "boolean", "default": false}}}"#,
};

#[derive(Debug)]
struct RemoveFromWorkflow {
    workflow: String,
    and_this_one: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let workflow = from.template("workflow");
    let and_this_one = from.flag("andThisOne").unwrap_or(false);
    if and_this_one && workflow.as_deref().is_some_and(|workflow| workflow != "all") {
        from.fault("andThisOne", "goes with the workflow `all`");
    }
    Some(Arc::new(RemoveFromWorkflow { workflow: workflow?, and_this_one }))
}

impl Action for RemoveFromWorkflow {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let workflow = render(&self.workflow, visit.fields).trim().to_owned();
        if workflow == "current" {
            return Turn::End(json!({"removedFrom": "current"}));
        }
        match contact::of_run(visit) {
            Ok(contact) => Turn::perform(Remove { contact, workflow, and_this_one: self.and_this_one }),
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Remove {
    contact: Id<id::Contact>,
    workflow: String,
    and_this_one: bool,
}

impl Effect for Remove {
    fn shown(&self) -> Value {
        shown("removeFromWorkflow", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let end = |output| Done { output, then: Then::End, ..Done::default() };
        if self.workflow == "all" {
            let ended = enrol::remove_from_all(tx, at.cx, at.here, &self.contact, &at.run.id)?;
            let output = json!({"removedFrom": "all", "runs": ended});
            return Ok(if self.and_this_one { end(output) } else { Done::with(output) });
        }
        let workflow = named(tx, at.here, &self.workflow)?;
        if workflow.id == at.run.workflow_id {
            return Ok(end(json!({"removedFrom": workflow.id})));
        }
        enrol::remove(tx, at.cx, at.here, self.contact.as_str(), workflow.id.as_str())?;
        Ok(Done::with(json!({"removedFrom": workflow.id})))
    }
}
