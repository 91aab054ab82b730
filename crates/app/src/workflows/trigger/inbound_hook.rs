//! `inbound_webhook`: somebody called the URL of the workflow's inbound hook.
//!
//! The run starts without a contact; what was sent is under `{{inboundWebhookRequest.…}}`.

use leadhold_kernel::{Event, EventKind};

use super::{Kind, Subject, id_in};

/// The trigger.
pub const INBOUND_WEBHOOK: Kind = Kind {
    object: Some("inboundWebhookRequest"),
    ..Kind::on("inbound_webhook", &[EventKind::InboundWebhook], subject)
};

fn subject(event: &Event) -> Subject {
    Subject {
        only_workflow: id_in(event, "workflowId"),
        request: id_in(event, "requestId"),
        ..Subject::default()
    }
}
