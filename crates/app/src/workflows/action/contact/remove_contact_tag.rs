//! `remove_contact_tag`: takes tags from the run's contact. `{"tags": ["lead", "{{inboundWebhookRequest.source}}"]}`

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{add_contact_tag, of_run};
use crate::contacts;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind =
    Kind { name: "remove_contact_tag", parse, attributes: add_contact_tag::KIND.attributes };

#[derive(Debug)]
struct RemoveContactTag {
    tags: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(RemoveContactTag { tags: from.templates("tags", add_contact_tag::MAX_TAGS) }))
}

impl Action for RemoveContactTag {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let tags = add_contact_tag::tags(&self.tags, visit.fields);
        if tags.is_empty() {
            return Turn::Skip(add_contact_tag::EMPTY.to_owned());
        }
        Turn::perform(RemoveTags { contact, tags })
    }
}

#[derive(Debug, Serialize)]
struct RemoveTags {
    contact: Id<id::Contact>,
    tags: Vec<String>,
}

impl Effect for RemoveTags {
    fn shown(&self) -> Value {
        shown("removeTags", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let change = contacts::remove_tags(tx, at.cx, at.here, self.contact.as_str(), &self.tags)?;
        Ok(Done::with(json!({"removed": change.changed, "tags": change.tags})))
    }
}
