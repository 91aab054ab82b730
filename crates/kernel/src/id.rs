//! Typed ids in the shapes that the real service has: 20 letters and digits, a UUID, or 24 hex digits.
//!
//! An [`Id`] made here has its kind's shape. An id that a client sends is only checked for its alphabet: imported data
//! keeps the ids that it came with, and an id that nobody has is simply not found.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::random::Random;

/// How a fresh id of a kind looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 20 characters of `[A-Za-z0-9]`: contacts, locations, users and most records.
    Base62,
    /// A version 4 UUID: workflows, webhooks, hooks, pipeline stages.
    Uuid,
    /// 24 hex digits: apps, app versions, installs.
    Hex24,
}

/// What an id names.
pub trait Kind {
    /// The shape of a fresh id.
    const SHAPE: Shape;
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident: $shape:ident),* $(,)?) => {
        $($(#[doc = $doc])* #[derive(Debug)] pub enum $name {}
          impl Kind for $name { const SHAPE: Shape = Shape::$shape; })*
    };
}

kinds! {
    /// An agency.
    Company: Base62,
    /// A sub-account of an agency.
    Location: Base62,
    /// A person who signs in.
    User: Base62,
    /// A person in a location's address book.
    Contact: Base62,
    /// What a location and a contact say to each other.
    Conversation: Base62,
    /// One message, call or voicemail.
    Message: Base62,
    /// What somebody wrote down about a contact.
    Note: Base62,
    /// Something to be done, mostly for a contact.
    Task: Base62,
    /// What makes tasks again and again.
    RecurringTask: Base62,
    /// A series of messages that contacts are put into.
    Campaign: Base62,
    /// One contact in one campaign.
    CampaignContact: Base62,
    /// A name that contacts of a location can carry.
    Tag: Base62,
    /// A field that a location adds to its records.
    CustomField: Base62,
    /// A text that a location says once and uses in many places.
    CustomValue: Base62,
    /// A message written in advance.
    Template: Base62,
    /// A sales pipeline.
    Pipeline: Base62,
    /// A column of a pipeline.
    Stage: Uuid,
    /// A deal on its way through a pipeline.
    Opportunity: Base62,
    /// Why a deal was lost.
    LostReason: Base62,
    /// What contacts book a time in.
    Calendar: Base62,
    /// Calendars that belong together.
    CalendarGroup: Base62,
    /// A time that a contact booked.
    Appointment: Base62,
    /// A time in which nothing can be booked.
    BlockedSlot: Base62,
    /// What somebody wrote down about an appointment.
    AppointmentNote: Base62,
    /// An automation.
    Workflow: Uuid,
    /// One passage of an event through a workflow.
    Run: Base62,
    /// A URL that starts a workflow.
    InboundHook: Uuid,
    /// What a location asks its visitors: a form or a survey.
    Form: Base62,
    /// What a visitor sent.
    Submission: Uuid,
    /// One request to an inbound hook.
    InboundRequest: Base62,
    /// A fact that happened; also the `webhookId` of every delivery of it.
    Event: Uuid,
    /// A unit of work in the queue.
    Job: Base62,
    /// An integration that a developer registered.
    App: Hex24,
    /// A version of an app.
    AppVersion: Hex24,
    /// An app on a location or a company.
    Install: Hex24,
    /// An app's wish to be told of events.
    Subscription: Hex24,
    /// A pair of keys that webhooks are signed with.
    WebhookKey: Hex24,
    /// One event on its way to one endpoint.
    Delivery: Base62,
    /// A rule of what is to go wrong, in the sandbox.
    SandboxFault: Base62,
    /// A mail that the server writes by itself.
    Notice: Base62,
    /// One try of a delivery.
    Attempt: Base62,
    /// A credential.
    Token: Base62,
    /// One person's sign-in at one browser.
    Session: Base62,
    /// A client secret of an app.
    ClientSecret: Hex24,
    /// What one authorization led to: a family of tokens, each the successor of the one before.
    Grant: Hex24,
    /// A refresh token; clients see it as `refreshTokenId`.
    RefreshToken: Hex24,
    /// A firm that contacts belong to.
    Business: Hex24,
    /// A kind of records that a location made up.
    Object: Hex24,
    /// One record of such an object.
    Record: Hex24,
    /// What the records of two objects can be to each other.
    Association: Hex24,
    /// Two records that are it.
    Relation: Hex24,
    /// What an app costs by the month, the year, or once.
    Plan: Hex24,
    /// What an app counts and charges for.
    Meter: Hex24,
    /// What an app charged a location for.
    Charge: Hex24,
    /// What an app signs in elsewhere with, for a location.
    Connection: Hex24,
    /// A payment that an app with billing of its own reported.
    Payment: Hex24,
    /// An uploaded file; also the secret in its URL.
    File: Base62,
    /// A file or folder of a location's media library.
    Media: Hex24,
    /// A short URL that leads elsewhere and counts who follows it.
    Link: Base62,
    /// One time that somebody followed it.
    LinkClick: Base62,
    /// A link that an agency adds to the menus of its pages.
    CustomMenu: Uuid,
    /// A file of contacts on its way into a location.
    Import: Hex24,
    /// One request, from the edge to the log.
    Trace: Uuid,
}

/// The id of a `K`. Two kinds of ids cannot be confused: the compiler refuses.
pub struct Id<K>(Box<str>, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Accepts what can be an id at all: 1 to 64 of `[A-Za-z0-9_-]`. Anything else names nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
        (!text.is_empty() && text.len() <= 64 && text.bytes().all(fits))
            .then(|| Self(text.into(), PhantomData))
    }
}

impl<K: Kind> Id<K> {
    /// A fresh id in the shape of its kind; 119 bits of chance or more in base 62, 122 in a UUID, 96 in hex.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let text = match K::SHAPE {
            Shape::Base62 => base62(random),
            Shape::Uuid => uuid(random),
            Shape::Hex24 => hex24(random),
        };
        Self(text.into_boxed_str(), PhantomData)
    }
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn base62(random: &dyn Random) -> String {
    let mut out = String::with_capacity(20);
    let mut pool = [0u8; 32];
    loop {
        random.fill(&mut pool);
        // 248 = 4 × 62: bytes above it are thrown away so that every letter is equally likely.
        for byte in pool.into_iter().filter(|b| *b < 248) {
            out.push(char::from(ALPHABET[usize::from(byte % 62)]));
            if out.len() == 20 {
                return out;
            }
        }
    }
}

fn uuid(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn hex24(random: &dyn Random) -> String {
    let mut bytes = [0; 12];
    random.fill(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn each_kind_has_its_shape() {
        let random = SeededRandom::new(1);
        let contact = Id::<Contact>::generate(&random);
        assert_eq!(contact.as_str().len(), 20);
        assert!(contact.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
        let workflow = Id::<Workflow>::generate(&random);
        assert_eq!((workflow.as_str().len(), &workflow.as_str()[14..15]), (36, "4"));
        let app = Id::<App>::generate(&random);
        assert_eq!(app.as_str().len(), 24);
        assert!(app.as_str().bytes().all(|b| b.is_ascii_hexdigit()));
        assert_ne!(contact, Id::<Contact>::generate(&random));
    }

    #[test]
    fn what_cannot_be_an_id_is_none() {
        assert!(Id::<Contact>::parse("ocQHyuzHvysMo5N5VsXc").is_some());
        for bad in ["", "a b", "a/b", "ä", "a\0", &"x".repeat(65)] {
            assert!(Id::<Contact>::parse(bad).is_none(), "{bad:?}");
        }
    }
}
