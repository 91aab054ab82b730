//! (skeleton)

pub mod workflows;
