//! The job that takes a run as far as it goes: one transaction from wake-up to rest.
//!
//! In that transaction the run is loaded, the engine steps it, effects on our own data are performed, requests to the
//! world become deliveries, and the claim is finished or, at a wait, put off until it is over. So each step takes effect
//! exactly once: either all of it commits, or none and the job runs again. A wait is this job's row with its `run_at`.
//!
//! Two kinds of failure are kept apart. An effect that is refused (no such custom field, nobody to find) fails its step,
//! which is logged, and the run goes on. A failure of ours (the database, a bug) fails the transaction; the job tries
//! again with growing pauses, and after [`PATIENCE`] of them in a row the run is failed with the reason.

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Actor, Cause, Cx, Error};
use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome};
use leadhold_store::Tx;
use serde_json::Value;

use super::definition::Definition;
use super::engine::{self, Done, Input, Phase, step};
use super::gather::Gather;
use super::model::Run;
use super::{perform, runs, service};
use crate::links::Urls;
use crate::tenant::LocationScope;
use crate::world::World;

/// The job's kind.
pub const KIND: &str = "workflows.step_run";
/// The queue in which it waits.
pub const QUEUE: &str = "workflows";

/// How many failures of ours in a row a run survives.
pub const PATIENCE: i64 = 12;
/// The pause after the first of them, in milliseconds; each further one doubles it.
const FIRST_PAUSE: i64 = 1000;
/// The longest pause between two of them, in milliseconds.
const LONGEST_PAUSE: i64 = 300_000;

/// Takes runs forward.
pub struct StepRun {
    world: World,
    urls: Urls,
}

impl StepRun {
    /// The job over `world`; links that it writes begin with `base_url`.
    #[must_use]
    pub fn new(world: World, base_url: &str) -> Self {
        Self { urls: Urls::new(base_url, Arc::clone(&world.seal)), world }
    }

    async fn take(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let Some((here, run)) = errand(&claim.payload) else {
            return Err(JobError::Fail("the payload does not name a run and its location".to_owned()));
        };
        let (cx, claim) = (self.world.cx(), claim.clone());
        let (scope, id) = (here.clone(), run.clone());
        let (lease, urls) = (claim.clone(), self.urls.clone());
        match self.world.write(move |tx| advance(tx, &cx, &scope, &id, &lease, &urls)).await {
            Ok(()) => Ok(Outcome::Settled),
            Err(error) => self.trouble(&claim, here, run, error).await,
        }
    }

    /// A failure of ours: counted, tried again, and in the end told to the run's reader. A database that is only busy is
    /// tried again and not counted; nor is the end of a lease, after which another worker has the run.
    async fn trouble(
        &self,
        claim: &Claim,
        here: LocationScope,
        run: Id<id::Run>,
        error: Error,
    ) -> Result<Outcome, JobError> {
        let cx = self.world.cx();
        let retry = |pause: i64, reason: &Error| {
            Err(JobError::Retry {
                at: self.world.clock.now().plus_millis(pause),
                reason: format!("{reason:?}"),
            })
        };
        if matches!(error, Error::Unavailable(_)) {
            return retry(FIRST_PAUSE, &error);
        }
        let (lease, id) = (claim.clone(), run.clone());
        let counted = self.world.write(move |tx| {
            if !lease.held(tx)? {
                return Ok(None);
            }
            let troubles = runs::trouble(tx, &here, &id)?;
            if troubles >= PATIENCE {
                runs::give_up(tx, &cx, &here, &id)?;
            }
            Ok::<_, Error>(Some(troubles))
        });
        let counted = counted.await;
        if counted != Ok(None) {
            tracing::error!(%run, ?error, "a run could not take its step");
        }
        match counted {
            Ok(None) => Ok(Outcome::Settled),
            Ok(Some(troubles)) if troubles >= PATIENCE => Err(JobError::Fail(format!("{error:?}"))),
            Ok(Some(troubles)) => retry((FIRST_PAUSE << troubles.clamp(0, 16)).min(LONGEST_PAUSE), &error),
            Err(worse) => retry(LONGEST_PAUSE, &worse),
        }
    }
}

