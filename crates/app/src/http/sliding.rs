//! A window of time that slides: the moments within it, oldest first, for limits that are exact whatever comes between.

use std::collections::VecDeque;

/// Moments in milliseconds.
#[derive(Debug, Default)]
pub struct Sliding(VecDeque<i64>);

impl Sliding {
    /// Forgets what is older than `span` milliseconds; also moments of the future, which a clock turned back leaves behind.
    pub fn forget(&mut self, now: i64, span: i64) {
        while self.0.front().is_some_and(|at| is_over(*at, now, span)) {
            self.0.pop_front();
        }
    }

    /// Adds a moment.
    pub fn add(&mut self, now: i64) {
        self.0.push_back(now);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The first of them.
    #[must_use]
    pub fn oldest(&self) -> Option<i64> {
        self.0.front().copied()
    }

    /// Whether even the last of them is older than `span`.
    #[must_use]
    pub fn is_over(&self, now: i64, span: i64) -> bool {
        self.0.back().is_none_or(|at| is_over(*at, now, span))
    }
}

fn is_over(at: i64, now: i64, span: i64) -> bool {
    at <= now - span || at > now
}
