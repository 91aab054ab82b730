//! A location's media library: files in folders, to be shown and linked to elsewhere.
//!
//! Cast: a [`Media`] is a file or a folder; `service` has the verbs, `query` the list, `upload` brings a file in, from the
//! client or from a URL (`fetch`), `wire` is the JSON.
//!
//! What is guaranteed:
//! - A folder is never inside itself, and nothing is in a folder of another location.
//! - Whoever deletes or trashes a folder does it to everything in it, or to nothing.
//! - With the last name of a file its URL ends, and its bytes go (`files::forget`).

mod fetch;
mod model;
mod query;
mod routes;
mod service;
mod sql;
mod upload;
mod wire;

use leadhold_store::Sql;

pub use self::model::Media;
pub use self::routes::routes;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
