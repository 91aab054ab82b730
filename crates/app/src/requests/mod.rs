//! Reading the request log: what did this client send, and what did we answer?
//!
//! An agency's credential sees the lines of its agency, a location's those of its location; what came without a credential
//! that anybody has is the operator's (`leadhold logs tail`). Lines are written by
//! [`http::request_log`](crate::http::request_log), which keeps no secret; nothing here has to hide anything.

mod curl;
mod filter;
mod log;
mod pages;
mod routes;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::curl::quoted;
pub use self::filter::{Filter, Statuses, app_id, moment};
pub use self::log::{Entry, Tail, tail};
pub use self::routes::routes;
pub use self::wire::Shown;

/// Every statement that reads the log, for the test that prepares them.
pub const STATEMENTS: &[Sql] = sql::ALL;
