//! Fields that a location adds to its records: contacts, opportunities, businesses, and those of custom objects.
//!
//! Cast: [`model`] is a definition, [`details`] what only some types have; [`folders`] hold definitions; [`FieldWrite`]
//! is a value as clients spell it, [`value`] holds it against its definition and says by what it is found; the service
//! defines and changes. Values lie with their records, in the order in which they were first set.
//!
//! For whoever keeps records of a model: [`list`] its fields, keep what [`settle`] answers to a client's writes, index [`value::entries`] of it, and drop the values of a
//! field that is gone when `closing` says so.
//!
//! What is guaranteed: a definition's key, model and data type never change, so no stored value and no merge field loses
//! its meaning; keys are unique in their location under concurrency.

mod data_type;
pub mod details;
pub mod folders;
mod kept;
pub mod model;
pub mod properties;
mod routes;
mod search;
mod service;
mod sql;
mod standard;
mod upload;
pub mod value;
mod wire;
mod write;

use leadhold_store::Sql;

pub use self::kept::FieldValue;
pub use self::model::{
    Choice, CustomField, CustomFieldChanges, DataType, Folder, Model, NewChoice, NewCustomField, NewDetails,
    NewFolder, ObjectKey,
};
pub use self::routes::routes;
pub use self::service::{Face, MAX_FIELDS, alter, change, define, forget, get, keep, list};
pub use self::standard::{Standard as StandardField, of_model as standard_fields};
pub use self::write::{FieldWrite, settle};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
