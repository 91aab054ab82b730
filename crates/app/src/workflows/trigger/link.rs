//! `trigger_link`: a contact followed a trigger link.
//!
//! Which one, a filter on `link.id` says. Clicks of nobody in particular make no event and start nothing.

use leadhold_kernel::EventKind;
use leadhold_kernel::id::Id;
use serde_json::Value;

use super::{Kind, Subject};

/// The trigger.
pub const TRIGGER_LINK: Kind =
    Kind { name: "trigger_link", event: EventKind::LinkClick, object: Some("link"), subject };

fn subject(contact: &str, _payload: &Value) -> Subject {
    Subject { contact: Id::parse(contact), ..Subject::default() }
}
