//! Sign-in: a person, a password, a second factor, and the session that follows.
//!
//! Cast: [`sign_in`] turns an address, a password and a code into a person; `throttle` counts what failed and makes
//! the impatient wait; `totp` and `second_factor` are the codes; `session` makes and ends sessions; [`Sessions`] finds the
//! person behind a cookie for the edge; `permissions` says what they may do, as scopes.
//!
//! What is guaranteed:
//! - A cookie is 256 bits of chance, and only its SHA-256 is stored. Each sign-in makes a new one.
//! - A session ends after a day without use, after 30 days, when it is signed out (here or everywhere), when the password
//!   changes (all but the one that changed it) and with its person.
//! - Unknown account, wrong password and wrong code answer the same, and take equally long.
//! - However many attempts come at once, on however many nodes, only so many may fail before there is a pause.
//! - A code is good once.

mod cookie;
mod lookup;
mod next;
mod password;
mod permissions;
mod routes;
mod second_factor;
mod session;
mod sign_in;
mod sql;
mod throttle;
mod totp;

use leadhold_store::Sql;

pub use self::lookup::Sessions;
pub use self::routes::routes;
pub use self::session::{Origin, Session, end_all, note_use, open};
pub use self::sign_in::{Attempt, sign_in};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A session ends when nobody used it for so long: a day.
pub const IDLE_MILLIS: i64 = 24 * 3_600_000;
/// A session ends so long after signing in: 30 days.
pub const ABSOLUTE_MILLIS: i64 = 30 * 24 * 3_600_000;
