//! What a location's people have to do, mostly for a contact.
//!
//! Cast: a [`Task`]; `service` has its verbs, `search` looks through all of a location's; [`recurring`] makes them again and
//! again.
//!
//! What is guaranteed:
//! - A task, its search text and its events commit together: `TaskCreate`, `TaskDelete`, and `TaskComplete` whenever an
//!   open task becomes a completed one. The catalogue has no event for other changes, nor for opening one again: those are
//!   `TaskChange`, which never leaves.
//! - A task goes with its contact, in silence: `ContactDelete` says it.

mod events;
mod model;
pub mod recurring;
mod routes;
mod search;
mod service;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::model::{NewTask, Task};
pub use self::routes::routes;
pub use self::service::{create, delete, due, move_to_contact, newest_of_each, of_contact, update};
pub use self::wire::shown;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
