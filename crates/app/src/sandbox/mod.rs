//! A developer's server: a clock that can be turned. All of it is refused without `--sandbox`.

mod clock;
mod routes;

pub use self::clock::SandboxClock;
pub use self::routes::routes;
