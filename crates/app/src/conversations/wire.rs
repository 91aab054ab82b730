//! Conversations as clients read them, and what the sandbox is told.

use leadhold_kernel::{Error, Id, Timestamp};
use serde_json::{Map, Value, json};

use super::model::{Envelope, Kind, Message, Status, Thread};
use super::receive::Incoming;
use super::report::{Happened, Report};
use super::send::LONGEST;
use super::thread::Newest;
use crate::http::Query;
use crate::http::fields::Fields;

const ID_LENGTH: usize = 64;
const LINE_LENGTH: usize = 998;
const URL_LENGTH: usize = 2048;
const MOST_ATTACHMENTS: usize = 10;
const MOST: i64 = 100;
/// A day.
const LONGEST_CALL: i64 = 86_400;
/// How a contact's call can end.
const CALLS_END: [&str; 4] = ["completed", "voicemail", "no-answer", "canceled"];

/// A page of a list.
pub(super) struct Page {
    /// Of one contact, or with an empty text of all.
    pub(super) contact: String,
    /// Behind this record.
    pub(super) after: Option<String>,
    pub(super) limit: i64,
}

/// Reads the query of a list.
///
/// # Errors
/// All faults at once.
pub(super) fn page(query: &Query) -> Result<Page, Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId"); // the edge has seen that it is the caller's
    let page = page_of(&mut fields);
    fields.finish()?;
    Ok(page)
}

fn page_of(fields: &mut Fields<'_>) -> Page {
    Page {
        contact: fields.text_within("contactId", ID_LENGTH).into_option().unwrap_or_default(),
        after: fields.text_within("after", ID_LENGTH).into_option(),
        limit: fields.integer("limit", 1, MOST).unwrap_or(20),
    }
}

/// What the outbox is asked for: a page, of one kind and one location, or with empty texts of all.
pub(super) fn outbox(query: &Query) -> Result<(Page, &'static str, String), Error> {
    let mut fields = Fields::of_query(query);
    let location = fields.text_within("locationId", ID_LENGTH).into_option().unwrap_or_default();
    let kind = match fields.value("type").and_then(Value::as_str) {
        Some("") => "", // a page's form says so
        _ => fields.one_of("type", &Kind::NAMES).unwrap_or_default(),
    };
    let page = page_of(&mut fields);
    fields.finish()?;
    Ok((page, kind, location))
}

/// Reads what a contact says in the sandbox.
///
/// # Errors
/// All faults at once.
pub(super) fn incoming(body: &Map<String, Value>) -> Result<Incoming, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let contact = fields.required_text_within("contactId", ID_LENGTH);
    let kind = fields.one_of("type", &Kind::NAMES).and_then(Kind::parse).unwrap_or(Kind::Sms);
    let subject = fields.text_within("subject", LINE_LENGTH).into_option();
    let html = fields.text_within("html", LONGEST).into_option();
    let body = fields.text_within("body", LONGEST).into_option().unwrap_or_default();
    let status = fields.one_of("callStatus", &CALLS_END).and_then(Status::parse);
    let call_duration = fields.integer("callDuration", 0, LONGEST_CALL);
    let attachments = fields.texts_within("attachments", URL_LENGTH).unwrap_or_default();
    if attachments.len() > MOST_ATTACHMENTS {
        fields.too_many("attachments", MOST_ATTACHMENTS);
    }
    let silent = body.trim().is_empty() && html.as_ref().is_none_or(|html| html.trim().is_empty());
    if silent && attachments.is_empty() && !kind.is_call() {
        fields.fault("body", "should not be empty");
    }
    let envelope = Envelope {
        from: fields.text_within("from", LINE_LENGTH).into_option(),
        to: fields.text_within("to", LINE_LENGTH).into_option(),
        attachments,
        ..Envelope::default()
    };
    let alt_id = fields.text_within("altId", LINE_LENGTH).into_option();
    fields.finish()?;
    let ended = if kind == Kind::Voicemail { Status::Voicemail } else { Status::Completed };
    Ok(Incoming {
        contact: Id::parse(&contact).ok_or_else(|| Error::field("contactId must be an id"))?,
        kind,
        subject,
        body,
        html,
        envelope,
        status: if kind.is_call() { status.unwrap_or(ended) } else { Status::Delivered },
        call_duration,
        alt_id,
    })
}

