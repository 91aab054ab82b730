//! What this slice announces.
//!
//! For apps, with the documented payloads: `InboundMessage`, `OutboundMessage` (when a message is written, and again with
//! each new status), `ConversationUnreadUpdate`, and `LCEmailStats` for each thing that happens to an e-mail.
//!
//! For automation, internal kinds that hold what filters need. The record of each is the message. All have the keys of
//! [`facts`]: `messageId`, `conversationId`, `contactId`, `channel` (`SMS`, `Email`, `Call`, `Voicemail`, `WhatsApp`, `FB`,
//! `IG`, `GMB`, `Live_Chat`), `direction`, `status`, `source` (`app`, `api`, `workflow`, `campaign`, `bulk_actions`),
//! `subject`, `body` (an e-mail's HTML where it has no text), `from`, `to`, `error`, `userId`, `workflowId`, `campaignId`,
//! `runId`, `stepId`, `callDuration` (seconds), `dateAdded`; what is not known is null. Beside them:
//!
//! | kind | once for each | further keys |
//! | --- | --- | --- |
//! | `MessageReceived` | message of a contact | of the message that it answers, or null: `repliedToMessageId`, `repliedToChannel`, `repliedToWorkflowId`, `repliedToCampaignId`, `repliedToRunId`, `repliedToStepId` |
//! | `MessageWritten` | message to a contact, before it leaves | none; `source` says who wrote it |
//! | `MessageStatusUpdate` | new status of an outbound message | `previousStatus` |
//! | `EmailEvent` | thing that happens to an e-mail | `event`: `delivered`, `bounced`, `failed`, `opened`, `clicked`, `unsubscribed` or `complained`; `url` of a click; `reason` |
//! | `CallStatusUpdate` | end of a call, in either direction | `callStatus`: `completed`, `answered`, `busy`, `no-answer`, `failed`, `canceled` or `voicemail` |

use leadhold_kernel::{Cx, Error, EventKind};
use leadhold_queue::outbox;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::model::{Direction, Kind, Message, Status, Thread};
use super::report::Report;
use crate::tenant::LocationScope;

/// A message came into being.
pub(super) fn added(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
    answers: Option<&Message>,
) -> Result<(), Error> {
    announce(tx, cx, here, message)?;
    if message.direction == Direction::Outbound {
        return internal(tx, cx, here, EventKind::MessageWritten, message, json!({}));
    }
    let origin = answers.map(|said| &said.origin);
    let more = json!({
        "repliedToMessageId": answers.map(|said| &said.id),
        "repliedToChannel": answers.map(|said| said.kind.name()),
        "repliedToWorkflowId": origin.map(|origin| &origin.workflow_id),
        "repliedToCampaignId": origin.map(|origin| &origin.campaign_id),
        "repliedToRunId": origin.map(|origin| &origin.run_id),
        "repliedToStepId": origin.map(|origin| &origin.step_id),
    });
    internal(tx, cx, here, EventKind::MessageReceived, message, more)
}

/// A message is further than it was.
pub(super) fn advanced(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
    before: Status,
) -> Result<(), Error> {
    announce(tx, cx, here, message)?;
    let more = json!({ "previousStatus": before.name() });
    internal(tx, cx, here, EventKind::MessageStatusUpdate, message, more)
}

/// A call is over.
pub(super) fn call_ended(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
) -> Result<(), Error> {
    let more = json!({ "callStatus": message.status.name() });
    internal(tx, cx, here, EventKind::CallStatusUpdate, message, more)
}

/// Something happened to an e-mail.
pub(super) fn email_event(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
    report: &Report,
) -> Result<(), Error> {
    let event = report.happened.name();
    let stats = json!({ "webhookPayload": stats(here, message, event, report, cx.now.millis() / 1000) });
    outbox::append(tx, &here.event(cx, EventKind::LCEmailStats, message.id.as_str(), stats))?;
    let more = json!({ "event": event, "url": report.url, "reason": report.reason });
    internal(tx, cx, here, EventKind::EmailEvent, message, more)
}

/// What nobody has read in a conversation changed.
pub(super) fn unread(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, thread: &Thread) -> Result<(), Error> {
    let payload = json!({
        "locationId": here.location_id(),
        "id": thread.id,
        "contactId": thread.contact_id,
        "deleted": false,
        "inbox": thread.inbox,
        "starred": thread.starred,
        "unreadCount": thread.unread_count,
    });
    let event = here.event(cx, EventKind::ConversationUnreadUpdate, thread.id.as_str(), payload);
    Ok(outbox::append(tx, &event)?)
}

/// `InboundMessage` or `OutboundMessage`, by the message's direction.
fn announce(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, message: &Message) -> Result<(), Error> {
    let kind = match message.direction {
        Direction::Inbound => EventKind::InboundMessage,
        Direction::Outbound => EventKind::OutboundMessage,
    };
    Ok(outbox::append(tx, &here.event(cx, kind, message.id.as_str(), payload(here, message)))?)
}

