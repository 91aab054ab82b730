//! Templates as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::{Changes, Kind, Message, NewTemplate, Page, Template};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// Characters of a name, an id or a subject.
const NAME_LENGTH: usize = 255;
const SUBJECT_LENGTH: usize = 1000;
/// Characters of a text; an e-mail with its styles is long.
const BODY_LENGTH: usize = 200_000;
/// Characters of an address, and how many there can be.
const URL_LENGTH: usize = 2000;
const MAX_ATTACHMENTS: usize = 20;
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 100;
const FARTHEST: i64 = 100_000;

/// Reads the query of the list.
///
/// # Errors
/// All faults at once.
pub fn page(query: &Query) -> Result<Page, Error> {
    let mut fields = Fields::of_query(query);
    let origin_id = fields.required_text_within("originId", NAME_LENGTH);
    let kind = fields.one_of("type", Kind::NAMES).and_then(Kind::parse);
    let deleted = fields.flag("deleted").unwrap_or(false);
    let skip = fields.integer("skip", 0, FARTHEST).unwrap_or(0);
    let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(25);
    fields.finish()?;
    Ok(Page { origin_id, kind, deleted, skip, limit })
}

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<NewTemplate, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let name = fields.required_text_within("name", NAME_LENGTH);
    let kind = fields.one_of("type", Kind::NAMES).and_then(Kind::parse);
    if kind.is_none() && fields.value("type").is_none_or(Value::is_null) {
        fields.fault("type", "should not be empty");
    }
    let origin_id = fields.text_within("originId", NAME_LENGTH).into_option();
    let is_email = kind == Some(Kind::Email);
    let subject = subject(&mut fields, is_email).unwrap_or_default();
    let given = body_of(&mut fields, is_email);
    if given.as_deref().is_none_or(|text| text.trim().is_empty()) {
        fields.fault(if is_email { "html" } else { "body" }, "should not be empty");
    }
    let attachments = attachments(&mut fields).unwrap_or_default();
    fields.finish()?;
    let message = Message { subject, body: given.unwrap_or_default(), attachments };
    let origin_id = origin_id.filter(|origin| !origin.is_empty());
    Ok(NewTemplate { kind: kind.unwrap_or(Kind::Sms), name, origin_id, message })
}

/// Reads the body of a change to a template of this kind.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>, kind: Kind) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let is_email = kind == Kind::Email;
    let name = fields.given_text_within("name", NAME_LENGTH);
    let changes = Changes {
        name,
        subject: subject(&mut fields, is_email),
        body: body_of(&mut fields, is_email),
        attachments: attachments(&mut fields),
    };
    fields.finish()?;
    Ok(changes)
}

/// Only an e-mail has one.
fn subject(fields: &mut Fields<'_>, is_email: bool) -> Option<String> {
    if !is_email {
        return None;
    }
    fields.text_within("subject", SUBJECT_LENGTH).into_option()
}

/// The text: `html` of an e-mail, `body` of the others.
fn body_of(fields: &mut Fields<'_>, is_email: bool) -> Option<String> {
    fields.text_within(if is_email { "html" } else { "body" }, BODY_LENGTH).into_option()
}

fn attachments(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let urls = fields.texts_within("attachments", URL_LENGTH)?;
    if urls.len() > MAX_ATTACHMENTS {
        fields.too_many("attachments", MAX_ATTACHMENTS);
    }
    if urls.iter().any(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        fields.fault_of_each("attachments", "must be a URL address");
    }
    Some(urls)
}

/// A template as it is read.
#[must_use]
pub fn shown(template: &Template, here: &LocationScope) -> Value {
    let Message { subject, body, attachments } = &template.message;
    let message = match template.kind {
        Kind::Email => json!({ "subject": subject, "attachments": [], "html": body }),
        Kind::Sms | Kind::WhatsApp => json!({ "body": body, "attachments": [] }),
    };
    json!({
        "id": template.id,
        "name": template.name,
        "type": template.kind.name(),
        "template": message,
        "dateAdded": template.date_added.iso(),
        "dateUpdated": template.date_updated.iso(),
        "locationId": here.location_id(),
        "originId": template.origin_id,
        "deleted": template.deleted,
        "urlAttachments": attachments,
    })
}
