//! `remove_contact_followers`: users follow the run's contact no longer. `{"users": ["hbYDtFzJr9Xy0QkXo1Pz"]}`; without
//! `users`, nobody does.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::contacts;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "remove_contact_followers",
    parse,
    attributes: r#"{"properties": {
        "users": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}}}}"#,
};

#[derive(Debug)]
struct RemoveContactFollowers {
    users: Option<Vec<String>>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let users = from.has("users").then(|| from.templates("users", people::MOST));
    Some(Arc::new(RemoveContactFollowers { users }))
}

impl Action for RemoveContactFollowers {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => {
                let users = self.users.as_ref().map(|users| people::ids(users, visit.fields));
                Turn::perform(Unfollow { contact, users })
            }
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Unfollow {
    contact: Id<id::Contact>,
    /// None: all.
    users: Option<Vec<String>>,
}

impl Effect for Unfollow {
    fn shown(&self) -> Value {
        shown("removeFollowers", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = contacts::hold(tx, at.here, self.contact.as_str())?.followers;
        let users = self.users.clone().unwrap_or(before);
        let change = contacts::remove_followers(tx, at.cx, at.here, self.contact.as_str(), &users)?;
        Ok(Done::with(json!({"removed": change.changed, "followers": change.followers})))
    }
}
