//! Hints that there is something to do. The tables are the truth; a lost hint costs one poll.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// How long a sleeper sleeps at most before it looks at the table by itself.
pub const POLL: Duration = Duration::from_millis(500);

/// The bells of one process.
#[derive(Clone, Default)]
pub struct Wake {
    bells: Arc<Bells>,
}

#[derive(Default)]
struct Bells {
    relay: Notify,
    workers: Notify,
}

impl Wake {
    /// Something was committed: events or jobs may wait. Also rung when the sandbox clock is turned.
    pub fn hint(&self) {
        self.bells.relay.notify_one();
        self.hint_workers();
    }

    pub(crate) fn hint_workers(&self) {
        self.bells.workers.notify_waiters();
    }

    /// Resolves at the next hint for the relay; a hint given before the call counts.
    pub(crate) fn relay(&self) -> Notified<'_> {
        self.bells.relay.notified()
    }

    /// Resolves at the next hint for the workers, counted from this call on.
    pub(crate) fn workers(&self) -> Notified<'_> {
        self.bells.workers.notified()
    }
}
