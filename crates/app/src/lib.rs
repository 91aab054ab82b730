//! (skeleton)
pub mod contacts;
pub mod custom_fields;
pub mod http;
