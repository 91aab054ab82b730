//! Calendars. Only what can be said without them is served: which appointments a contact has.

mod routes;

pub use self::routes::routes;
