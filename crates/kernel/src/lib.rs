//! (skeleton)

pub mod date;
pub mod email;
pub mod phone;