/// Reads what is to have happened to a message in the sandbox.
///
/// # Errors
/// All faults at once.
pub(super) fn report(body: &Map<String, Value>) -> Result<Report, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let happened = fields.one_of("event", Happened::NAMES).and_then(Happened::parse);
    if happened.is_none() && fields.value("event").is_none_or(Value::is_null) {
        fields.fault("event", "should not be empty");
    }
    let reason = fields.text_within("reason", LINE_LENGTH).into_option();
    let url = fields.text_within("url", URL_LENGTH).into_option();
    let call_duration = fields.integer("callDuration", 0, LONGEST_CALL);
    fields.finish()?;
    let happened = happened.ok_or_else(|| Error::internal("a report without faults says what happened"))?;
    Ok(Report { happened, reason, url, call_duration, alt_id: None })
}

/// A thread with the newest of its messages.
pub(super) fn thread(location: &str, thread: &Thread, newest: Option<&Newest>) -> Value {
    let mut shown = json!({
        "id": thread.id,
        "locationId": location,
        "contactId": thread.contact_id,
        "unreadCount": thread.unread_count,
        "starred": thread.starred,
        "inbox": thread.inbox,
        "lastMessageDate": thread.last_message_at.millis(),
        "dateAdded": thread.date_added.millis(),
        "dateUpdated": thread.date_updated.millis(),
    });
    if let Some(Newest { kind, direction, body, origin }) = newest {
        shown["lastMessageType"] = json!(kind.code(origin.source).0);
        shown["lastMessageBody"] = json!(body);
        shown["lastMessageDirection"] = json!(direction.name());
        shown["type"] = json!(if *kind == Kind::Email { "TYPE_EMAIL" } else { "TYPE_PHONE" });
    }
    shown
}

/// A message with all that is known of it.
pub(super) fn message(location: &str, message: &Message) -> Value {
    let Message { envelope, origin, .. } = message;
    let (type_name, type_number) = message.kind.code(origin.source);
    let content_type = if message.html.is_some() { "text/html" } else { "text/plain" };
    let mut shown = json!({
        "id": message.id,
        "locationId": location,
        "conversationId": message.conversation_id,
        "contactId": message.contact_id,
        "type": type_number,
        "messageType": type_name,
        "channel": message.kind.name(),
        "direction": message.direction.name(),
        "status": message.status.name(),
        "source": origin.source.name(),
        "contentType": content_type,
        "body": message.body,
        "attachments": envelope.attachments,
        "dateAdded": message.date_added.iso(),
        "dateUpdated": message.date_updated.iso(),
    });
    let call = message
        .kind
        .is_call()
        .then(|| json!({ "callStatus": message.status.name(), "callDuration": message.call_duration }));
    let known = [
        ("error", json!(message.error)),
        ("subject", json!(message.subject)),
        ("html", json!(message.html)),
        ("from", json!(envelope.from)),
        ("to", json!(envelope.to)),
        ("cc", json!((!envelope.cc.is_empty()).then_some(&envelope.cc))),
        ("bcc", json!((!envelope.bcc.is_empty()).then_some(&envelope.bcc))),
        ("userId", json!(origin.user_id)),
        ("workflowId", json!(origin.workflow_id)),
        ("campaignId", json!(origin.campaign_id)),
        ("runId", json!(origin.run_id)),
        ("stepId", json!(origin.step_id)),
        ("replyTo", json!(message.reply_to)),
        ("emailMessageId", json!(message.email_message_id)),
        ("threadId", json!(message.thread_id)),
        ("altId", json!(message.alt_id)),
        ("meta", json!(call)),
    ];
    for (key, value) in known {
        if !value.is_null() {
            shown[key] = value;
        }
    }
    shown
}

/// The place behind which a list of threads goes on.
pub(super) const BEGINNING: Timestamp = Timestamp(i64::MAX);
