//! `add_contact_followers`: users follow the run's contact. `{"users": ["hbYDtFzJr9Xy0QkXo1Pz", "{{contact.assigned_to}}"]}`

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{assign_user, of_run};
use crate::contacts;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_contact_followers",
    parse,
    attributes: r#"{"required": ["users"], "properties": {
        "users": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}}}}"#,
};

#[derive(Debug)]
struct AddContactFollowers {
    users: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(AddContactFollowers { users: from.templates("users", people::MOST) }))
}

impl Action for AddContactFollowers {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let users = people::ids(&self.users, visit.fields);
        if users.is_empty() {
            return Turn::Skip(assign_user::NOBODY.to_owned());
        }
        Turn::perform(Follow { contact, users })
    }
}

#[derive(Debug, Serialize)]
struct Follow {
    contact: Id<id::Contact>,
    users: Vec<String>,
}

impl Effect for Follow {
    fn shown(&self) -> Value {
        shown("addFollowers", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let change = contacts::add_followers(tx, at.cx, at.here, self.contact.as_str(), &self.users)?;
        Ok(Done::with(json!({"added": change.changed, "followers": change.followers})))
    }
}
