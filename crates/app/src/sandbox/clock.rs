//! The sandbox clock: the machine's time plus an offset that survives restarts.
//!
//! It only turns forward. Records carry their moments, cursors and leases compare them, and a week that happens twice
//! would make each of them a lie; `reset` of the whole sandbox is the way back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use leadhold_kernel::time::LATEST;
use leadhold_kernel::{Clock, Error, Timestamp};
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

    /// Turns the clock forward by `millis` and remembers it.
    ///
    /// # Errors
    /// 422 when it would run backwards or leave the calendar; the store's failure.
    pub async fn advance(&self, millis: i64, store: &Store) -> Result<Timestamp, Error> {
        if millis < 0 {
            return Err(Error::field("the clock cannot be turned back; it shows a later time already"));
        }
        if millis > LATEST.millis() || self.now().millis().saturating_add(millis) > LATEST.millis() {
            return Err(Error::field("the clock cannot show a year after 9999"));
        }
        let offset = self.offset.load(Ordering::SeqCst) + millis;
        store.write(move |tx| installation::put(tx, OFFSET, &offset.to_string())).await?;
        self.offset.fetch_max(offset, Ordering::SeqCst);
        Ok(self.now())
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
