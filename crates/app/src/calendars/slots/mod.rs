//! Free slots: the times of a calendar that can still be booked.
//!
//! Cast: `opening` says when a calendar is open on a day, `team` who can be booked, `agenda` what they have to do already;
//! `free` puts them together, `look_busy` hides some. All of it is in the location's time zone; only what is shown is in
//! the client's.

mod agenda;
mod day;
mod free;
mod look_busy;
mod opening;
mod routes;
mod span;
mod sql;
mod team;

use leadhold_store::Sql;

pub(super) use self::agenda::{Agenda, hold_people};
pub(super) use self::day::{day_of, whole};
pub(super) use self::free::{is_full, is_slot, slot_length};
pub(super) use self::opening::is_open;
pub use self::routes::routes;
pub(super) use self::span::{Span, holds};
pub(super) use self::team::{Team, of_location};

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;
