//! A campaign.

use leadhold_kernel::{Id, Timestamp, id};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: Id<id::Campaign>,
    /// Its name.
    pub name: String,
    /// Whether contacts can be put into it.
    pub status: Status,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
