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
    turned: Notify,
}

impl Wake {
    /// Something was committed: events or jobs may wait.
    pub fn hint(&self) {
        self.bells.relay.notify_one();
        self.hint_workers();
    }

    /// The sandbox clock has been turned: for what looks at the time now and then.
    pub fn turned(&self) {
        self.hint();
        self.bells.turned.notify_waiters();
    }

    /// Resolves when the clock is turned, or after `pause`.
    pub async fn turned_or(&self, pause: Duration) {
        tokio::select! {
            () = self.bells.turned.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
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
