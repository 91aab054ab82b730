//! Sums are spread over several rows, so that writers do not queue for one. A deal always counts in the same.

use leadhold_kernel::{Id, id};

/// Over how many rows a sum is spread.
pub(in crate::opportunities) const COUNT: u8 = 8;

/// The row in which a deal counts.
pub(in crate::opportunities) fn of(deal: &Id<id::Opportunity>) -> u8 {
    deal.as_str().bytes().fold(0, u8::wrapping_add) % COUNT
}
