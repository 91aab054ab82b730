//! The machine's own clock and chance: the only place that reads either.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use leadhold_kernel::{Clock, Random, Timestamp};

/// The machine's clock.
pub struct SystemClock {
    /// Where the stopwatch began.
    started: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn stopwatch_micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// The operating system's randomness, by way of aws-lc-rs.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) {
        aws_lc_rs::rand::fill(out)
            .expect("a system without randomness can make no token, so nothing may go on");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_this_century_and_the_stopwatch_does_not_run_backwards() {
        let clock = SystemClock::new();
        assert!(clock.now() > Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
        let (first, second) = (clock.stopwatch_micros(), clock.stopwatch_micros());
        assert!(first <= second);
    }

    #[test]
    fn chance_differs_each_time() {
        let draw = || {
            let mut bytes = [0; 32];
            SystemRandom.fill(&mut bytes);
            bytes
        };
        assert_ne!(draw(), draw());
    }
}
