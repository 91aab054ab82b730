//! `voicemail`: leaves a recording on the contact's voicemail.
//!
//! `{"recording": "https://example.com/hello.mp3", "from": "+13125550100"}`

use std::sync::Arc;

use crate::conversations::{Envelope, Kind as MessageKind, Origin, Outgoing};
use crate::workflows::action::{Action, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;
use crate::workflows::messages::{self, Say};

/// The kind.
pub const KIND: Kind = Kind {
    name: "voicemail",
    parse,
    attributes: r#"{"required": ["recording"], "properties": {
        "recording": {"type": "string"}, "from": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct Voicemail {
    recording: String,
    from: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let recording = from.template("recording");
    let sender = from.optional_template("from");
    Some(Arc::new(Voicemail { recording: recording?, from: sender }))
}

impl Action for Voicemail {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        let recording = messages::attachments(std::slice::from_ref(&self.recording), visit.fields);
        if recording.is_empty() {
            return Turn::Skip("The recording's URL came out empty, so nothing was sent.".to_owned());
        }
        let from = messages::line(self.from.as_ref(), visit.fields)
            .or_else(|| messages::sender(visit, MessageKind::Voicemail));
        let outgoing = Outgoing {
            contact: contact.id.clone(),
            kind: MessageKind::Voicemail,
            subject: None,
            body: String::new(),
            html: None,
            envelope: Envelope { from, attachments: recording, ..Envelope::default() },
            origin: Origin::default(),
        };
        Turn::perform(Say { outgoing, mark_as_read: visit.facts.settings.mark_as_read })
    }

    fn is_communication(&self) -> bool {
        true
    }
}
