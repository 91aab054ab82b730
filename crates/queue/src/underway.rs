//! What this process works on now, and how it stands still: for a server whose clock is turned or whose data are exchanged.
//!
//! Each claim takes a [`Stay`], which is dropped when its run has been settled. Whoever holds the gate knows that no job is
//! being claimed and no event relayed, and which jobs run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadhold_kernel::{Id, id};
use leadhold_store::{DbError, Tx, params};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::job::Claim;
use crate::sql;

/// A job and the number of the lease under which it runs.
type Lease = (Id<id::Job>, i64);

/// The jobs that run in this process.
#[derive(Clone, Default)]
pub(crate) struct Underway(Arc<Inner>);

#[derive(Default)]
struct Inner {
    gate: RwLock<()>,
    running: Mutex<HashMap<Lease, Running>>,
    /// How many were begun since the process began.
    begun: AtomicUsize,
    ended: Notify,
}

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Which.
    pub id: Id<id::Job>,
    /// Its queue.
    pub queue: String,
    /// Its kind.
    pub kind: String,
}

/// A job's stay among those that run.
pub(crate) struct Stay {
    underway: Underway,
    lease: Lease,
}

/// While it is held, no job is claimed and no event relayed in this process.
pub struct Still<'q> {
    _gate: RwLockWriteGuard<'q, ()>,
    running: Vec<Lease>,
}

impl Underway {
    /// To be held while something is claimed or relayed.
    pub(crate) async fn moving(&self) -> RwLockReadGuard<'_, ()> {
        self.0.gate.read().await
    }

    /// Holds everyone off; waits for what is being claimed, not for what runs.
    pub(crate) async fn still(&self) -> Still<'_> {
        let gate = self.0.gate.write().await;
        Still { _gate: gate, running: self.running().keys().cloned().collect() }
    }

    /// As [`Underway::still`], once nothing runs; what still runs when nothing has ended for `patience`.
    pub(crate) async fn empty(&self, patience: Duration) -> Result<Still<'_>, Vec<Running>> {
        let gate = self.0.gate.write().await;
        loop {
            let ended = self.ended();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable();
            if self.running().is_empty() {
                return Ok(Still { _gate: gate, running: Vec::new() });
            }
            if tokio::time::timeout(patience, ended).await.is_err() {
                return Err(self.jobs());
            }
        }
    }

    /// Notes that `claim` runs from now on.
    pub(crate) fn enter(&self, claim: &Claim) -> Stay {
        let lease = (claim.id.clone(), claim.attempts);
        let (id, queue, kind) = (claim.id.clone(), claim.queue.clone(), claim.kind.clone());
        self.running().insert(lease.clone(), Running { id, queue, kind });
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Stay { underway: self.clone(), lease }
    }

    /// The jobs that run.
    pub(crate) fn jobs(&self) -> Vec<Running> {
        self.running().values().cloned().collect()
    }

    /// How many jobs were begun since the process began.
    pub(crate) fn begun(&self) -> usize {
        self.0.begun.load(Ordering::SeqCst)
    }

    /// Resolves when the next job has been settled.
    pub(crate) fn ended(&self) -> Notified<'_> {
        self.0.ended.notified()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Lease, Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.underway.running().remove(&self.lease);
        self.underway.0.ended.notify_waiters();
    }
}

impl Still<'_> {
    /// What moves the leases of the jobs that run, to be called in the transaction that turns the clock by `millis`: they
    /// have as much time left as before.
    pub fn moved_leases(&self, millis: i64) -> impl Fn(&mut Tx<'_>) -> Result<(), DbError> + Send + 'static {
        let running = self.running.clone();
        move |tx| {
            for (job, attempts) in &running {
                tx.exec(sql::MOVE_LEASE, params![job, *attempts, millis])?;
            }
            Ok(())
        }
    }
}
