//! Saying something to a contact.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_queue::{NewJob, enqueue};
use leadhold_store::Tx;
use serde_json::json;

use super::model::{Direction, Envelope, Kind, Message, Origin, Status};
use super::{deliver, events, stored, thread};
use crate::contacts::dnd::DndStatus;
use crate::contacts::{self, Contact};
use crate::locations;
use crate::tenant::LocationScope;

/// The longest text or HTML of a message, in bytes.
pub const LONGEST: usize = 500_000;

/// What is to be said.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// To whom.
    pub contact: Id<id::Contact>,
    /// How.
    pub kind: Kind,
    /// An e-mail's subject.
    pub subject: Option<String>,
    /// As text.
    pub body: String,
    /// As HTML, for an e-mail.
    pub html: Option<String>,
    /// Without `from` the location's own number or address; without `to` the contact's.
    pub envelope: Envelope,
    /// What says it; its cause is that of the surrounding change.
    pub origin: Origin,
}

/// Says something: the message waits in its conversation, and leaves when the transaction has committed.
///
/// Events: `OutboundMessage` (`pending`), `MessageWritten`; more come when the channel has it.
///
/// # Errors
/// 400 when the location has no such contact, it does not want to be disturbed this way, it has no number or address, or
/// there is nothing to say; 403 when the contact is another location's; when the store fails.
pub fn send(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, outgoing: &Outgoing) -> Result<Message, Error> {
    send_as(tx, cx, here, Id::generate(cx.random.as_ref()), outgoing)
}

/// As [`send`], for whoever has drawn the message's `id` to name it in its own text.
///
/// # Errors
/// As [`send`].
pub fn send_as(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: Id<id::Message>,
    outgoing: &Outgoing,
) -> Result<Message, Error> {
    let contact = contacts::hold(tx, here, outgoing.contact.as_str())?;
    let Outgoing { kind, subject, body, html, .. } = outgoing;
    undisturbed(&contact, *kind)?;
    let said = [Some(body), html.as_ref()].into_iter().flatten();
    let silent = said.clone().all(|text| text.trim().is_empty()) && outgoing.envelope.attachments.is_empty();
    if silent && !kind.is_call() {
        return Err(Error::bad_request("There is no message or attachments for this message. Skip sending."));
    }
    if said.map(String::len).any(|length| length > LONGEST) {
        return Err(Error::bad_request(format!("The message is longer than {LONGEST} bytes.")));
    }
    let envelope = addressed(tx, here, outgoing, &contact)?;
    let thread = thread::ensure(tx, cx, here, &contact.id)?;
    let email_message_id =
        (*kind == Kind::Email).then(|| Id::<id::Message>::generate(cx.random.as_ref()).to_string());
    let message = Message {
        id,
        conversation_id: thread.id,
        contact_id: contact.id,
        kind: *kind,
        direction: Direction::Outbound,
        status: Status::Pending,
        error: None,
        subject: subject.clone().filter(|_| *kind == Kind::Email),
        body: body.clone(),
        html: html.clone().filter(|_| *kind == Kind::Email),
        envelope,
        origin: Origin { cause: cx.cause.clone(), ..outgoing.origin.clone() },
        reply_to: None,
        thread_id: email_message_id.clone(),
        email_message_id,
        alt_id: None,
        call_duration: None,
        date_added: cx.now,
        date_updated: cx.now,
    };
    stored::insert(tx, here, &message)?;
    events::added(tx, cx, here, &message, None)?;
    let payload = json!({
        "companyId": here.company_id(), "locationId": here.location_id(), "messageId": message.id,
    });
    enqueue(tx, cx, &NewJob { queue: deliver::QUEUE, kind: deliver::KIND, payload, run_at: cx.now })?;
    Ok(message)
}

/// Refuses when the contact does not want to be disturbed.
pub(super) fn undisturbed(contact: &Contact, kind: Kind) -> Result<(), Error> {
    let closed = contact.dnd_settings.status(kind.dnd_channel()) != DndStatus::Inactive;
    match (contact.dnd, closed) {
        (true, _) => Err(Error::bad_request("Cannot send message as DND is active for the contact.")),
        (_, true) => {
            Err(Error::bad_request(format!("Cannot send message as DND is active for {}.", kind.name())))
        }
        _ => Ok(()),
    }
}

/// The envelope with the number or address of the contact and of the location where none was said.
fn addressed(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    outgoing: &Outgoing,
    contact: &Contact,
) -> Result<Envelope, Error> {
    let mut envelope = outgoing.envelope.clone();
    let (by_phone, by_email) = (outgoing.kind.is_by_phone(), outgoing.kind == Kind::Email);
    let own = |phone: Option<String>, email: Option<String>| match (by_phone, by_email) {
        (true, _) => phone,
        (_, true) => email,
        _ => None,
    };
    if envelope.to.is_none() {
        envelope.to = own(contact.phone.clone(), contact.email.clone());
    }
    if envelope.to.is_none() && (by_phone || by_email) {
        let missing = if by_phone { "telephone number" } else { "e-mail address" };
        return Err(Error::bad_request(format!("The contact has no {missing}.")));
    }
    if envelope.from.is_none() {
        let location = locations::get(tx, here)?;
        let named = location.email.map(|email| format!("{} <{email}>", location.name));
        envelope.from = own(location.phone, named);
    }
    Ok(envelope)
}