fn internal(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    kind: EventKind,
    message: &Message,
    more: Value,
) -> Result<(), Error> {
    let mut payload = facts(message);
    if let Value::Object(more) = more {
        payload.extend(more);
    }
    Ok(outbox::append(tx, &here.event(cx, kind, message.id.as_str(), Value::Object(payload)))?)
}

/// What automation knows of a message; the keys are listed above.
#[must_use]
pub fn facts(message: &Message) -> Map<String, Value> {
    let Message { envelope, origin, .. } = message;
    let text =
        if message.body.is_empty() { message.html.as_deref().unwrap_or_default() } else { &message.body };
    let facts = json!({
        "messageId": message.id,
        "conversationId": message.conversation_id,
        "contactId": message.contact_id,
        "channel": message.kind.name(),
        "direction": message.direction.name(),
        "status": message.status.name(),
        "source": origin.source.name(),
        "subject": message.subject,
        "body": text,
        "from": envelope.from,
        "to": envelope.to,
        "error": message.error,
        "userId": origin.user_id,
        "workflowId": origin.workflow_id,
        "campaignId": origin.campaign_id,
        "runId": origin.run_id,
        "stepId": origin.step_id,
        "callDuration": message.call_duration,
        "dateAdded": message.date_added.iso(),
    });
    match facts {
        Value::Object(facts) => facts,
        _ => Map::new(),
    }
}

/// The documented fields of a message, or of an e-mail; what is not known is left out.
fn payload(here: &LocationScope, message: &Message) -> Value {
    let Message { envelope, origin, .. } = message;
    let (type_name, type_number) = message.kind.code(origin.source);
    let mut payload = json!({
        "locationId": here.location_id(),
        "attachments": envelope.attachments,
        "contactId": message.contact_id,
        "conversationId": message.conversation_id,
        "dateAdded": message.date_added.iso(),
        "direction": message.direction.name(),
        "messageType": message.kind.event_name(),
        "messageTypeId": type_number,
        "messageTypeString": type_name,
        "messageId": message.id,
        "status": message.status.name(),
    });
    let mut set = |key: &str, value: Value| {
        if !value.is_null() {
            payload[key] = value;
        }
    };
    if message.direction == Direction::Outbound {
        set("source", json!(origin.source.name()));
    }
    set("userId", json!(origin.user_id));
    set("from", json!(envelope.from));
    match message.kind {
        Kind::Email => {
            let html = message.html.as_ref();
            set("body", json!(html.unwrap_or(&message.body)));
            set("contentType", json!(if html.is_some() { "text/html" } else { "text/plain" }));
            set("subject", json!(message.subject));
            set("emailMessageId", json!(message.email_message_id));
            set("threadId", json!(message.thread_id));
            set("to", json!(envelope.to.iter().collect::<Vec<_>>()));
            set("cc", json!(envelope.cc));
            set("bcc", json!(envelope.bcc));
        }
        Kind::Call | Kind::Voicemail => {
            set("to", json!(envelope.to));
            if !message.body.is_empty() {
                set("body", json!(message.body));
            }
            set("callDuration", json!(message.call_duration));
            set("callStatus", json!((message.kind == Kind::Call).then(|| message.status.name())));
        }
        _ => {
            set("to", json!(envelope.to));
            set("body", json!(message.body));
            set("contentType", json!("text/plain"));
        }
    }
    payload
}

/// The body of an e-mail event as its catalogue shows it. What only a mail server knows (its address, its sessions) is
/// empty.
fn stats(here: &LocationScope, message: &Message, event: &str, report: &Report, timestamp: i64) -> Value {
    let to = message.envelope.to.clone().unwrap_or_default();
    let domain = to.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('>').to_owned());
    let refused = matches!(event, "bounced" | "failed");
    let size = message.body.len() + message.html.as_ref().map_or(0, String::len);
    json!({
        "event": event,
        "id": message.id,
        "timestamp": timestamp,
        "flags": {
            "is-authenticated": true, "is-routed": false, "is-big": false, "is-system-test": false, "is-test-mode": false,
        },
        "message": {
            "attachments": message.envelope.attachments,
            "headers": {
                "message-id": message.email_message_id.clone().unwrap_or_default(),
                "from": message.envelope.from.clone().unwrap_or_default(),
                "to": to,
                "subject": message.subject.clone().unwrap_or_default(),
            },
            "size": size,
        },
        "log-level": if refused { "error" } else { "info" },
        "recipient": to,
        "recipient-domain": domain.unwrap_or_default(),
        "recipient-provider": "Other",
        "tags": [
            format!("loc_{}", here.location_id()),
            format!("com_{}", here.company_id()),
            format!("et_{}", message.origin.source.name()),
        ],
        "campaigns": message.origin.campaign_id.iter().collect::<Vec<_>>(),
        "delivery-status": {
            "attempt-no": 1,
            "code": if refused { 550 } else { 250 },
            "message": report.reason.clone().unwrap_or_else(|| "OK".to_owned()),
            "description": "",
        },
        "envelope": {
            "sender": message.envelope.from.clone().unwrap_or_default(), "targets": to, "transport": "smtp",
        },
    })
}
