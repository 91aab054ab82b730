//! Appointments: times that contacts booked in calendars.
//!
//! Cast: an [`Appointment`]; [`book`] and [`change`] are how routes and automation make and change one, and say what
//! happened: `AppointmentCreate` (with `AppointmentBooked`, its name in integrators' guides), `AppointmentUpdate`,
//! `AppointmentDelete`. `slot` sees that nobody is booked twice.

mod events;
mod model;
mod moment;
mod routes;
mod service;
mod shown;
mod slot;
mod sql;
mod stored;
mod wire;

use leadhold_store::Sql;

pub use self::events::told;
pub use self::model::{Appointment, AppointmentChange, AppointmentStatus, NewAppointment, SlotRule};
pub use self::moment::Moment;
pub use self::routes::routes;
pub(super) use self::service::{Of, hold, within};
pub use self::service::{book, change, delete, find, get, move_to_contact, newest_of_each, of_contact};
pub use self::shown::{event, shown};
pub(super) use self::wire::moment;

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;
