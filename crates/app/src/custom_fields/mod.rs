//! Fields that a location adds to its records: contacts, opportunities, businesses, and those of custom objects.
//!
//! Cast: [`model`] is a definition, [`details`] what only some types have; [`folders`] hold definitions; [`value`] holds a
//! written value against a definition and says by what it is found; the service defines and changes. Values lie with their
//! records, in the order in which they were first set.
//!
//! For whoever keeps records of a model: [`list`] its fields, find the one that a client means with
//! [`CustomField::is_named`], keep what [`value::check`] answers, index [`value::entries`] of it, and drop the values of a
//! field that is gone when `closing` says so.
//!
//! What is guaranteed: a definition's key, model and data type never change, so no stored value and no merge field loses
//! its meaning; keys are unique in their location under concurrency.

mod data_type;
pub mod details;
pub mod folders;
pub mod model;
mod routes;
mod service;
mod sql;
mod standard;
pub mod value;
mod wire;

use leadhold_store::Sql;

pub use self::model::{
    Choice, CustomField, CustomFieldChanges, DataType, Folder, Model, NewChoice, NewCustomField, NewDetails,
    ObjectKey,
};
pub use self::routes::routes;
pub use self::service::{Face, MAX_FIELDS, change, define, forget, get, list};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
