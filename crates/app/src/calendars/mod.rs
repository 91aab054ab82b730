//! Calendars: what contacts book a time in, and what they booked.
//!
//! Cast: a [`Calendar`] says when and with whom; an [`Appointment`](appointments::Appointment) is one booked time of one
//! contact. `service` has the verbs of calendars, [`appointments`] those of appointments; `wire` is what clients write,
//! `shown` what they read; [`groups`] are calendars
//! that belong together.
//!
//! What is guaranteed:
//! - An appointment and its events commit together; a write that changes nothing announces nothing.
//! - An appointment goes with its contact, in silence: `ContactDelete` says it. It outlives its calendar: what was agreed
//!   with somebody is not undone by tidying up.
//! - Nothing is announced of calendars themselves: the catalogue has no event for them.

pub mod appointments;
pub mod groups;
mod model;
mod routes;
mod service;
mod shown;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::model::{Calendar, CalendarType, TeamMember};
pub use self::routes::routes;
pub use self::service::{get, hold};

/// Every statement of this slice.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [sql::ALL, appointments::STATEMENTS, groups::STATEMENTS].concat()
}
