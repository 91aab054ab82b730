//! A developer's server: a clock that can be turned, states that come back, and faults. All of it is refused without `--sandbox`.
//!
//! Cast: [`SandboxClock`] tells the time and can be turned; `advance` turns it with everything that falls due on the way;
//! `snapshots` keeps states and goes back to them; [`Faults`] says what is to go wrong; `pages` shows all of it to people.
//!
//! What is guaranteed: who turns the clock or exchanges the data does so alone, one at a time; a server without `--sandbox`
//! has none of it and asks for none of it.

mod advance;
mod clock;
mod duration;
mod faults;
mod pages;
mod routes;
mod snapshots;

use std::sync::Arc;

use tokio::sync::Mutex;

pub use self::clock::SandboxClock;
pub use self::faults::{Faults, STATEMENTS, Wished};
pub use self::routes::routes;

/// What there is only with `--sandbox`.
pub struct Sandbox {
    clock: Arc<SandboxClock>,
    faults: Arc<Faults>,
    /// Held by whoever turns the clock or exchanges the data: one at a time.
    turn: Mutex<()>,
}

impl Sandbox {
    /// A sandbox with this clock and these faults.
    #[must_use]
    pub fn new(clock: Arc<SandboxClock>, faults: Arc<Faults>) -> Self {
        Self { clock, faults, turn: Mutex::default() }
    }

    /// Forgets what is remembered of data that have been exchanged.
    pub(crate) fn forget(&self) {
        self.faults.forget();
    }
}
