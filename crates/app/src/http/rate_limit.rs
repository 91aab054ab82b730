//! Rate limits: 100 requests per 10 seconds and 200,000 per day, for each credential at each location or company.
//!
//! The burst window slides and is exact: in no span of 10 seconds are more than 100 requests admitted, whatever their
//! interleaving. The day is 24 hours from its first request, as the real service's `x-ratelimit-daily-reset` counts it.
//! The counters sit behind [`Limiter::admit`], so that nodes sharing a database can later lease quota from it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};
use leadhold_kernel::Timestamp;

use super::sliding::Sliding;

const BURST: usize = 100;
const INTERVAL: i64 = 10_000;
const DAILY: u64 = 200_000;
const DAY: i64 = 86_400_000;
const SHARDS: usize = 64;
/// When a shard holds more windows than this, those that ran out are dropped.
const SWEEP_AT: usize = 1024;

/// What the counters said of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the request may pass.
    pub admitted: bool,
    /// How many more may pass now.
    pub remaining: usize,
    /// How many more may pass today.
    pub daily_remaining: u64,
    /// Milliseconds until the day's count begins anew.
    pub daily_reset: i64,
}

impl Decision {
    /// What an answer says that no counter was asked about.
    pub const UNCOUNTED: Self =
        Self { admitted: true, remaining: BURST, daily_remaining: DAILY, daily_reset: DAY };

    /// Writes the six headers.
    pub fn write(&self, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: HeaderValue| {
            headers.insert(HeaderName::from_static(name), value);
        };
        put("x-ratelimit-limit-daily", HeaderValue::from(DAILY));
        put("x-ratelimit-daily-remaining", HeaderValue::from(self.daily_remaining));
        put("x-ratelimit-daily-reset", HeaderValue::from(self.daily_reset));
        put("x-ratelimit-interval-milliseconds", HeaderValue::from(INTERVAL));
        put("x-ratelimit-max", HeaderValue::from(BURST));
        put("x-ratelimit-remaining", HeaderValue::from(self.remaining));
    }
}

#[derive(Default)]
struct Window {
    admitted: Sliding,
    day_began: i64,
    today: u64,
}

impl Window {
    fn admit(&mut self, now: i64) -> Decision {
        self.admitted.forget(now, INTERVAL);
        if self.today == 0 || now - self.day_began >= DAY || now < self.day_began {
            self.day_began = now;
            self.today = 0;
        }
        let admitted = self.admitted.count() < BURST && self.today < DAILY;
        if admitted {
            self.admitted.add(now);
            self.today += 1;
        }
        Decision {
            admitted,
            remaining: BURST - self.admitted.count(),
            daily_remaining: DAILY - self.today,
            daily_reset: self.day_began + DAY - now,
        }
    }

    fn is_over(&self, now: i64) -> bool {
        now - self.day_began >= DAY
    }
}

/// The counters of one process.
pub struct Limiter {
    shards: Vec<Mutex<HashMap<String, Window>>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Limiter {
    /// Begins anew.
    pub(crate) fn forget(&self) {
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// Counts one request of `key` and says whether it may pass. One lock for looking and counting: nobody gets between.
    pub fn admit(&self, key: &str, now: Timestamp) -> Decision {
        let mut shard = self.shards[shard_of(key)].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() > SWEEP_AT && !shard.contains_key(key) {
            shard.retain(|_, window| !window.is_over(now.millis()));
        }
        if let Some(window) = shard.get_mut(key) {
            return window.admit(now.millis());
        }
        shard.entry(key.to_owned()).or_default().admit(now.millis())
    }
}

fn shard_of(key: &str) -> usize {
    key.bytes().fold(0usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte))) % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_of_ten_seconds_admits_more_than_a_hundred() {
        let limiter = Limiter::default();
        let mut admitted = Vec::new();
        for now in (0..40_000).step_by(37) {
            if limiter.admit("k", Timestamp(now)).admitted {
                admitted.push(now);
            }
        }
        assert!(admitted.windows(BURST + 1).all(|w| w[BURST] - w[0] >= INTERVAL));
        assert!(admitted.len() > 390, "and it admits as many as it may: {}", admitted.len());
    }

    #[test]
    fn threads_at_once_get_exactly_a_hundred() {
        let limiter = Limiter::default();
        let admitted: usize = std::thread::scope(|scope| {
            let one = || (0..50).filter(|_| limiter.admit("k", Timestamp(5)).admitted).count();
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(admitted, BURST);
        assert!(limiter.admit("other", Timestamp(5)).admitted, "another key has its own window");
    }

    #[test]
    fn a_day_has_its_own_limit_and_counts_down_to_its_reset() {
        let mut window = Window::default();
        let first = window.admit(1_000);
        assert_eq!((first.remaining, first.daily_remaining, first.daily_reset), (99, 199_999, DAY));
        window.today = DAILY;
        let last = window.admit(50_000);
        assert!(!last.admitted && last.daily_remaining == 0 && last.daily_reset == DAY - 49_000);
        assert!(window.admit(1_000 + DAY).admitted, "a new day");
    }
}
