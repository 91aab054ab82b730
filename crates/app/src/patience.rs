//! How often something that leaves the house is given to its channel again.

const MINUTE: i64 = 60_000;

/// The pause after each failure, in milliseconds: about a day in all.
const PAUSES: [i64; 6] =
    [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * 60 * MINUTE, 6 * 60 * MINUTE, 15 * 60 * MINUTE];

/// The pause after the `failed`-th failure (from 1), in milliseconds; `None` when that was the last.
#[must_use]
pub fn pause(failed: i64) -> Option<i64> {
    usize::try_from(failed - 1).ok().and_then(|nth| PAUSES.get(nth)).copied()
}
