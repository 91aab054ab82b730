//! Free slots: the times of a calendar that can still be booked.
//!
//! Cast: `opening` says when a calendar is open on a day, `agenda` what its people have to do already; `free` puts them
//! together. All of it is in the location's time zone; only what is shown is in the client's.

mod agenda;
mod free;
mod opening;
mod routes;
mod sql;

use leadhold_store::Sql;

pub(super) use self::agenda::{Agenda, hold_people};
pub(super) use self::free::{Search, free};
pub use self::routes::routes;

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;
