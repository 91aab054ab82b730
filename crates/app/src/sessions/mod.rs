//! Sign-in: a person, a password, a second factor, and the session that follows.

mod lookup;
mod sql;

use leadhold_store::Sql;

pub use self::lookup::Sessions;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
