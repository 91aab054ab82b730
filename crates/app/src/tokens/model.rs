//! What a token is, whose it is, and who may manage it.

use leadhold_kernel::{Id, ScopeSet, Timestamp, id};

use crate::http::CredentialKind;
use crate::tenant::{CompanyScope, LocationScope};

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A private integration token (`pit-…`).
    Private,
    /// An agency's API key (`agk-…`). It reaches the agency's operations and hears no webhooks.
    AgencyKey,
}

impl Kind {
    /// The words for them.
    pub const NAMES: &[&'static str] = &["private", "agency-key"];

    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::AgencyKey => "agency-key",
        }
    }

    /// What the word means.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "private" => Some(Self::Private),
            "agency-key" => Some(Self::AgencyKey),
            _ => None,
        }
    }

    /// What secrets of the kind begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Private => "pit-",
            Self::AgencyKey => "agk-",
        }
    }

    /// As the table has it.
    pub(super) fn stored(self) -> &'static str {
        match self {
            Self::Private => "private_token",
            Self::AgencyKey => "agency_key",
        }
    }

    pub(super) fn of_stored(stored: &str) -> Option<Self> {
        [Self::Private, Self::AgencyKey].into_iter().find(|kind| kind.stored() == stored)
    }
}

impl From<Kind> for CredentialKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Private => Self::PrivateToken,
            Kind::AgencyKey => Self::AgencyKey,
        }
    }
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A location's.
    Location(LocationScope),
    /// An agency's.
    Company(CompanyScope),
}

impl Owner {
    /// The agency, or the agency of the location.
    #[must_use]
    pub fn company_id(&self) -> &Id<id::Company> {
        match self {
            Self::Location(here) => here.company_id(),
            Self::Company(agency) => agency.company_id(),
        }
    }

    /// The location; `None` for an agency.
    #[must_use]
    pub fn location_id(&self) -> Option<&Id<id::Location>> {
        match self {
            Self::Location(here) => Some(here.location_id()),
            Self::Company(_) => None,
        }
    }

    /// Whether this is somebody who may manage `token`: the agency all of its tokens and its locations', a location its own.
    pub(super) fn reaches(&self, token: &Token) -> bool {
        match self {
            Self::Location(here) => token.location_id.as_ref() == Some(here.location_id()),
            Self::Company(agency) => token.company_id == *agency.company_id(),
        }
    }
}

/// Who manages tokens: their own ones, those of their locations, and never with scopes that they do not have.
#[derive(Clone, Debug)]
pub struct Manager {
    /// Whose tokens.
    pub who: Owner,
    /// The most that they can give.
    pub scopes: ScopeSet,
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Id<id::Token>,
    /// What kind of token.
    pub kind: Kind,
    /// The first characters of the secret.
    pub hint: String,
    /// What its owner calls it.
    pub name: String,
    /// Its agency.
    pub company_id: Id<id::Company>,
    /// Its location; `None`: the agency's own.
    pub location_id: Option<Id<id::Location>>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, give or take a minute.
    pub last_used_at: Option<Timestamp>,
}

impl Token {
    /// Whether the token is accepted at `now`.
    #[must_use]
    pub fn works_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

/// A token and its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Which token.
    pub id: Id<id::Token>,
    /// The credential.
    pub secret: String,
}

/// When the token that a successor replaces ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// At once.
    Now,
    /// In seven days, as at the real service.
    #[default]
    SevenDays,
}

impl Overlap {
    /// The words for them.
    pub const NAMES: &[&'static str] = &["now", "in7days"];

    /// What the word means.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "now" => Some(Self::Now),
            "in7days" => Some(Self::SevenDays),
            _ => None,
        }
    }

    /// In milliseconds.
    #[must_use]
    pub fn millis(self) -> i64 {
        match self {
            Self::Now => 0,
            Self::SevenDays => 7 * 86_400_000,
        }
    }
}
