//! `remove_opportunity_owner`: nobody looks after the run's opportunity any more. `{}`

use std::sync::Arc;

use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::of_run;
use crate::opportunities::{self, OpportunityFields};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind { name: "remove_opportunity_owner", parse, attributes: r#"{"properties": {}}"# };

#[derive(Debug)]
struct RemoveOpportunityOwner;

fn parse(_from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(RemoveOpportunityOwner))
}

impl Action for RemoveOpportunityOwner {
    fn arrive(&self, _visit: &Visit<'_>) -> Turn {
        Turn::perform(Disown)
    }
}

#[derive(Debug)]
struct Disown;

impl Effect for Disown {
    fn shown(&self) -> Value {
        json!({"effect": "unassignOpportunity"})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = of_run(tx, at)?;
        let change = OpportunityFields { assigned_to: Patch::Null, ..OpportunityFields::default() };
        opportunities::update(tx, at.cx, at.here, before.id.as_str(), &change)?;
        Ok(Done::with(json!({"wasAssignedTo": before.assigned_to})))
    }
}
