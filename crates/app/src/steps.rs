//! Work on more rows than one transaction should touch.
//!
//! The first step is taken in the transaction of the change that asks for it, so that for almost everyone all is done at
//! once; where there is more, a job goes on in steps of the same size. A step and the settling of its claim commit
//! together: a step is done once, and a crash costs time alone.

use std::marker::PhantomData;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::{Sql, Tx, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::tenant::LocationScope;
use crate::world::World;

/// Rows that a step changes.
pub const STEP: i64 = 200;
/// The pause after a failure of the store, in milliseconds.
const PAUSE: i64 = 5_000;

/// What is done in steps, as its job keeps it.
pub trait Steps: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind of its job.
    const KIND: &'static str;
    /// The queue of its job.
    const QUEUE: &'static str;

    /// Takes a step; `true` when there may be more.
    ///
    /// # Errors
    /// Those of the work; when the store fails.
    fn step(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<bool, Error>;
}

/// What is done in steps to the rows of one location.
pub trait LocationSteps: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind of its job.
    const KIND: &'static str;
    /// The queue of its job.
    const QUEUE: &'static str;

    /// Takes a step; `true` when there may be more.
    ///
    /// # Errors
    /// Those of the work; when the store fails.
    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error>;
}

/// The steps of a location's work, as its job keeps them: where, and the fields of the work.
#[derive(Serialize, Deserialize)]
pub struct InLocation<S> {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    #[serde(flatten)]
    work: S,
}

impl<S: LocationSteps> Steps for InLocation<S> {
    const KIND: &'static str = S::KIND;
    const QUEUE: &'static str = S::QUEUE;

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<bool, Error> {
        // The job was enqueued by a transaction that held this proof.
        let here = LocationScope::proven(self.company_id.clone(), self.location_id.clone());
        self.work.step(tx, cx, &here)
    }
}

/// Takes the first step of a location's work, and leaves the others to a job.
///
/// # Errors
/// Those of the step.
pub fn start<S: LocationSteps>(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, work: S) -> Result<(), Error> {
    if work.step(tx, cx, here)? { later(tx, cx, here, work) } else { Ok(()) }
}

/// Leaves all of a location's work to a job: for a step that knows where the next one begins.
///
/// # Errors
/// When the store fails.
pub fn later<S: LocationSteps>(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, work: S) -> Result<(), Error> {
    let (company_id, location_id) = (here.company_id().clone(), here.location_id().clone());
    leave(tx, cx, &InLocation { company_id, location_id, work })
}

/// Leaves `work` to a job.
///
/// # Errors
/// When the store fails.
pub fn leave<S: Steps>(tx: &mut Tx<'_>, cx: &Cx, work: &S) -> Result<(), Error> {
    let payload = serde_json::to_value(work).map_err(Error::internal)?;
    enqueue(tx, cx, &NewJob { queue: S::QUEUE, kind: S::KIND, payload, run_at: cx.now })?;
    Ok(())
}

/// Does `each` to the location's next rows behind a place in the order of `statement`, which gives date and id and takes the
/// location, the place and how many. Answers the place to go on from, when there may be more.
///
/// # Errors
/// Those of `each`; when the store fails.
pub fn behind(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    statement: Sql,
    (date_added, id): (i64, &str),
    mut each: impl FnMut(&mut Tx<'_>, &str) -> Result<(), Error>,
) -> Result<Option<(i64, String)>, Error> {
    let place = params![here.location_id(), date_added, id, STEP];
    let next: Vec<(i64, String)> = tx.query(statement, place, |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (_, id) in &next {
        each(tx, id)?;
    }
    let more = next.len() as i64 == STEP;
    Ok(next.into_iter().next_back().filter(|_| more))
}

/// Goes on with what one transaction could not finish.
pub struct StepJob<S>(World, PhantomData<fn() -> S>);

impl<S> StepJob<S> {
    /// In `world`.
    #[must_use]
    pub fn new(world: &World) -> Self {
        Self(world.clone(), PhantomData)
    }
}

impl<S: Steps> Job for StepJob<S> {
    fn kind(&self) -> &'static str {
        S::KIND
    }

    fn queue(&self) -> &'static str {
        S::QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.go_on(claim))
    }
}

impl<S: Steps> StepJob<S> {
    async fn go_on(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let work: S = serde_json::from_value(claim.payload.clone())
            .map_err(|error| JobError::Fail(format!("the payload cannot be read: {error}")))?;
        let taken = take(&self.0, claim, move |tx, cx| work.step(tx, cx)).await;
        taken.map_err(|error| again(&self.0, &error))
    }
}

/// Takes a step of a claimed job and settles the claim, in one transaction.
///
/// # Errors
/// Those of the step.
pub async fn take<F>(world: &World, claim: &Claim, step: F) -> Result<Outcome, Error>
where
    F: Fn(&mut Tx<'_>, &Cx) -> Result<bool, Error> + Send + 'static,
{
    let (cx, claim) = (world.cx(), claim.clone());
    world
        .write(move |tx| {
            match step(tx, &cx)? {
                true => claim.put_off(tx, cx.now)?,
                false => claim.finish(tx)?,
            }
            Ok::<_, Error>(())
        })
        .await
        .map(|()| Outcome::Settled)
}

/// After a failure of the store the step is taken again, soon.
#[must_use]
pub fn again(world: &World, error: &Error) -> JobError {
    JobError::Retry { at: world.clock.now().plus_millis(PAUSE), reason: error.to_string() }
}
