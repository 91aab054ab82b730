//! Work on more of a location's rows than one transaction should touch.
//!
//! The first step is taken in the transaction of the change that asks for it, so that for almost everyone all is done at
//! once; where there is more, a job goes on in steps of the same size. A step and the settling of its claim commit
//! together: a step is done once, and a crash costs time alone.

use std::marker::PhantomData;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::Tx;
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
    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error>;
}

/// The payload of a job: where, and the fields of the work.
#[derive(Serialize, Deserialize)]
struct Payload<S> {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    #[serde(flatten)]
    work: S,
}

/// Takes the first step, and leaves the others to a job.
///
/// # Errors
/// Those of the step.
pub fn start<S: Steps>(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, work: S) -> Result<(), Error> {
    if work.step(tx, cx, here)? { later(tx, cx, here, work) } else { Ok(()) }
}

/// Leaves all of `work` to a job: for a step that knows where the next one begins.
///
/// # Errors
/// When the store fails.
pub fn later<S: Steps>(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, work: S) -> Result<(), Error> {
    let (company_id, location_id) = (here.company_id().clone(), here.location_id().clone());
    let payload = serde_json::json!(Payload { company_id, location_id, work });
    enqueue(tx, cx, &NewJob { queue: S::QUEUE, kind: S::KIND, payload, run_at: cx.now })?;
    Ok(())
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
        let Payload { company_id, location_id, work }: Payload<S> =
            serde_json::from_value(claim.payload.clone())
                .map_err(|error| JobError::Fail(format!("the payload cannot be read: {error}")))?;
        // The job was enqueued by a transaction that held this proof.
        let here = LocationScope::proven(company_id, location_id);
        let taken = take(&self.0, claim, move |tx, cx| work.step(tx, cx, &here)).await;
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
