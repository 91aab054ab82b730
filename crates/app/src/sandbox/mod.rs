//! A developer's server: a clock that can be turned, and states that come back. All of it is refused without `--sandbox`.
//!
//! Cast: [`SandboxClock`] tells the time and can be turned; `advance` turns it with everything that falls due on the way;
//! `snapshots` keeps states and goes back to them.
//!
//! What is guaranteed: who turns the clock or exchanges the data does so alone, one at a time; a server without `--sandbox`
//! has none of it and asks for none of it.

mod advance;
mod clock;
mod routes;
mod snapshots;

use std::sync::Arc;

use tokio::sync::Mutex;

pub use self::clock::SandboxClock;
pub use self::routes::routes;

/// What there is only with `--sandbox`.
pub struct Sandbox {
    clock: Arc<SandboxClock>,
    /// Held by whoever turns the clock or exchanges the data: one at a time.
    turn: Mutex<()>,
}

impl Sandbox {
    /// A sandbox with this clock.
    #[must_use]
    pub fn new(clock: Arc<SandboxClock>) -> Self {
        Self { clock, turn: Mutex::default() }
    }
}
