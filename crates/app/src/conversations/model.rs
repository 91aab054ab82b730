//! Threads and messages.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cause, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contacts::dnd::Channel as DndChannel;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the channels")]
pub enum Kind {
    Sms,
    Email,
    Call,
    Voicemail,
    WhatsApp,
    Facebook,
    Instagram,
    Gmb,
    LiveChat,
}

/// The words and numbers of a [`Kind`].
struct Words {
    kind: Kind,
    /// In the table, in requests of ours, and in sentences.
    name: &'static str,
    /// `messageType` of an event.
    event: &'static str,
    /// `TYPE_…` and its number.
    code: (&'static str, i64),
    /// The same when a campaign sent it.
    campaign: (&'static str, i64),
    /// The channel that a contact can close.
    dnd: DndChannel,
}

const WORDS: [Words; 9] = [
    Words {
        kind: Kind::Sms,
        name: "SMS",
        event: "SMS",
        code: ("TYPE_SMS", 2),
        campaign: ("TYPE_CAMPAIGN_SMS", 7),
        dnd: DndChannel::Sms,
    },
    Words {
        kind: Kind::Email,
        name: "Email",
        event: "Email",
        code: ("TYPE_EMAIL", 3),
        campaign: ("TYPE_CAMPAIGN_EMAIL", 9),
        dnd: DndChannel::Email,
    },
    Words {
        kind: Kind::Call,
        name: "Call",
        event: "CALL",
        code: ("TYPE_CALL", 1),
        campaign: ("TYPE_CAMPAIGN_CALL", 8),
        dnd: DndChannel::Call,
    },
    Words {
        kind: Kind::Voicemail,
        name: "Voicemail",
        event: "VoiceMail",
        code: ("TYPE_CAMPAIGN_VOICEMAIL", 10),
        campaign: ("TYPE_CAMPAIGN_VOICEMAIL", 10),
        dnd: DndChannel::Call,
    },
    Words {
        kind: Kind::WhatsApp,
        name: "WhatsApp",
        event: "WhatsApp",
        code: ("TYPE_WHATSAPP", 19),
        campaign: ("TYPE_WHATSAPP", 19),
        dnd: DndChannel::WhatsApp,
    },
    Words {
        kind: Kind::Facebook,
        name: "FB",
        event: "FB",
        code: ("TYPE_FACEBOOK", 11),
        campaign: ("TYPE_CAMPAIGN_FACEBOOK", 12),
        dnd: DndChannel::Fb,
    },
    Words {
        kind: Kind::Instagram,
        name: "IG",
        event: "IG",
        code: ("TYPE_INSTAGRAM", 18),
        campaign: ("TYPE_INSTAGRAM", 18),
        dnd: DndChannel::Ig,
    },
    Words {
        kind: Kind::Gmb,
        name: "GMB",
        event: "GMB",
        code: ("TYPE_GMB", 15),
        campaign: ("TYPE_CAMPAIGN_GMB", 16),
        dnd: DndChannel::Gmb,
    },
    Words {
        kind: Kind::LiveChat,
        name: "Live_Chat",
        event: "Live_Chat",
        code: ("TYPE_LIVE_CHAT", 29),
        campaign: ("TYPE_LIVE_CHAT", 29),
        dnd: DndChannel::LiveChat,
    },
];

impl Kind {
    /// The names of all kinds.
    pub const NAMES: [&'static str; 9] =
        ["SMS", "Email", "Call", "Voicemail", "WhatsApp", "FB", "IG", "GMB", "Live_Chat"];

    fn words(self) -> &'static Words {
        // Every kind has a row: `names_lead_back` in the tests.
        WORDS.iter().find(|words| words.kind == self).unwrap_or(&WORDS[0])
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        WORDS.iter().find(|words| words.name == name).map(|words| words.kind)
    }

    /// `SMS`, `Email`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().name
    }

    /// `messageType` as events spell it.
    #[must_use]
    pub fn event_name(self) -> &'static str {
        self.words().event
    }

    /// `TYPE_SMS` and its number, as bodies have them.
    #[must_use]
    pub fn code(self, source: Source) -> (&'static str, i64) {
        if source == Source::Campaign { self.words().campaign } else { self.words().code }
    }

    /// The channel that a contact closes to hear nothing of this kind.
    #[must_use]
    pub fn dnd_channel(self) -> DndChannel {
        self.words().dnd
    }

    /// Whether it is a call or what is left of one.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::Voicemail)
    }

    /// Whether it goes to a telephone number.
    #[must_use]
    pub fn is_by_phone(self) -> bool {
        matches!(self, Self::Sms | Self::Call | Self::Voicemail | Self::WhatsApp)
    }
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The contact.
    Inbound,
    /// The location.
    Outbound,
}

impl Direction {
    /// As bodies and the table spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    /// The direction of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Inbound, Self::Outbound].into_iter().find(|direction| direction.name() == name)
    }
}

macro_rules! statuses {
    ($($(#[doc = $doc:literal])* $status:ident $name:literal $rank:literal;)*) => {
        /// How far a message is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Status { $($(#[doc = $doc])* $status,)* }

        impl Status {
            /// As bodies and the table spell it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$status => $name,)* }
            }

            /// The status of this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$status),)* _ => None }
            }

            /// A later one has a higher rank.
            fn rank(self) -> u8 {
                match self { $(Self::$status => $rank,)* }
            }
        }
    };
}

