//! Who listens to events.

use leadhold_kernel::{Cx, Error, Event};
use leadhold_store::Tx;

/// An event as the outbox holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its place in the outbox. On PostgreSQL a lower number may be committed later: not a cursor.
    pub seq: i64,
    /// The fact.
    pub event: Event,
}

/// Turns events into rows and jobs of its own.
pub trait Consumer: Send + Sync {
    /// A stable name, for logs.
    fn name(&self) -> &'static str;

    /// Reacts to one event inside the relay's transaction. It must be quick and touch nothing outside `tx`; work goes
    /// into jobs.
    ///
    /// # Errors
    /// Any error undoes this event's transaction for all consumers; the relay tries again later.
    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, event: &StoredEvent) -> Result<(), Error>;
}
