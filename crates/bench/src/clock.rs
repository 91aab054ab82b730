//! The machine's clock and chance: a benchmark is about real time, so here and only here both are read.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use leadhold_kernel::Timestamp;

/// The moment, for measuring.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time, and nothing is decided by it")]
pub fn now() -> Instant {
    Instant::now()
}

/// The moment, for records.
#[expect(clippy::disallowed_methods, reason = "seeded records carry the time of the run")]
pub fn timestamp() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A seed that differs from run to run.
pub fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
