//! Triggers on messages: a contact said something, a user said something to it, and what became of messages and calls.
//!
//! `{{message.body}}`, `{{message.subject}}`, `{{message.channel}}` and the others say which message it is. A phrase in a
//! reply is a filter on `message.body` (`contains`, or `is` for the exact phrase); a reply to a workflow has its id in
//! `message.replied_to_workflow_id`; what happened to an e-mail is `message.event`.

use leadhold_kernel::{Event, EventKind};
use serde_json::Value;

use super::{Kind, contact_of, spelled_both};

/// A contact said something, on whichever channel.
pub const CUSTOMER_REPLY: Kind =
    Kind { aliases: &["customer_replied"], ..on("customer_reply", &[EventKind::MessageReceived]) };

/// A user said something to a contact. What workflows, campaigns and programs say does not count.
pub const USER_REPLIED: Kind =
    Kind { listens: |event| has(event, "userId"), ..on("user_replied", &[EventKind::MessageWritten]) };

/// A message came to another status.
pub const MESSAGE_STATUS: Kind = on("message_status", &[EventKind::MessageStatusUpdate]);

/// A message that is no e-mail did not arrive.
pub const MESSAGING_ERRORS: Kind = Kind {
    aliases: &["messaging_error"],
    listens: |event| event.payload["status"] == "failed" && event.payload["channel"] != "Email",
    ..on("messaging_errors", &[EventKind::MessageStatusUpdate])
};

/// Something happened to an e-mail: it was delivered, opened, clicked, sent back, …
pub const MAILGUN_EMAIL_EVENT: Kind =
    Kind { aliases: &["email_event"], ..on("mailgun_email_event", &[EventKind::EmailEvent]) };

/// A call is over, in either direction.
pub const CALL_STATUS: Kind = Kind {
    aliases: &["call_details"],
    object: Some("call"),
    ..on("call_status", &[EventKind::CallStatusUpdate])
};

const fn on(name: &'static str, events: &'static [EventKind]) -> Kind {
    Kind { object: Some("message"), data: spelled_both, ..Kind::on(name, events, contact_of) }
}

fn has(event: &Event, key: &str) -> bool {
    event.payload.get(key).is_some_and(Value::is_string)
}
