//! The objects that every location has.

use crate::custom_fields::{DataType, Model, standard_fields};

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

/// What every business has, by the names that `/objects` and `/businesses` give it.
pub const BUSINESS_PROPERTIES: [(&str, &str, DataType); 10] = [
    ("name", "Company Name", DataType::Text),
    ("phone", "Phone", DataType::Phone),
    ("email", "Email", DataType::Email),
    ("website", "Website", DataType::Text),
    ("address", "Address", DataType::Text),
    ("city", "City", DataType::Text),
    ("state", "State", DataType::Text),
    ("postalCode", "Postal Code", DataType::Text),
    ("country", "Country", DataType::Text),
    ("description", "Description", DataType::LargeText),
];

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

    /// What custom fields call it.
    #[must_use]
    pub fn model(self) -> Model {
        match self {
            Self::Contact => Model::Contact,
            Self::Opportunity => Model::Opportunity,
            Self::Business => Model::Business,
        }
    }

    /// What one and several of its records are called.
    pub(super) fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Contact => ("Contact", "Contacts"),
            Self::Opportunity => ("Opportunity", "Opportunities"),
            Self::Business => ("Company", "Companies"),
        }
    }

    /// The fields that every record of it has: whole key, name and type.
    pub(super) fn own_fields(self) -> Vec<(String, &'static str, DataType)> {
        match self {
            Self::Business => BUSINESS_PROPERTIES
                .iter()
                .map(|(key, name, kind)| (format!("{}.{key}", self.key()), *name, *kind))
                .collect(),
            Self::Contact | Self::Opportunity => standard_fields(&self.model())
                .map(|field| (field.key.to_owned(), field.name, field.data_type))
                .collect(),
        }
    }

    /// The properties that a search's words are looked for in, unless the location says otherwise.
    pub(super) fn searchable(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &["contact.name", "contact.email", "contact.phone", "contact.company_name"],
            Self::Opportunity => &["opportunity.name"],
            Self::Business => &["business.name", "business.email", "business.phone"],
        }
    }
}
