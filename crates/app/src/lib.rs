//! (skeleton)
pub mod contacts;
pub mod http;
