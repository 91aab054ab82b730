//! Fields that a location adds to its records.
//!
//! Cast: [`model`] is a definition; [`value`] holds a written value against it and says by what it is found; the
//! service defines and changes. Values lie with their records (`contacts`), in the order in which they were first set.
//!
//! What is guaranteed: a definition's key, model and data type never change, so no stored value and no merge field loses
//! its meaning; keys are unique in their location under concurrency.

pub mod model;
mod routes;
mod service;
mod sql;
mod standard;
pub mod value;
mod wire;

use leadhold_store::Sql;

pub use self::model::{CustomField, CustomFieldChanges, DataType, Model, NewCustomField, NewDetails};
pub use self::routes::routes;
pub use self::service::{MAX_FIELDS, change, define, forget, get, list};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
