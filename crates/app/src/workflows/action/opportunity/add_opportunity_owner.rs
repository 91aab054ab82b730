//! `add_opportunity_owner`: somebody looks after the run's opportunity from here on. As `assign_user` for contacts:
//! `{"users": ["hbYDtFzJr9Xy0QkXo1Pz"], "weights": [1], "onlyUnassigned": true}`

use std::sync::Arc;

use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::opportunities::{self, OpportunityFields};
use crate::workflows::action::contact::assign_user::{self, NOBODY, Round};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind =
    Kind { name: "add_opportunity_owner", parse, attributes: assign_user::KIND.attributes };

#[derive(Debug)]
struct AddOpportunityOwner {
    users: Vec<String>,
    weights: Vec<u64>,
    only_unassigned: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let users = from.templates("users", people::MOST);
    let only_unassigned = from.flag("onlyUnassigned").unwrap_or(false);
    let weights = assign_user::weights(from, users.len());
    Some(Arc::new(AddOpportunityOwner { users, weights, only_unassigned }))
}

impl Action for AddOpportunityOwner {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let round = Round::of(&self.users, &self.weights, visit.fields);
        if round.is_empty() {
            return Turn::Skip(NOBODY.to_owned());
        }
        Turn::perform(Own { round, only_unassigned: self.only_unassigned })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    #[serde(rename = "users")]
    round: Round,
    only_unassigned: bool,
}

impl Effect for Own {
    fn shown(&self) -> Value {
        shown("assignOpportunity", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = of_run(tx, at)?;
        if let Some(user) = before.assigned_to.filter(|user| self.only_unassigned && !user.is_empty()) {
            return Ok(Done::with(json!({"assignedTo": user, "assigned": false})));
        }
        let user = self.round.next(tx, at)?;
        let assigned_to = Patch::Value(user.to_string());
        let change = OpportunityFields { assigned_to, ..OpportunityFields::default() };
        opportunities::update(tx, at.cx, at.here, before.id.as_str(), &change)?;
        Ok(Done::with(json!({"assignedTo": user, "assigned": true})))
    }
}
