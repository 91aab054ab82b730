//! What steps do with campaigns.

pub mod add_to_campaign;
pub mod remove_from_campaign;
