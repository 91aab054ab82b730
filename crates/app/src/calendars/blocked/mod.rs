//! Blocked slots: times in which nothing can be booked, in a calendar or with a person. Nothing is announced of them: the
//! catalogue has no event.

mod routes;
mod service;
mod sql;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::Sql;

pub use self::routes::routes;
pub(super) use self::service::forget;
use super::appointments::Moment;

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A time in which nothing can be booked.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockedSlot {
    /// Its id.
    pub id: Id<id::BlockedSlot>,
    /// Whose.
    pub location_id: Id<id::Location>,
    /// In which calendar; empty: in those of a person.
    pub calendar_id: String,
    /// With whom; empty: with nobody in particular.
    pub assigned_user_id: String,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}
