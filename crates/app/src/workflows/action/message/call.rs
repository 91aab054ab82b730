//! `call`: calls the contact. It stands in the conversation as a call; how it ends comes later, as `CallStatusUpdate`.
//!
//! `{"from": "+13125550100", "whisper": "{{contact.name}} asked for a quote"}`
//!
//! `whisper` is what whoever makes the call is told first.

use std::sync::Arc;

use leadhold_kernel::merge_field::Place;

use crate::conversations::{Envelope, Kind as MessageKind, Origin, Outgoing};
use crate::workflows::action::{Action, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;
use crate::workflows::messages::{self, Say};

/// The kind.
pub const KIND: Kind = Kind {
    name: "call",
    parse,
    attributes: r#"{"properties": {"from": {"type": "string"}, "whisper": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct Call {
    from: Option<String>,
    whisper: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(Call { from: from.optional_template("from"), whisper: from.optional_template("whisper") }))
}

impl Action for Call {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        let from = messages::line(self.from.as_ref(), visit.fields)
            .or_else(|| messages::sender(visit, MessageKind::Call));
        let whisper = self.whisper.as_ref().map(|text| messages::text(Place::Plain, text, visit.fields));
        let outgoing = Outgoing {
            contact: contact.id.clone(),
            kind: MessageKind::Call,
            subject: None,
            body: whisper.unwrap_or_default(),
            html: None,
            envelope: Envelope { from, ..Envelope::default() },
            origin: Origin::default(),
        };
        Turn::perform(Say { outgoing, mark_as_read: visit.facts.settings.mark_as_read })
    }

    fn is_communication(&self) -> bool {
        true
    }
}
