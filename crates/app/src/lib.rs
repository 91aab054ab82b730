//! (skeleton)
pub mod http;
