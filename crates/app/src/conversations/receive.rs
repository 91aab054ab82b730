//! What a contact says.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use super::model::{Direction, Envelope, Kind, Message, Origin, Status};
use super::{events, stop_words, stored, thread};
use crate::contacts::dnd::DndStatus;
use crate::contacts::{self, Contact};
use crate::tenant::LocationScope;

/// What came.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Who said it.
    pub contact: Id<id::Contact>,
    /// How.
    pub kind: Kind,
    /// An e-mail's subject.
    pub subject: Option<String>,
    /// As text.
    pub body: String,
    /// As HTML, of an e-mail.
    pub html: Option<String>,
    /// Without `from` the contact's own number or address.
    pub envelope: Envelope,
    /// How a call ended; `delivered` for everything else.
    pub status: Status,
    /// Of a call, in seconds.
    pub call_duration: Option<i64>,
    /// Its id where it came from.
    pub alt_id: Option<String>,
}

/// Writes down what a contact said. It answers what the location last said over this channel, or else over any.
///
/// An SMS that is nothing but STOP closes the channel SMS, START opens it again.
///
/// Events: `InboundMessage`, `MessageReceived`, `ConversationUnreadUpdate`; `CallStatusUpdate` for a call; those of the
/// contact when it closes or opens the channel.
///
/// # Errors
/// 400 when the location has no such contact, or its messages are ignored (`inboundDndSettings.all`) and
/// this is no word that closes a channel; 403 when it is
/// another location's; when the store fails.
pub fn receive(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    incoming: &Incoming,
) -> Result<Message, Error> {
    let contact = contacts::hold(tx, here, incoming.contact.as_str())?;
    let ignored = contact.inbound_dnd_settings.all.as_ref();
    let closes = stop_words::closes(incoming.kind, &incoming.body);
    if ignored.is_some_and(|all| all.status != DndStatus::Inactive) && !closes {
        return Err(Error::bad_request(
            "The messages of this contact are ignored: its inboundDndSettings are active.",
        ));
    }
    let mut thread = thread::ensure(tx, cx, here, &contact.id)?;
    let answers = stored::last_said(tx, here, &thread.id, incoming.kind)?;
    let message = written_down(cx, incoming, &contact, &thread.id, answers.as_ref());
    stored::insert(tx, here, &message)?;
    events::added(tx, cx, here, &message, answers.as_ref())?;
    thread::add_unread(tx, cx, here, &mut thread)?;
    if message.kind.is_call() {
        events::call_ended(tx, cx, here, &message)?;
    }
    stop_words::obey(tx, cx, here, &contact, &message)?;
    Ok(message)
}

fn written_down(
    cx: &Cx,
    incoming: &Incoming,
    contact: &Contact,
    thread: &Id<id::Conversation>,
    answers: Option<&Message>,
) -> Message {
    let mut envelope = incoming.envelope.clone();
    if envelope.from.is_none() {
        let email = incoming.kind == Kind::Email;
        envelope.from = if email { contact.email.clone() } else { contact.phone.clone() };
    }
    let own_id =
        (incoming.kind == Kind::Email).then(|| Id::<id::Message>::generate(cx.random.as_ref()).to_string());
    let answered = answers.and_then(|said| said.thread_id.clone());
    Message {
        id: Id::generate(cx.random.as_ref()),
        conversation_id: thread.clone(),
        contact_id: contact.id.clone(),
        kind: incoming.kind,
        direction: Direction::Inbound,
        status: incoming.status,
        error: None,
        subject: incoming.subject.clone(),
        body: incoming.body.clone(),
        html: incoming.html.clone(),
        envelope,
        origin: Origin::default(),
        reply_to: answers.map(|said| said.id.clone()),
        thread_id: own_id.as_ref().map(|own| answered.unwrap_or_else(|| own.clone())),
        email_message_id: own_id,
        alt_id: incoming.alt_id.clone(),
        call_duration: incoming.call_duration,
        date_added: cx.now,
        date_updated: cx.now,
    }
}
