//! What became of a message, as whoever carries it reports.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use super::model::{Direction, Kind, Message, Status};
use super::{events, stored};
use crate::contacts;
use crate::contacts::dnd::{Channel, DndSetting, DndStatus};
use crate::tenant::LocationScope;

macro_rules! happenings {
    ($($(#[doc = $doc:literal])* $name:ident $word:literal $status:expr, $of:expr;)*) => {
        /// What happened to a message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Happened { $($(#[doc = $doc])* $name,)* }

        impl Happened {
            /// The words of all.
            pub const NAMES: &'static [&'static str] = &[$($word),*];

            /// Its word.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What this word names.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// How far that makes a message; `None`: no further.
            fn status(self) -> Option<Status> {
                match self { $(Self::$name => $status,)* }
            }

            /// What kinds it can happen to.
            fn of(self) -> Of {
                match self { $(Self::$name => $of,)* }
            }
        }
    };
}

#[derive(Clone, Copy)]
enum Of {
    All,
    Texts,
    Emails,
    Calls,
}

happenings! {
    /// It left.
    Sent "sent" Some(Status::Sent), Of::Texts;
    /// It arrived.
    Delivered "delivered" Some(Status::Delivered), Of::Texts;
    /// It did not arrive.
    Failed "failed" Some(Status::Failed), Of::All;
    /// The e-mail was sent back.
    Bounced "bounced" Some(Status::Failed), Of::Emails;
    /// The contact read it.
    Read "read" Some(Status::Read), Of::Texts;
    /// The contact opened the e-mail.
    Opened "opened" Some(Status::Opened), Of::Emails;
    /// The contact followed a link in it.
    Clicked "clicked" Some(Status::Clicked), Of::Emails;
    /// The contact wants no more e-mail.
    Unsubscribed "unsubscribed" None, Of::Emails;
    /// The contact called it spam.
    Complained "complained" None, Of::Emails;
    /// The call was made and is over.
    Completed "completed" Some(Status::Completed), Of::Calls;
    /// Somebody answered the call.
    Answered "answered" Some(Status::Answered), Of::Calls;
    /// The line was busy.
    Busy "busy" Some(Status::Busy), Of::Calls;
    /// Nobody answered.
    NoAnswer "no-answer" Some(Status::NoAnswer), Of::Calls;
    /// The call was given up.
    Canceled "canceled" Some(Status::Canceled), Of::Calls;
    /// A machine answered.
    Voicemail "voicemail" Some(Status::Voicemail), Of::Calls;
}

impl Happened {
    /// Whether it can happen to a message of this kind.
    #[must_use]
    pub fn can_happen_to(self, kind: Kind) -> bool {
        match self.of() {
            Of::All => true,
            Of::Texts => !kind.is_call(),
            Of::Emails => kind == Kind::Email,
            Of::Calls => kind.is_call(),
        }
    }
}

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened.
    pub happened: Happened,
    /// Why, where it went wrong.
    pub reason: Option<String>,
    /// The link that was followed.
    pub url: Option<String>,
    /// Of a call, in seconds.
    pub call_duration: Option<i64>,
    /// The message's id where it was sent.
    pub alt_id: Option<String>,
}

impl Report {
    /// That something happened, and nothing more.
    #[must_use]
    pub fn of(happened: Happened) -> Self {
        Self { happened, reason: None, url: None, call_duration: None, alt_id: None }
    }
}

/// Takes a report on a message of the location's. Late and repeated ones change no status; what happened to an e-mail is
/// announced each time.
///
/// Events: `OutboundMessage` and `MessageStatusUpdate` with each new status; `LCEmailStats` and `EmailEvent` of an e-mail;
/// `CallStatusUpdate` of a call; those of the contact when it wants no more e-mail.
///
/// # Errors
/// 403 when it is another location's message; 400 when there is none, the contact said it, or that cannot happen to it;
/// when the store fails.
pub fn report(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    report: &Report,
) -> Result<Message, Error> {
    let contact = stored::message(tx, here, id)?.contact_id;
    contacts::hold_existing(tx, here, contact.as_str())?;
    let mut message = stored::message(tx, here, id)?;
    let Report { happened, .. } = report;
    if message.direction == Direction::Inbound {
        return Err(Error::bad_request("The contact sent this message: nothing can be reported of it."));
    }
    if !happened.can_happen_to(message.kind) {
        let (event, kind) = (happened.name(), message.kind.name());
        return Err(Error::bad_request(format!("`{event}` cannot happen to a message of type {kind}.")));
    }
    // Whatever becomes of a message has the message's own cause.
    let cx = Cx { cause: message.origin.cause.clone(), ..cx.clone() };
    let before = message.status;
    if let Some(next) = happened.status().filter(|next| before.advances_to(*next)) {
        message.status = next;
        message.error = report.reason.clone().filter(|_| next.is_failure());
        message.alt_id = report.alt_id.clone().or(message.alt_id);
        message.call_duration = report.call_duration.or(message.call_duration);
        message.date_updated = cx.now;
        stored::settle(tx, here, &message)?;
        events::advanced(tx, &cx, here, &message, before)?;
        if message.kind.is_call() && !matches!(next, Status::Sent | Status::Queued) {
            events::call_ended(tx, &cx, here, &message)?;
        }
    }
    if message.kind == Kind::Email && !matches!(happened, Happened::Sent | Happened::Read) {
        events::email_event(tx, &cx, here, &message, report)?;
        remember(tx, &cx, here, &message, *happened)?;
    }
    close_channel(tx, &cx, here, &message, *happened)?;
    Ok(message)
}

/// Contacts are searched by when they last opened an e-mail, and clicked in one.
fn remember(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
    happened: Happened,
) -> Result<(), Error> {
    let contact = message.contact_id.as_str();
    match happened {
        Happened::Opened => contacts::email_opened(tx, here, contact, cx.now),
        Happened::Clicked => contacts::email_clicked(tx, here, contact, cx.now),
        _ => Ok(()),
    }
}

/// Who unsubscribes or complains gets no more e-mail.
fn close_channel(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    message: &Message,
    happened: Happened,
) -> Result<(), Error> {
    let (status, said, code) = match happened {
        Happened::Unsubscribed if is_closed_for_good(tx, here, message)? => return Ok(()),
        Happened::Unsubscribed => {
            (DndStatus::Active, "Unsubscribed by a link in an e-mail.", Some("UNSUBSCRIBE".to_owned()))
        }
        Happened::Complained => (DndStatus::Permanent, "Called an e-mail spam.", None),
        _ => return Ok(()),
    };
    let setting = DndSetting { status, message: Some(said.to_owned()), code };
    contacts::set_channel(tx, cx, here, message.contact_id.as_str(), Channel::Email, setting)
}

fn is_closed_for_good(tx: &mut Tx<'_>, here: &LocationScope, message: &Message) -> Result<bool, Error> {
    let contact = contacts::find(tx, here, message.contact_id.as_str())?;
    Ok(contact.is_some_and(|contact| contact.dnd_settings.status(Channel::Email) == DndStatus::Permanent))
}
