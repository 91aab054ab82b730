//! The objects that every location has.

/// An object that every location has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// People.
    Contact,
    /// Deals.
    Opportunity,
    /// Firms.
    Business,
}

impl Standard {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Contact, Self::Opportunity, Self::Business];

    /// Its key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
            Self::Business => "business",
        }
    }

    /// The one of this key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standard| standard.key() == key)
    }
}
