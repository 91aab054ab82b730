//! How often a hook may be called: a sender that runs wild does not fill its location with runs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};

use crate::http::sliding::Sliding;

/// Requests to one hook in each [`SPAN`], per process.
pub const MOST: usize = 600;
/// In milliseconds.
const SPAN: i64 = 60_000;
/// From how many hooks on those that rest are forgotten.
const SWEEP_AT: usize = 10_000;

/// The counters.
#[derive(Default)]
pub struct Pace(Mutex<HashMap<Id<id::InboundHook>, Sliding>>);

impl Pace {
    /// Begins anew.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn admit(&self, hook: &Id<id::InboundHook>, now: Timestamp) -> Result<(), Error> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.millis();
        if counters.len() > SWEEP_AT && !counters.contains_key(hook) {
            counters.retain(|_, came| !came.is_over(now, SPAN));
        }
        let came = counters.entry(hook.clone()).or_default();
        came.forget(now, SPAN);
        if came.count() < MOST {
            came.add(now);
            return Ok(());
        }
        let wait = came.oldest().map_or(SPAN, |first| first + SPAN - now);
        let seconds = u32::try_from(wait.div_euclid(1000) + 1).unwrap_or(60);
        let told =
            format!("This hook takes {MOST} requests a minute. Wait {seconds} seconds, then send it again.");
        Err(Error::Paused(told, seconds))
    }
}
