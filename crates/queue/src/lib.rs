//! The queue: facts out, work in. It knows no feature.
//!
//! Cast:
//! - An **event** is a fact. [`outbox::append`] writes it in the transaction that makes it true; there is no other way.
//! - The **relay** ([`relay`]) shows each event to every [`Consumer`], all of them in one transaction per event.
//! - A **consumer** turns an event into rows of its own and **jobs** ([`job::enqueue`]), in that same transaction.
//! - A **worker** ([`worker`]) claims due jobs for a lease (one short transaction), runs them outside any, and finishes
//!   them (another short transaction). A job may finish its claim inside its own transaction ([`Claim::finish`]): then
//!   its effect and its end are one fact.
//! - [`Queue::rest`] does what is due and waits until nothing moves: the sandbox turns its clock from one such moment to the
//!   next ([`Queue::next_due`]). [`Queue::still`] holds everyone off while it does.
//!
//! What is guaranteed:
//! - A committed event reaches every consumer exactly once in effect: consumer rows and the mark "relayed" commit
//!   together. A consumer that fails is tried again with growing pauses and holds up no other event.
//! - A committed job runs at least once. Two workers never both *finish* the same attempt: finishing names the lease, and
//!   who has lost it changes nothing.
//! - A job leaves the table only when finished, or with its reason into `dead_jobs`.
//! - Wake-ups ([`wake`]) are hints. Lost ones cost at most [`wake::POLL`], since everyone looks at the table anyway.

pub mod consumer;
pub mod job;
pub mod outbox;
pub mod relay;
mod rest;
mod sql;
mod underway;
pub mod wake;
pub mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use leadhold_kernel::{Clock, Cx, Random};
use leadhold_store::{DbError, Sql, Store};
use tokio::task::JoinSet;

pub use crate::consumer::{Consumer, StoredEvent};
pub use crate::job::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
pub use crate::rest::Rest;
use crate::underway::Underway;
pub use crate::underway::{Running, Still};
use crate::wake::Wake;

/// Every statement of the queue, for the tests that hold them all.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The queue of one process: where it keeps things, and who listens.
#[derive(Clone)]
pub struct Queue {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    consumers: Arc<[Arc<dyn Consumer>]>,
    jobs: Arc<HashMap<&'static str, Arc<dyn Job>>>,
    wake: Wake,
    underway: Underway,
    /// Runs that no worker has: those on the way to rest.
    own: Arc<Mutex<JoinSet<()>>>,
}

/// What waits, for health checks and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Events that a consumer has not seen yet.
    pub events: i64,
    /// Jobs, due or not.
    pub jobs: i64,
    /// Jobs that were given up.
    pub dead_jobs: i64,
}

impl Queue {
    /// A queue over `store` with these listeners and kinds of work.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        consumers: Vec<Arc<dyn Consumer>>,
        jobs: Vec<Arc<dyn Job>>,
        wake: Wake,
    ) -> Self {
        let jobs = jobs.into_iter().map(|job| (job.kind(), job)).collect();
        let (underway, own) = (Underway::default(), Arc::default());
        Self { store, clock, random, consumers: consumers.into(), jobs: Arc::new(jobs), wake, underway, own }
    }

    /// Kinds of work and the queue each waits in, for starting a worker per queue.
    pub fn queue_names(&self) -> Vec<&'static str> {
        let mut queues: Vec<_> = self.jobs.values().map(|job| job.queue()).collect();
        queues.sort_unstable();
        queues.dedup();
        queues
    }

    fn cx(&self) -> Cx {
        Cx::system(self.clock.now(), Arc::clone(&self.random))
    }

    /// How much waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting(&self) -> Result<Waiting, DbError> {
        self.store
            .read(|tx| {
                tx.query_one(sql::WAITING, &[], |row| {
                    Ok(Waiting { events: row.get(0)?, jobs: row.get(1)?, dead_jobs: row.get(2)? })
                })
            })
            .await
    }

    /// Relays and works until nothing is due any more, on the caller's task: for tests, which have no workers running.
    /// Answers how many events and jobs were handled.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run_until_idle(&self) -> Result<usize, DbError> {
        let mut handled = 0;
        loop {
            let events = self.relay_batch().await?;
            let jobs = self.work_batch().await?;
            if events + jobs == 0 {
                return Ok(handled);
            }
            handled += events + jobs;
        }
    }
}
