//! Chance as an argument: ids, secrets and jitter come from one of these.

use std::sync::Mutex;

/// A source of random bytes. The binary's is the operating system's; tests use [`SeededRandom`].
pub trait Random: Send + Sync {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);

    /// A whole number in `0..below` (0 when `below` is 0). The bias of the modulo is under 2⁻³² for `below` < 2³².
    fn below(&self, below: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        if below == 0 { 0 } else { u64::from_le_bytes(bytes) % below }
    }
}

/// The same bytes for the same seed: for tests and seeded faults only, never for secrets.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// A source that starts at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

/// What lies between the numbers that [`mixed`] is given in turn.
pub const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number as good as any other, always the same for the same one: the last step of SplitMix64 (Steele, Lea, Flood 2014),
/// which is three lines and enough where nothing is secret.
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Random for SeededRandom {
    fn fill(&self, out: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in out.chunks_mut(8) {
            *state = state.wrapping_add(STRIDE);
            let bytes = mixed(*state).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let bytes = |seed| {
            let mut out = [0; 20];
            SeededRandom::new(seed).fill(&mut out);
            out
        };
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }
}
