//! `add_opportunity_followers`: users follow the run's opportunity. `{"users": ["hbYDtFzJr9Xy0QkXo1Pz"]}`

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::opportunities::{self, FollowerChange};
use crate::workflows::action::contact::{add_contact_followers, assign_user::NOBODY};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind =
    Kind { name: "add_opportunity_followers", parse, attributes: add_contact_followers::KIND.attributes };

#[derive(Debug)]
struct AddOpportunityFollowers {
    users: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(AddOpportunityFollowers { users: from.templates("users", people::MOST) }))
}

impl Action for AddOpportunityFollowers {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let users = people::ids(&self.users, visit.fields);
        if users.is_empty() { Turn::Skip(NOBODY.to_owned()) } else { Turn::perform(Follow { users }) }
    }
}

#[derive(Debug, Serialize)]
struct Follow {
    users: Vec<String>,
}

impl Effect for Follow {
    fn shown(&self) -> Value {
        shown("addOpportunityFollowers", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let own = of_run(tx, at)?;
        for user in &self.users {
            people::get(tx, at.here, user)?;
        }
        let change = FollowerChange::Add(self.users.clone());
        let followed = opportunities::change_followers(tx, at.cx, at.here, own.id.as_str(), &change)?;
        Ok(Done::with(json!({"added": followed.changed, "followers": followed.followers})))
    }
}
