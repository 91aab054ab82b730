//! `send_email`: an e-mail to the run's contact.
//!
//! ```json
//! {"subject": "Your quote, {{contact.first_name | default: \"friend\"}}", "html": "<p>Dear {{contact.name}}</p>",
//!  "text": "Dear {{contact.name}}", "fromName": "Ada", "fromEmail": "ada@example.com", "cc": ["boss@example.com"]}
//! ```
//!
//! `{{email.unsubscribe_link}}` in either is the page on which the contact says that it wants no more e-mail.
//!
//! With `templateId` it is one of the location's e-mail templates as it is when the step is done: its subject, unless the step
//! has one, its HTML, and its attachments beside the step's. Else it has HTML, text or both. Values of merge fields are
//! escaped in HTML and stand as they are in the text. Without `fromName` and `fromEmail` the workflow's sender speaks, or
//! else the location.

use std::borrow::Cow;
use std::sync::Arc;

use leadhold_kernel::merge_field::Place;
use serde_json::{Value, json};

use crate::conversations::{Envelope, Kind as MessageKind, LINK_PLACE, Origin, Outgoing};
use crate::workflows::action::{Action, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;
use crate::workflows::messages::{self, Say};

/// The kind.
pub const KIND: Kind = Kind {
    name: "send_email",
    parse,
    attributes: r#"{"anyOf": [{"required": ["subject", "html"]}, {"required": ["subject", "text"]}, {"required": ["templateId"]}],
        "properties": {"templateId": {"type": "string"}, "subject": {"type": "string"},
        "html": {"type": "string"}, "text": {"type": "string"},
        "fromName": {"type": "string"}, "fromEmail": {"type": "string"},
        "cc": {"type": "array", "maxItems": 20, "items": {"type": "string"}},
        "bcc": {"type": "array", "maxItems": 20, "items": {"type": "string"}},
        "attachments": {"type": "array", "maxItems": 10, "items": {"type": "string"}}}}"#,
};

/// The most further readers of each sort.
const MAX_COPIES: usize = 20;

#[derive(Debug)]
struct SendEmail {
    template: Option<String>,
    /// Of the step's own; without it the template has one.
    subject: Option<String>,
    html: Option<String>,
    text: Option<String>,
    from_name: Option<String>,
    from_email: Option<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    attachments: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let template = from.optional_text("templateId");
    let by_template = from.has("templateId");
    let subject = if by_template { from.optional_template("subject") } else { from.template("subject") };
    let (html, text) = (from.optional_template("html"), from.optional_template("text"));
    match (by_template, from.has("html") || from.has("text")) {
        (false, false) => from.fault("html", "an e-mail has `html`, `text` or both"),
        (true, true) => {
            from.fault("templateId", "an e-mail is a template, or has `html` and `text` of its own")
        }
        _ => {}
    }
    let copies = |key| if from.has(key) { from.templates_or_one(key, MAX_COPIES) } else { Vec::new() };
    Some(Arc::new(SendEmail {
        subject: if by_template { subject } else { Some(subject?) },
        template,
        html,
        text,
        from_name: from.optional_template("fromName"),
        from_email: from.optional_template("fromEmail"),
        cc: copies("cc"),
        bcc: copies("bcc"),
        attachments: messages::read_attachments(from),
    }))
}

impl Action for SendEmail {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        let fields = visit.fields;
        let Some(written) = self.written(visit) else {
            let id = self.template.as_deref().unwrap_or_default();
            return Turn::Skip(format!("This location has no e-mail template {id}."));
        };
        let linked = linked(fields, [written.text, written.html]);
        let outgoing = Outgoing {
            contact: contact.id.clone(),
            kind: MessageKind::Email,
            subject: messages::line(written.subject, fields),
            body: written.text.map(|text| messages::text(Place::Plain, text, &linked)).unwrap_or_default(),
            html: written.html.map(|html| messages::text(Place::Html, html, &linked)),
            envelope: Envelope {
                from: self.sender(visit),
                to: None,
                cc: lines(&self.cc, fields),
                bcc: lines(&self.bcc, fields),
                attachments: messages::attachments(&written.attachments, fields),
            },
            origin: Origin::default(),
        };
        Turn::perform(Say { outgoing, mark_as_read: visit.facts.settings.mark_as_read })
    }

    fn is_communication(&self) -> bool {
        true
    }

    fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }
}

/// What an e-mail consists of before merge fields are filled in.
struct Written<'w> {
    subject: Option<&'w String>,
    html: Option<&'w String>,
    text: Option<&'w String>,
    attachments: Vec<String>,
}

impl SendEmail {
    /// The step's own, or that of the template that it names; `None` when the location has no such template.
    fn written<'w>(&'w self, visit: &'w Visit<'_>) -> Option<Written<'w>> {
        let (subject, own) = (self.subject.as_ref(), &self.attachments);
        let Some(id) = &self.template else {
            let (html, text) = (self.html.as_ref(), self.text.as_ref());
            return Some(Written { subject, html, text, attachments: own.clone() });
        };
        let template = visit.facts.templates.get(id)?;
        Some(Written {
            subject: subject.or(Some(&template.subject)),
            html: Some(&template.body),
            text: None,
            attachments: template.attachments.iter().chain(own).cloned().collect(),
        })
    }

    fn sender(&self, visit: &Visit<'_>) -> Option<String> {
        let name = messages::line(self.from_name.as_ref(), visit.fields);
        let email = messages::line(self.from_email.as_ref(), visit.fields);
        messages::mailbox(name, email, visit).or_else(|| messages::sender(visit, MessageKind::Email))
    }
}

/// The fields with one more where a text names it: the link by which this very message is answered with "no more". What stands
/// in its place is exchanged for the link when the message has its id.
fn linked<'f>(fields: &'f Value, texts: [Option<&String>; 2]) -> Cow<'f, Value> {
    if !texts.into_iter().flatten().any(|text| text.contains("unsubscribe_link")) {
        return Cow::Borrowed(fields);
    }
    let mut fields = fields.clone();
    fields["email"] = json!({"unsubscribe_link": LINK_PLACE});
    Cow::Owned(fields)
}

fn lines(templates: &[String], fields: &Value) -> Vec<String> {
    templates.iter().filter_map(|template| messages::line(Some(template), fields)).collect()
}
