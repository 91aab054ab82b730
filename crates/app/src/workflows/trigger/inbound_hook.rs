//! `inbound_webhook`: somebody called the URL of the workflow's inbound hook.
//!
//! The run starts without a contact; what was sent is under `{{inboundWebhookRequest.…}}`.

use leadhold_kernel::EventKind;
use leadhold_kernel::id::Id;
use serde_json::Value;

use super::{Kind, Subject};

/// The trigger.
pub const INBOUND_WEBHOOK: Kind = Kind {
    name: "inbound_webhook",
    event: EventKind::InboundWebhook,
    object: Some("inboundWebhookRequest"),
    subject,
};

fn subject(_hook: &str, payload: &Value) -> Subject {
    let text = |key| payload.get(key).and_then(Value::as_str);
    Subject {
        contact: None,
        only_workflow: text("workflowId").and_then(Id::parse),
        request: text("requestId").and_then(Id::parse),
        submission: None,
    }
}
