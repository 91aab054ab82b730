//! Triggers on contacts: `contact_created`.

use leadhold_kernel::EventKind;
use leadhold_kernel::id::Id;
use serde_json::Value;

use super::{Kind, Subject};

/// A contact came into being, however it did.
pub const CONTACT_CREATED: Kind =
    Kind { name: "contact_created", event: EventKind::ContactCreate, object: None, subject };

fn subject(contact: &str, _payload: &Value) -> Subject {
    Subject { contact: Id::parse(contact), ..Subject::default() }
}
