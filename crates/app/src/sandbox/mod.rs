//! A developer's server: a clock that can be turned. All of it is refused without `--sandbox`.

mod advance;
mod clock;
mod routes;

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
