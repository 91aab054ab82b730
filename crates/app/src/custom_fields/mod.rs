//! Fields that a location adds to its records: definitions, and typed values for any record.

pub mod model;
pub mod value;
