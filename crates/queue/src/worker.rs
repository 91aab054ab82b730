//! Claims due jobs for a lease, runs them outside any transaction, and settles what they answer.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use leadhold_kernel::Timestamp;
use leadhold_store::{DbError, Json, Row, params};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::job::{Claim, JobError, Outcome};
use crate::underway::Stay;
use crate::wake::POLL;
use crate::{Queue, sql};

/// How long a worker has a job before others may take it: several times the longest outbound request. The lease saves
/// work; correctness rests on [`Claim::finish`].
const LEASE_MILLIS: i64 = 120_000;
/// How many jobs one claim takes at most.
const CLAIM_BATCH: usize = 64;
/// The pause after a run that ended in a bug rather than an answer.
const BUG_PAUSE_MILLIS: i64 = 30_000;

impl Queue {
    /// Works on `queue` with at most `concurrency` jobs at a time until `stop` is cancelled; then waits for those that
    /// run.
    pub async fn run_worker(&self, queue: &'static str, concurrency: usize, stop: CancellationToken) {
        let mut running = JoinSet::new();
        while !stop.is_cancelled() {
            let woken = self.wake.workers();
            let mut woken = std::pin::pin!(woken);
            woken.as_mut().enable(); // from here on a hint counts, even before we wait for it
            while running.try_join_next().is_some() {} // all that ended, or each would be followed by a claim of one
            let free = concurrency.saturating_sub(running.len());
            let claims = if free == 0 { Vec::new() } else { self.claim_or_none(queue, free).await };
            let found = !claims.is_empty();
            for (claim, stay) in claims {
                let this = self.clone();
                running.spawn(async move { this.run_one(claim, stay).await });
            }
            if found && running.len() < concurrency {
                continue;
            }
            tokio::select! {
                () = woken.as_mut(), if free > 0 => {}
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(self.until_due(queue).await), if free > 0 => {}
                () = stop.cancelled() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn claim_or_none(&self, queue: &'static str, free: usize) -> Vec<(Claim, Stay)> {
        match self.claim(queue, free).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::error!(queue, %error, "cannot claim jobs; trying again");
                Vec::new()
            }
        }
    }

    /// Takes up to `limit` due jobs. Looks before it writes, since an idle claim would cost a transaction.
    pub(crate) async fn claim(
        &self,
        queue: &'static str,
        limit: usize,
    ) -> Result<Vec<(Claim, Stay)>, DbError> {
        if limit == 0 || self.first_due(queue).await?.is_none_or(|due| due > self.clock.now()) {
            return Ok(Vec::new());
        }
        let _moving = self.underway.moving().await; // first, or the clock could be turned in between
        let now = self.clock.now();
        let limit = i64::try_from(limit.min(CLAIM_BATCH)).unwrap_or(i64::MAX);
        let claims = self
            .store
            .write(move |tx| {
                tx.query(sql::CLAIM, params![now.plus_millis(LEASE_MILLIS), queue, now, limit], read_claim)
            })
            .await?;
        let entered = claims.into_iter().map(|claim| {
            let stay = self.underway.enter(&claim);
            (claim, stay)
        });
        Ok(entered.collect())
    }

    /// Runs a claim in a task of the queue's own.
    pub(crate) fn spawn(&self, claim: Claim, stay: Stay) {
        let this = self.clone();
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        while own.try_join_next().is_some() {}
        own.spawn(async move { this.run_one(claim, stay).await });
    }

    async fn first_due(&self, queue: &'static str) -> Result<Option<Timestamp>, DbError> {
        self.store.read_by_key(move |tx| tx.query_opt(sql::DUE, params![queue], |row| row.get(0))).await
    }

    /// How long nothing is due, at most [`POLL`].
    async fn until_due(&self, queue: &'static str) -> Duration {
        let now = self.clock.now();
        match self.first_due(queue).await {
            Ok(Some(due)) => {
                let wait = due.millis().saturating_sub(now.millis()).max(1);
                POLL.min(Duration::from_millis(wait.unsigned_abs()))
            }
            _ => POLL,
        }
    }

    /// `_stay` lasts until the run is settled.
    async fn run_one(&self, claim: Claim, _stay: Stay) {
        let claim = Arc::new(claim);
        let Some(job) = self.jobs.get(claim.kind.as_str()).cloned() else {
            return self.bury(&claim, format!("no code does jobs of kind `{}`", claim.kind)).await;
        };
        let run = Arc::clone(&claim);
        // A task of its own, so that a panic in one job ends that job alone.
        let mut task = JoinSet::new();
        task.spawn(async move { job.run(&run).await });
        match task.join_next().await {
            Some(Ok(result)) => self.settle(&claim, result).await,
            _ => {
                let at = self.clock.now().plus_millis(BUG_PAUSE_MILLIS);
                self.put_off(&claim, at, "the job panicked").await;
            }
        }
    }

    async fn settle(&self, claim: &Arc<Claim>, result: Result<Outcome, JobError>) {
        match result {
            Ok(Outcome::Settled) => {}
            Ok(Outcome::Finish) => {
                let owned = Arc::clone(claim);
                self.log_lost(claim, self.store.write(move |tx| owned.finish(tx)).await);
            }
            Err(JobError::Retry { at, reason }) => self.put_off(claim, at, &reason).await,
            Err(JobError::Fail(reason)) => self.bury(claim, reason).await,
        }
        self.wake.hint();
    }

    async fn put_off(&self, claim: &Arc<Claim>, at: Timestamp, reason: &str) {
        let owned = Arc::clone(claim);
        let done = self.store.write(move |tx| owned.put_off(tx, at)).await;
        if done.is_ok() {
            tracing::info!(job = %claim.id, kind = claim.kind, attempt = claim.attempts, %at, reason, "job put off");
        }
        self.log_lost(claim, done);
    }

    async fn bury(&self, claim: &Arc<Claim>, reason: String) {
        let (owned, now, why) = (Arc::clone(claim), self.clock.now(), reason.clone());
        let done = self.store.write(move |tx| owned.bury(tx, &why, now)).await;
        if done.is_ok() {
            tracing::error!(job = %claim.id, kind = claim.kind, attempt = claim.attempts, reason, "job given up");
        }
        self.log_lost(claim, done);
    }

    /// A claim that cannot be settled is no loss: its lease runs out and the job runs again.
    fn log_lost(&self, claim: &Claim, settled: Result<(), DbError>) {
        if let Err(error) = settled {
            tracing::warn!(job = %claim.id, kind = claim.kind, %error, "job not settled; it runs again");
        }
    }

    /// Runs what is due now in every queue, one after the other; answers how many jobs ran.
    pub(crate) async fn work_batch(&self) -> Result<usize, DbError> {
        let mut ran = 0;
        for queue in self.queue_names() {
            for (claim, stay) in self.claim(queue, CLAIM_BATCH).await? {
                self.run_one(claim, stay).await;
                ran += 1;
            }
        }
        Ok(ran)
    }
}

fn read_claim(row: &Row<'_>) -> Result<Claim, DbError> {
    let Json(payload) = row.get(3)?;
    Ok(Claim {
        id: row.get(0)?,
        queue: row.get(1)?,
        kind: row.get(2)?,
        payload,
        attempts: row.get(4)?,
        made_at: row.get(5)?,
    })
}
