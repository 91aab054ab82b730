//! Groups of calendars, which share a page of their own. Nothing is announced of them: the catalogue has no event.

mod routes;
mod service;
mod sql;

use leadhold_kernel::{Id, id};
use leadhold_store::Sql;
use serde::Serialize;

pub use self::routes::routes;
pub(super) use self::service::{exists, hold_all};

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Calendars that belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Its id.
    pub id: Id<id::CalendarGroup>,
    /// Whose it is.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its name in URLs, which no other group of the location has.
    pub slug: String,
    /// Whether it can be seen.
    pub is_active: bool,
}