impl Job for StepRun {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.take(claim))
    }
}

/// The run of a job. The job was made in a transaction of its location, which is the proof of access.
fn errand(payload: &Value) -> Option<(LocationScope, Id<id::Run>)> {
    let text = |key| payload.get(key).and_then(Value::as_str);
    let here = LocationScope::proven(Id::parse(text("companyId")?)?, Id::parse(text("locationId")?)?);
    Some((here, Id::parse(text("runId")?)?))
}

/// Takes a run from where it stands to its next rest or end.
fn advance(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Run>,
    claim: &Claim,
    urls: &Urls,
) -> Result<(), Error> {
    runs::hold(tx, id)?;
    let Some(mut run) = runs::find(tx, here, id)?.filter(|run| run.ended_at.is_none()) else {
        return Ok(claim.finish(tx)?);
    };
    let cx = cx_of(cx, &run);
    let outcome = match definition_of(tx, here, &run)? {
        Ok((definition, text)) => {
            let mut gather = Gather::begin(tx, &cx, here)?;
            gather.set_links(tx, &text)?;
            walk(tx, &cx, here, &mut run, &definition, gather, urls)?
        }
        Err(reason) => {
            run.state.phase = Phase::Failed { reason: reason.clone() };
            engine::Outcome::Failed(reason)
        }
    };
    runs::save(tx, &cx, here, &run)?;
    match outcome {
        engine::Outcome::Sleep(until) => claim.put_off(tx, until)?,
        _ => claim.finish(tx)?,
    }
    Ok(())
}

/// What a run does, it does as its workflow, one level deeper than what started it.
fn cx_of(cx: &Cx, run: &Run) -> Cx {
    Cx {
        cause: Cause { run: Some(run.id.clone()), depth: run.cause.depth.saturating_add(1) },
        actor: Actor {
            source: "WORKFLOW_NEW".to_owned(),
            channel: "APP".to_owned(),
            source_id: run.workflow_id.to_string(),
        },
        ..cx.clone()
    }
}

/// The version that the run follows, also as its text, or why it cannot be followed any more.
fn definition_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    run: &Run,
) -> Result<Result<(Definition, String), String>, Error> {
    let json = service::version(tx, here, &run.workflow_id, run.version)?;
    Ok(json.ok_or_else(|| format!("Version {} of the workflow is gone.", run.version)).and_then(|json| {
        let text = json.to_string();
        Definition::publishable(&json).map(|definition| (definition, text)).map_err(|faults| {
            let first =
                faults.first().map(|fault| format!("{}: {}", fault.at, fault.message)).unwrap_or_default();
            format!("Version {} of the workflow cannot be read by this server. {first}", run.version)
        })
    }))
}

/// Steps until the run rests or ends. Never answers `Perform`.
fn walk(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    definition: &Definition,
    mut gather: Gather,
    urls: &Urls,
) -> Result<engine::Outcome, Error> {
    gather.set_trigger_type(&run.trigger_type, run.trigger_data.clone());
    gather.set_workflow(&run.workflow_id, &definition.name);
    if definition.uses_custom_values {
        gather.read_custom_values(tx)?;
    }
    let mut input = if run.state.phase == Phase::New { Input::Begin } else { Input::Woke };
    let mut performed: Option<Value> = None;
    let mut contact = run.state.contact.clone();
    loop {
        // Read again after each effect, which may have made or changed it.
        gather.set_contact(tx, contact.as_ref())?;
        gather.write_links(urls);
        let stepped = step(&run.state, definition, input, gather.facts());
        run.state = stepped.run;
        for line in &stepped.log {
            // The first line after an effect is that of its step.
            runs::note(tx, cx, here, run, line, performed.take().as_ref())?;
        }
        match stepped.outcome {
            engine::Outcome::Perform(effect) => {
                performed = Some(perform::shown(&effect));
                let result = perform::perform(tx, cx, here, run, &effect)?;
                if let Ok(Done { contact: made @ Some(_), .. }) = &result {
                    contact.clone_from(made);
                }
                input = Input::Performed(result);
            }
            rest_or_end => return Ok(rest_or_end),
        }
    }
}
