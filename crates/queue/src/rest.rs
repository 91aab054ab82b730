//! Coming to rest: everything that is due now is done before the clock moves on.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, params};

use crate::underway::{Running, Still};
use crate::{Queue, sql};

/// How many jobs run at once at most on the way to rest.
const AT_ONCE: usize = 64;

/// What was done on the way to rest, and what is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Events that were looked at.
    pub events: usize,
    /// How many jobs were begun, by their workers or on the way.
    pub jobs: usize,
    /// Jobs that run on: they wait for something that is not here, such as an answer from the network.
    pub left: Vec<Running>,
}

impl Queue {
    /// Relays and works, beside workers that may run, until nothing is due and nothing runs but the jobs in `besides`; or
    /// until no job has ended for `patience`. What runs then goes on by itself.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rest(&self, besides: &HashSet<Id<id::Job>>, patience: Duration) -> Result<Rest, DbError> {
        let (mut rest, begun) = (Rest::default(), self.underway.begun());
        self.wake.hint();
        loop {
            let ended = self.underway.ended();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable(); // from here on an end counts, even before we wait for it
            let (events, jobs) = (self.relay_batch().await?, self.begin_due().await?);
            rest.events += events;
            if events + jobs > 0 {
                continue;
            }
            let running = self.running_besides(besides);
            if running.is_empty() {
                let still = self.underway.still().await; // whoever was claiming has what it claimed
                let quiet = self.running_besides(besides).is_empty() && !self.is_anything_due().await?;
                drop(still);
                if quiet {
                    break;
                }
            } else if tokio::time::timeout(patience, ended).await.is_err() {
                rest.left = running;
                break;
            }
        }
        rest.jobs = self.underway.begun() - begun;
        Ok(rest)
    }

    /// The first moment after `now` at which something falls due, in the queues named in `later` after the moment there. The
    /// leases of jobs that run do not count.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_due(
        &self,
        now: Timestamp,
        later: &HashMap<String, Timestamp>,
    ) -> Result<Option<Timestamp>, DbError> {
        let running: HashSet<_> = self.underway.jobs().into_iter().map(|job| job.id).collect();
        let limit = i64::try_from(running.len()).unwrap_or(i64::MAX).saturating_add(1);
        let after = |queue: &'static str| (queue, later.get(queue).copied().unwrap_or(now).max(now));
        let queues: Vec<_> = self.queue_names().into_iter().map(after).collect();
        self.store
            .read(move |tx| {
                let mut first: Option<Timestamp> =
                    tx.query_opt(sql::NEXT_RELAY, params![now], |row| row.get(0))?;
                for (queue, after) in &queues {
                    let due = tx.query(sql::NEXT_JOBS, params![*queue, *after, limit], |row| {
                        Ok((row.get::<Id<id::Job>>(0)?, row.get::<Timestamp>(1)?))
                    })?;
                    let due = due.into_iter().find(|(job, _)| !running.contains(job)).map(|(_, at)| at);
                    first = first.into_iter().chain(due).min();
                }
                Ok(first)
            })
            .await
    }

    /// Holds off all claiming and relaying in this process until the answer is dropped. Jobs run on.
    pub async fn still(&self) -> Still<'_> {
        self.underway.still().await
    }

    /// As [`Queue::still`], once no job runs.
    ///
    /// # Errors
    /// The jobs that still run when none has ended for `patience`.
    pub async fn empty(&self, patience: Duration) -> Result<Still<'_>, Vec<Running>> {
        self.underway.empty(patience).await
    }

    fn running_besides(&self, besides: &HashSet<Id<id::Job>>) -> Vec<Running> {
        self.underway.jobs().into_iter().filter(|job| !besides.contains(&job.id)).collect()
    }

    /// Begins what is due, as far as there is room, each in a task that outlives the caller.
    async fn begin_due(&self) -> Result<usize, DbError> {
        let mut begun = 0;
        for queue in self.queue_names() {
            let free = AT_ONCE.saturating_sub(self.underway.jobs().len());
            for (claim, stay) in self.claim(queue, free).await? {
                begun += 1;
                self.spawn(claim, stay);
            }
        }
        Ok(begun)
    }

    async fn is_anything_due(&self) -> Result<bool, DbError> {
        let (now, queues) = (self.clock.now(), self.queue_names());
        self.store
            .read(move |tx| {
                // Events first: what is relayed in between has its jobs by the second question.
                if tx.query_opt(sql::PENDING, params![now, 1_i64], |row| row.get::<i64>(0))?.is_some() {
                    return Ok(true);
                }
                for queue in &queues {
                    let due: Option<Timestamp> = tx.query_opt(sql::DUE, params![*queue], |row| row.get(0))?;
                    if due.is_some_and(|due| due <= now) {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await
    }
}
