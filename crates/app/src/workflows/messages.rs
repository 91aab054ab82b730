//! What steps say to a run's contact: the calls down into conversations.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::Id;
use leadhold_kernel::merge_field::{Place, render, render_for};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::action::{At, Done, Effect, Visit};
use super::campaign;
use super::definition::reader::Fields;
use crate::conversations::{self, Kind, Mark, Origin, Outgoing, Source, Unsubscribing};

/// The most URLs that are attached to a message.
pub const MAX_ATTACHMENTS: usize = 10;

/// A message on its way to the run's contact.
#[derive(Debug)]
pub struct Say {
    /// The message; the run as its origin is written into it when it is performed.
    pub outgoing: Outgoing,
    /// Whether the conversation counts as read from then on.
    pub mark_as_read: bool,
}

impl Effect for Say {
    fn shown(&self) -> Value {
        let Outgoing { contact, kind, subject, envelope, .. } = &self.outgoing;
        json!({
            "effect": "sendMessage", "type": kind.name(), "contactId": contact, "from": envelope.from, "to": envelope.to,
            "subject": subject,
        })
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let id = Id::generate(at.cx.random.as_ref());
        let links = Unsubscribing::new(at.urls.base_url(), Arc::clone(at.urls.seal()));
        let Outgoing { body, html, .. } = &self.outgoing;
        let outgoing = Outgoing {
            origin: origin(tx, at)?,
            body: links.written_into(body, &id),
            html: html.as_ref().map(|html| links.written_into(html, &id)),
            ..self.outgoing.clone()
        };
        let message = conversations::send_as(tx, at.cx, at.here, id, &outgoing)?;
        if self.mark_as_read {
            conversations::mark(tx, at.cx, at.here, message.contact_id.as_str(), Mark::Read)?;
        }
        let output = json!({
            "messageId": message.id, "conversationId": message.conversation_id, "type": message.kind.name(),
            "to": message.envelope.to,
        });
        Ok(Done::with(output))
    }
}

/// The run's step as what sends something.
fn origin(tx: &mut Tx<'_>, at: &At<'_>) -> Result<Origin, Error> {
    let campaign_id = campaign::campaign_of(tx, at.here, at.run)?;
    Ok(Origin {
        source: if campaign_id.is_some() { Source::Campaign } else { Source::Workflow },
        campaign_id,
        workflow_id: Some(at.run.workflow_id.to_string()),
        run_id: Some(at.run.id.clone()),
        step_id: Some(at.step.to_owned()),
        ..Origin::default()
    })
}

/// A text of a message, with merge fields filled in for where it lands.
#[must_use]
pub fn text(place: Place, template: &str, fields: &Value) -> String {
    render_for(place, template, fields)
}

/// The same in one line without control characters, or nothing when it comes out empty: a number, an address, a subject.
#[must_use]
pub fn line(template: Option<&String>, fields: &Value) -> Option<String> {
    let text = text(Place::Plain, template?, fields);
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Reads the attribute `attachments`: URLs with merge fields.
pub fn read_attachments(from: &Fields<'_>) -> Vec<String> {
    if from.has("attachments") { from.templates("attachments", MAX_ATTACHMENTS) } else { Vec::new() }
}

/// The attachments' URLs; those that come out empty drop out.
#[must_use]
pub fn attachments(templates: &[String], fields: &Value) -> Vec<String> {
    let url = |template: &String| Some(render(template, fields).trim().to_owned());
    templates.iter().filter_map(url).filter(|url| !url.is_empty()).collect()
}

/// The number or address from which the workflow's sender speaks, where its settings say one.
#[must_use]
pub fn sender(visit: &Visit<'_>, kind: Kind) -> Option<String> {
    let sender = &visit.facts.settings.sender;
    if kind != Kind::Email {
        return line(sender.phone.as_ref(), visit.fields);
    }
    let name = line(sender.name.as_ref(), visit.fields);
    let email = line(sender.email.as_ref(), visit.fields);
    mailbox(name, email, visit)
}

/// `Name <address>`. A name alone takes the location's address, an address alone stands alone.
#[must_use]
pub fn mailbox(name: Option<String>, email: Option<String>, visit: &Visit<'_>) -> Option<String> {
    let own = Some(visit.facts.location.email.clone()).filter(|email| !email.is_empty());
    match (name, email) {
        (None, None) => None,
        (None, email) => email,
        (Some(name), email) => {
            let name: String = name.chars().filter(|c| !"<>\"".contains(*c)).collect();
            Some(format!("{} <{}>", name.trim(), email.or(own)?))
        }
    }
}
