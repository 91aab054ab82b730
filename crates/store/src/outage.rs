//! A power cut at a chosen commit: how tests end a process between any two of its transactions.
//!
//! The process that loses its power cannot tell why: its work is answered as by a store that is shutting down, from the cut
//! on and for ever. What comes after is another [`Store`](crate::Store) on the same data.

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::error::DbError;

/// On which side of a commit the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The transaction is lost.
    Before,
    /// It is durable, but whoever waited for it never hears of it.
    After,
}

/// A power cut that is to come, or was.
#[derive(Debug)]
pub struct Outage {
    at: u64,
    side: Side,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    commits: u64,
    dark: bool,
}

impl Outage {
    /// The power fails at the commit number `at` of the stores that are told of it, counted from 1. At 0 it never does.
    #[must_use]
    pub fn at(at: u64, side: Side) -> Self {
        Self { at, side, state: Mutex::default() }
    }

    /// How many transactions were to be committed, with the one at which the power failed.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.state().commits
    }

    /// Whether the power has failed.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.state().dark
    }

    /// Nothing is done or answered in the dark.
    pub(crate) fn light(&self) -> Result<(), DbError> {
        if self.is_dark() { Err(DbError::Busy("the power has failed".to_owned())) } else { Ok(()) }
    }

    /// A transaction is about to be committed, on the thread that does it.
    pub(crate) fn commit(&self) -> Result<(), DbError> {
        let mut state = self.state();
        if !state.dark {
            state.commits += 1;
            state.dark = state.commits == self.at;
            if !state.dark || self.side == Side::After {
                return Ok(());
            }
        }
        drop(state);
        self.light()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
