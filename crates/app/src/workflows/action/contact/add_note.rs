//! `add_note`: writes a note about the run's contact. `{"title": "Call", "body": "Asked for {{inboundWebhookRequest.topic}}"}`
//!
//! `userId` says whose note it is; it may hold a merge field.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::notes::{self, NewNote};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, filled, people, shown, within};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_note",
    parse,
    attributes: r#"{"required": ["body"], "properties": {
        "title": {"type": "string"}, "body": {"type": "string"}, "userId": {"type": "string"}}}"#,
};

/// The longest note and title, in characters, as in the API of notes.
const LONGEST: usize = 65_536;
const LONGEST_TITLE: usize = 1000;

#[derive(Debug)]
struct AddNote {
    title: Option<String>,
    body: String,
    user: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let (title, user) = (from.optional_template("title"), from.optional_template("userId"));
    Some(Arc::new(AddNote { title, body: from.template("body")?, user }))
}

impl Action for AddNote {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let text = |template: &String| filled(template, visit.fields);
        let Some(body) = text(&self.body) else {
            return Turn::Skip("The note came out empty; check the merge fields in it.".to_owned());
        };
        let (title, user) = (self.title.as_ref().and_then(text), self.user.as_ref().and_then(text));
        Turn::perform(Note { contact, title, body, user: user.map(|user| user.trim().to_owned()) })
    }
}

#[derive(Debug, Serialize)]
struct Note {
    contact: Id<id::Contact>,
    title: Option<String>,
    body: String,
    user: Option<String>,
}

impl Effect for Note {
    fn shown(&self) -> Value {
        shown("addNote", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        within("body", &self.body, LONGEST)?;
        within("title", self.title.as_deref().unwrap_or_default(), LONGEST_TITLE)?;
        if let Some(user) = &self.user {
            people::get(tx, at.here, user)?;
        }
        let new = NewNote {
            body: self.body.clone(),
            title: self.title.clone(),
            user_id: self.user.clone(),
            ..NewNote::default()
        };
        let note = notes::create(tx, at.cx, at.here, self.contact.as_str(), &new)?;
        Ok(Done::with(json!({"noteId": note.id})))
    }
}
