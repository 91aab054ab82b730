//! Work: how it is asked for, what does it, and how it ends.

use std::future::Future;
use std::pin::Pin;

use leadhold_kernel::{Cx, Id, Timestamp, id};
use leadhold_store::{DbError, Tx, json_text, params};
use serde_json::Value;

use crate::sql;

/// Work to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which workers take it; a queue has its own concurrency.
    pub queue: &'static str,
    /// Which [`Job`] does it. A name never changes its meaning.
    pub kind: &'static str,
    /// What the job needs to know; ids rather than copies.
    pub payload: Value,
    /// Not before this moment.
    pub run_at: Timestamp,
}

/// Adds a job in the caller's transaction: it exists if and only if the transaction commits.
///
/// # Errors
/// When the store fails.
pub fn enqueue(tx: &mut Tx<'_>, cx: &Cx, job: &NewJob) -> Result<Id<id::Job>, DbError> {
    let id = Id::<id::Job>::generate(cx.random.as_ref());
    let payload = json_text(&job.payload);
    tx.exec(sql::ENQUEUE, params![&id, job.queue, job.kind, payload, job.run_at, cx.now])?;
    Ok(id)
}

/// A job taken for a lease.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which job.
    pub id: Id<id::Job>,
    /// Its queue.
    pub queue: String,
    /// Its kind.
    pub kind: String,
    /// What it was enqueued with.
    pub payload: Value,
    /// Which attempt this is, from 1; also the number of the lease.
    pub attempts: i64,
    /// When it was enqueued.
    pub made_at: Timestamp,
}

impl Claim {
    /// Whether the lease is still ours; if so, it stays ours until `tx` ends.
    ///
    /// # Errors
    /// When the store fails.
    pub fn held(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        Ok(tx.exec(sql::HOLD, params![&self.id, self.attempts])? == 1)
    }

    /// Ends the job inside `tx`, so that its effects and its end are one fact.
    ///
    /// # Errors
    /// When the lease ran out and another worker has the job: the transaction must be given up.
    pub fn finish(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        self.still_ours(tx.exec(sql::FINISH, params![&self.id, self.attempts])?)
    }

    /// Puts the job off until `run_at` inside `tx`.
    ///
    /// # Errors
    /// As [`Claim::finish`].
    pub fn put_off(&self, tx: &mut Tx<'_>, run_at: Timestamp) -> Result<(), DbError> {
        self.still_ours(tx.exec(sql::PUT_OFF, params![&self.id, self.attempts, run_at])?)
    }

    /// Gives the job up inside `tx`: it moves, with `reason`, to the dead jobs.
    ///
    /// # Errors
    /// As [`Claim::finish`].
    pub fn bury(&self, tx: &mut Tx<'_>, reason: &str, now: Timestamp) -> Result<(), DbError> {
        self.finish(tx)?;
        let payload = json_text(&self.payload);
        tx.exec(sql::BURY, params![&self.id, &self.queue, &self.kind, payload, self.attempts, reason, now])?;
        Ok(())
    }

    fn still_ours(&self, changed: u64) -> Result<(), DbError> {
        if changed == 1 {
            return Ok(());
        }
        Err(DbError::Failed(format!("the lease of job {} ran out: another worker has it", self.id)))
    }
}

/// How a run ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The job finished, put off or buried its claim in a transaction of its own: nothing is left to do.
    Settled,
    /// Done, and the worker is to finish the claim.
    Finish,
}

/// How a run failed. The code that failed decides, since it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobError {
    /// Try again at this moment.
    Retry {
        /// When.
        at: Timestamp,
        /// Why, for the log.
        reason: String,
    },
    /// Trying again cannot help.
    Fail(String),
}

/// What [`Job::run`] answers.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<Outcome, JobError>> + Send + 'a>>;

/// Does one kind of work.
pub trait Job: Send + Sync {
    /// The kind that it does.
    fn kind(&self) -> &'static str;

    /// The queue in which its jobs wait.
    fn queue(&self) -> &'static str;

    /// Does it. No transaction is held meanwhile; a run that outlasts its lease may be repeated elsewhere.
    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a>;
}
