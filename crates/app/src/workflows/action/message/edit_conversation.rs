//! `edit_conversation`: marks the contact's conversation. `{"mark": "read"}`; also `unread`, `archived`, `unarchived`.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde_json::{Value, json};

use crate::conversations::{self, Mark};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "edit_conversation",
    parse,
    attributes: r#"{"required": ["mark"], "properties": {"mark": {"enum": ["read", "unread", "archived", "unarchived"]}}}"#,
};

const MARKS: [(&str, Mark); 4] = [
    ("read", Mark::Read),
    ("unread", Mark::Unread),
    ("archived", Mark::Archived),
    ("unarchived", Mark::Unarchived),
];

#[derive(Debug)]
struct EditConversation(Mark);

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(EditConversation(from.choice("mark", &MARKS)?)))
}

impl Action for EditConversation {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        Turn::perform(Edit { contact: contact.id.clone(), mark: self.0 })
    }
}

#[derive(Debug)]
struct Edit {
    contact: Id<id::Contact>,
    mark: Mark,
}

impl Effect for Edit {
    fn shown(&self) -> Value {
        let mark = MARKS.iter().find(|(_, mark)| *mark == self.mark).map(|(name, _)| *name);
        json!({"effect": "editConversation", "contactId": self.contact, "mark": mark})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let thread = conversations::mark(tx, at.cx, at.here, self.contact.as_str(), self.mark)?;
        let output =
            json!({"conversationId": thread.id, "unreadCount": thread.unread_count, "inbox": thread.inbox});
        Ok(Done::with(output))
    }
}
