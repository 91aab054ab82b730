//! contacts
pub mod dnd;
pub(crate) mod search;
