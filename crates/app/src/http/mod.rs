//! The edge.
pub mod fields;
