//! A campaign.

use leadhold_kernel::{Id, Timestamp, id};
use serde_json::Value;

/// Whether contacts can be put into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody can.
    Draft,
    /// Anybody can.
    Published,
}

impl Status {
    /// The words of the API and the table.
    pub(super) const WORDS: [&'static str; 2] = ["draft", "published"];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => Self::WORDS[0],
            Self::Published => Self::WORDS[1],
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Draft, Self::Published].into_iter().find(|status| status.name() == word)
    }
}

/// A series of messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// Its id.
    pub id: Id<id::Campaign>,
    /// Its name.
    pub name: String,
    /// Whether contacts can be put into it.
    pub status: Status,
    /// What it says, and when ([`super::plan`]).
    pub plan: Value,
    /// How often that was changed.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How far a contact is in a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It hears from it.
    Active,
    /// It heard everything.
    Completed,
    /// It replied, and hears no more.
    Replied,
    /// It hears no more, for the campaign could not go on.
    Failed,
}

impl Progress {
    /// The words of the API and the table.
    pub(super) const WORDS: [&'static str; 4] = ["active", "completed", "replied", "failed"];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => Self::WORDS[0],
            Self::Completed => Self::WORDS[1],
            Self::Replied => Self::WORDS[2],
            Self::Failed => Self::WORDS[3],
        }
    }

    /// The progress of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Completed, Self::Replied, Self::Failed]
            .into_iter()
            .find(|progress| progress.name() == word)
    }
}

/// One contact in one campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its id.
    pub id: Id<id::CampaignContact>,
    /// The campaign.
    pub campaign_id: Id<id::Campaign>,
    /// The contact.
    pub contact_id: String,
    /// How far it is.
    pub progress: Progress,
    /// What it replied.
    pub replied: String,
    /// When it came in, for the last time.
    pub date_added: Timestamp,
    /// When its progress last changed.
    pub date_updated: Timestamp,
}
