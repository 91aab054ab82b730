//! A developer's server: a clock that can be turned. All of it is refused without `--sandbox`.

mod clock;
mod routes;
mod sql;

use leadhold_store::Sql;

pub use self::clock::SandboxClock;
pub use self::routes::routes;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
