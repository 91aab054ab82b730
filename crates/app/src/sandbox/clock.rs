//! The sandbox clock: the machine's time plus an offset that survives restarts.
//!
//! It only turns forward. Records carry their moments, cursors and leases compare them, and a week that happens twice
//! would make each of them a lie. What turns it back turns the data back with it: reset and restore.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use leadhold_kernel::{Clock, Timestamp};
use leadhold_queue::Queue;
use leadhold_store::{DbError, Store};

use crate::installation;

const OFFSET: &str = "sandbox_clock_offset_ms";

/// A clock that can be turned.
pub struct SandboxClock {
    real: Arc<dyn Clock>,
    offset: AtomicI64,
}

impl SandboxClock {
    /// The clock with the offset that `store` remembers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(real: Arc<dyn Clock>, store: &Store) -> Result<Self, DbError> {
        let text: Option<String> = store.read(|tx| installation::get(tx, OFFSET)).await?;
        let offset = text.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Self { real, offset: AtomicI64::new(offset) })
    }

    /// Turns the clock forward to `then`, unless it shows a later moment by itself, and remembers it. The leases of jobs
    /// that run move along: nobody takes their work from them because time has passed for others.
    pub(super) async fn turn_to(&self, then: Timestamp, queue: &Queue, store: &Store) -> Result<(), DbError> {
        let still = queue.still().await;
        let millis = then.millis() - self.now().millis();
        if millis <= 0 {
            return Ok(());
        }
        let (move_leases, offset) = (still.moved_leases(millis), self.offset.load(Ordering::SeqCst) + millis);
        store
            .write(move |tx| {
                move_leases(tx)?;
                installation::put(tx, OFFSET, &offset.to_string())
            })
            .await?;
        self.offset.store(offset, Ordering::SeqCst);
        Ok(())
    }

    /// Shows `then` from now on, whether it is earlier or later, and remembers it: for whoever has just put the data of that
    /// moment into the store.
    pub(super) async fn show(&self, then: Timestamp, store: &Store) -> Result<(), DbError> {
        let offset = then.millis() - self.real.now().millis();
        store.write(move |tx| installation::put(tx, OFFSET, &offset.to_string())).await?;
        self.offset.store(offset, Ordering::SeqCst);
        Ok(())
    }

    /// The machine's time.
    pub(super) fn real_now(&self) -> Timestamp {
        self.real.now()
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        self.real.now().plus_millis(self.offset.load(Ordering::SeqCst))
    }

    fn stopwatch_micros(&self) -> u64 {
        self.real.stopwatch_micros()
    }
}