statuses! {
    /// Written, and not given to a channel yet.
    Pending "pending" 0;
    /// A channel has it, and has not sent it yet.
    Queued "queued" 1;
    /// It left.
    Sent "sent" 2;
    /// It arrived.
    Delivered "delivered" 3;
    /// It did not leave, or was refused where it was to arrive.
    Failed "failed" 4;
    /// It left and did not arrive.
    Undelivered "undelivered" 4;
    /// The contact read it.
    Read "read" 5;
    /// The contact opened the e-mail.
    Opened "opened" 5;
    /// The contact followed a link in it.
    Clicked "clicked" 6;
    /// The call was made and is over.
    Completed "completed" 7;
    /// Somebody answered the call.
    Answered "answered" 3;
    /// The line was busy.
    Busy "busy" 7;
    /// Nobody answered.
    NoAnswer "no-answer" 7;
    /// The call was given up.
    Canceled "canceled" 7;
    /// A machine answered.
    Voicemail "voicemail" 7;
}

impl Status {
    /// Whether `next` is news of a message that is this far.
    #[must_use]
    pub fn advances_to(self, next: Self) -> bool {
        next.rank() > self.rank()
    }

    /// Whether it did not reach the contact.
    #[must_use]
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Undelivered)
    }
}

/// What made the location say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A person, in the app.
    #[default]
    App,
    /// A client, over the API.
    Api,
    /// A step of a workflow.
    Workflow,
    /// A step of a campaign.
    Campaign,
    /// One act on many contacts.
    BulkActions,
}

impl Source {
    /// As bodies spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Api => "api",
            Self::Workflow => "workflow",
            Self::Campaign => "campaign",
            Self::BulkActions => "bulk_actions",
        }
    }
}

/// What sent a message, down to the step of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// What kind of sender.
    pub source: Source,
    /// The person, where one wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<String>,
    /// The campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
    /// The run of either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<Id<id::Run>>,
    /// The step of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_id: Option<String>,
    /// Why it was sent: whatever becomes of it has the same cause, so that circles are noticed.
    #[serde(default)]
    pub cause: Cause,
}

/// From whom to whom, and what is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// A number, or an address with or without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Further readers of an e-mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// Readers that the others do not see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<String>,
    /// URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id; also the key by which a channel knows that it has it already.
    pub id: Id<id::Message>,
    /// The conversation that it is part of.
    pub conversation_id: Id<id::Conversation>,
    /// The contact who said or heard it.
    pub contact_id: Id<id::Contact>,
    /// What it is.
    pub kind: Kind,
    /// Who said it.
    pub direction: Direction,
    /// How far it is.
    pub status: Status,
    /// Why it failed.
    pub error: Option<String>,
    /// An e-mail's.
    pub subject: Option<String>,
    /// As text; may be empty.
    pub body: String,
    /// As HTML, where an e-mail has it.
    pub html: Option<String>,
    /// From whom to whom.
    pub envelope: Envelope,
    /// What sent it.
    pub origin: Origin,
    /// The message of the location that it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// An e-mail's own id.
    pub email_message_id: Option<String>,
    /// That of the first e-mail of its thread.
    pub thread_id: Option<String>,
    /// Its id where it was sent.
    pub alt_id: Option<String>,
    /// Of a call, in seconds.
    pub call_duration: Option<i64>,
    /// When it was said.
    pub date_added: Timestamp,
    /// When anything of it last changed.
    pub date_updated: Timestamp,
}

/// A contact's conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// Its id.
    pub id: Id<id::Conversation>,
    /// The contact.
    pub contact_id: Id<id::Contact>,
    /// How many messages of the contact nobody has read.
    pub unread_count: i64,
    /// Whether somebody marked it.
    pub starred: bool,
    /// Whether it is not archived.
    pub inbox: bool,
    /// When something was last said.
    pub last_message_at: Timestamp,
    /// When it began.
    pub date_added: Timestamp,
    /// When anything of it last changed.
    pub date_updated: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for (name, words) in Kind::NAMES.into_iter().zip(&WORDS) {
            assert_eq!((Kind::parse(name), words.kind.name()), (Some(words.kind), name));
        }
        assert_eq!(Kind::parse("Fax"), None);
        assert_eq!(Status::parse("no-answer"), Some(Status::NoAnswer));
    }

    #[test]
    fn a_campaigns_messages_have_codes_of_their_own() {
        assert_eq!(Kind::Sms.code(Source::Workflow), ("TYPE_SMS", 2));
        assert_eq!(Kind::Email.code(Source::Campaign), ("TYPE_CAMPAIGN_EMAIL", 9));
    }

    #[test]
    fn a_status_only_advances() {
        use Status::{Clicked, Completed, Delivered, Failed, Opened, Pending, Sent};
        for (from, to) in [
            (Pending, Delivered),
            (Delivered, Failed),
            (Failed, Opened),
            (Opened, Clicked),
            (Sent, Completed),
        ] {
            assert!(from.advances_to(to) && !to.advances_to(from), "{from:?} {to:?}");
        }
        assert!(!Delivered.advances_to(Delivered));
    }
}
