//! `remove_opportunity_followers`: users follow the run's opportunity no longer. `{"users": ["hbYDtFzJr9Xy0QkXo1Pz"]}`;
//! without `users`, nobody does.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::opportunities::{self, FollowerChange};
use crate::workflows::action::contact::remove_contact_followers;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "remove_opportunity_followers",
    parse,
    attributes: remove_contact_followers::KIND.attributes,
};

#[derive(Debug)]
struct RemoveOpportunityFollowers {
    users: Option<Vec<String>>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let users = from.has("users").then(|| from.templates("users", people::MOST));
    Some(Arc::new(RemoveOpportunityFollowers { users }))
}

impl Action for RemoveOpportunityFollowers {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        Turn::perform(Unfollow { users: self.users.as_ref().map(|users| people::ids(users, visit.fields)) })
    }
}

#[derive(Debug, Serialize)]
struct Unfollow {
    /// None: all.
    users: Option<Vec<String>>,
}

impl Effect for Unfollow {
    fn shown(&self) -> Value {
        shown("removeOpportunityFollowers", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let own = of_run(tx, at)?;
        let change = self.users.clone().map_or(FollowerChange::RemoveAll, FollowerChange::Remove);
        let followed = opportunities::change_followers(tx, at.cx, at.here, own.id.as_str(), &change)?;
        Ok(Done::with(json!({"removed": followed.changed, "followers": followed.followers})))
    }
}
