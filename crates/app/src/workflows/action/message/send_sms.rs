//! `send_sms`: an SMS to the run's contact.
//!
//! ```json
//! {"message": "Hi {{contact.first_name | default: \"there\"}}!", "from": "+13125550100",
//!  "attachments": ["https://example.com/map.png"]}
//! ```
//!
//! Without `from` the workflow's sender speaks, or else the location's number.

use std::sync::Arc;

use leadhold_kernel::merge_field::Place;

use crate::conversations::{Envelope, Kind as MessageKind, Origin, Outgoing};
use crate::workflows::action::{Action, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;
use crate::workflows::messages::{self, Say};

/// The kind.
pub const KIND: Kind = Kind {
    name: "send_sms",
    parse,
    attributes: r#"{"required": ["message"], "properties": {
        "message": {"type": "string"}, "from": {"type": "string"},
        "attachments": {"type": "array", "maxItems": 10, "items": {"type": "string"}}}}"#,
};

#[derive(Debug)]
struct SendSms {
    message: String,
    from: Option<String>,
    attachments: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let message = from.template("message");
    let sender = from.optional_template("from");
    let attachments = messages::read_attachments(from);
    Some(Arc::new(SendSms { message: message?, from: sender, attachments }))
}

impl Action for SendSms {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        let from = messages::line(self.from.as_ref(), visit.fields)
            .or_else(|| messages::sender(visit, MessageKind::Sms));
        let outgoing = Outgoing {
            contact: contact.id.clone(),
            kind: MessageKind::Sms,
            subject: None,
            body: messages::text(Place::Plain, &self.message, visit.fields),
            html: None,
            envelope: Envelope {
                from,
                attachments: messages::attachments(&self.attachments, visit.fields),
                ..Envelope::default()
            },
            origin: Origin::default(),
        };
        Turn::perform(Say { outgoing, mark_as_read: visit.facts.settings.mark_as_read })
    }

    fn is_communication(&self) -> bool {
        true
    }
}
