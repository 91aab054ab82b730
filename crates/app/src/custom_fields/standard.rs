//! Fields that every record has. They are read by their key, as a location's own are; nobody defines or changes them, and no
//! list has them.

use super::model::{DataType, Model};

/// A field that every record of its model has.
pub struct Standard {
    /// `contact.first_name`: what names it; it has no other id.
    pub key: &'static str,
    /// What people read.
    pub name: &'static str,
    /// Whose records have it.
    pub model: Model,
    /// What its values are.
    pub data_type: DataType,
}

/// The standard field of a key.
#[must_use]
pub fn of_key(key: &str) -> Option<&'static Standard> {
    STANDARD.iter().find(|field| field.key == key)
}

/// All of them.
#[must_use]
pub fn all() -> &'static [Standard] {
    STANDARD
}

/// The standard fields of a model.
pub fn of_model(model: &Model) -> impl Iterator<Item = &'static Standard> {
    STANDARD.iter().filter(move |field| field.model == *model)
}

const fn contact(key: &'static str, name: &'static str, data_type: DataType) -> Standard {
    Standard { key, name, model: Model::Contact, data_type }
}

const fn opportunity(key: &'static str, name: &'static str, data_type: DataType) -> Standard {
    Standard { key, name, model: Model::Opportunity, data_type }
}

const STANDARD: &[Standard] = &[
    contact("contact.first_name", "First Name", DataType::Text),
    contact("contact.last_name", "Last Name", DataType::Text),
    contact("contact.name", "Full Name", DataType::Text),
    contact("contact.email", "Email", DataType::Email),
    contact("contact.phone", "Phone", DataType::Phone),
    contact("contact.date_of_birth", "Date Of Birth", DataType::Date),
    contact("contact.source", "Contact Source", DataType::Text),
    contact("contact.type", "Contact Type", DataType::SingleOptions),
    contact("contact.company_name", "Business Name", DataType::Text),
    contact("contact.address1", "Street Address", DataType::Text),
    contact("contact.city", "City", DataType::Text),
    contact("contact.state", "State", DataType::Text),
    contact("contact.country", "Country", DataType::SingleOptions),
    contact("contact.postal_code", "Postal Code", DataType::Text),
    contact("contact.website", "Website", DataType::Text),
    contact("contact.timezone", "Time Zone", DataType::SingleOptions),
    contact("contact.assigned_to", "Assigned User", DataType::Text),
    opportunity("opportunity.name", "Opportunity Name", DataType::Text),
    opportunity("opportunity.pipeline_id", "Pipeline", DataType::SingleOptions),
    opportunity("opportunity.pipeline_stage_id", "Stage", DataType::SingleOptions),
    opportunity("opportunity.status", "Status", DataType::SingleOptions),
    opportunity("opportunity.monetary_value", "Lead Value", DataType::Monetory),
    opportunity("opportunity.assigned_to", "Opportunity Owner", DataType::Text),
    opportunity("opportunity.source", "Opportunity Source", DataType::Text),
];
