//! Calendars: what contacts book a time in, and what they booked.
//!
//! Cast: a [`Calendar`] says when and with whom; an [`Appointment`](appointments::Appointment) is one booked time of one
//! contact. `service` has the verbs of calendars, [`appointments`] those of appointments; `wire` is what clients write,
//! `shown` what they read; [`groups`] are calendars that belong together, [`slots`] the times that can still be booked,
//! [`blocked`] those that cannot, [`notes`] what people write down about an appointment.
//!
//! What is guaranteed:
//! - An appointment and its events commit together; a write that changes nothing announces nothing.
//! - Nobody is booked twice: of any number of bookings of one time, as many come through as it has places, whether they
//!   are new, moved, or count again. Only `ignoreFreeSlotValidation` overrules it.
//! - An appointment goes with its contact, in silence: `ContactDelete` says it. It outlives its calendar: what was agreed
//!   with somebody is not undone by tidying up.
//! - Nothing is announced of calendars themselves: the catalogue has no event for them.

pub mod appointments;
pub mod blocked;
pub mod groups;
mod model;
pub mod notes;
mod routes;
mod service;
mod shown;
pub mod slots;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::model::{Calendar, CalendarType, TeamMember};
pub use self::routes::routes;
pub use self::service::{all, get, hold};

/// Every statement of this slice.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        sql::ALL,
        appointments::STATEMENTS,
        blocked::STATEMENTS,
        groups::STATEMENTS,
        notes::STATEMENTS,
        slots::STATEMENTS,
    ]
    .concat()
}
