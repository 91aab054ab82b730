//! What people write down about an appointment. Nothing is announced of it: the catalogue has no event.

mod routes;
mod service;
mod sql;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::Sql;

pub use self::routes::routes;
pub use self::service::{NoteFields, create};

/// Every statement of this part.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A note about an appointment.
#[derive(Clone, Debug, PartialEq)]
pub struct AppointmentNote {
    /// Its id.
    pub id: Id<id::AppointmentNote>,
    /// What was written.
    pub body: String,
    /// The user who wrote it, where anybody said so.
    pub user_id: Option<String>,
    /// The user's name.
    pub user_name: Option<String>,
    /// Whose appointment it is.
    pub contact_id: String,
    /// When it was written.
    pub date_added: Timestamp,
}
