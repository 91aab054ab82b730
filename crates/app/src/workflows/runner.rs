//! The job that takes a run as far as it goes: one transaction from wake-up to rest.
//!
//! In that transaction the run is loaded, the engine steps it, effects on our own data are performed, requests to the
//! world become deliveries, and the claim is finished; a rest leaves another job behind, due when it is over. So each step
//! takes effect exactly once: either all of it commits, or none and the job runs again. A wait is a job's row with its
//! `run_at`, and what else ends it are rows of `workflow_waits`.
//!
//! A job names the visit of the run at which it was made. A run that moved on since, for an event came before the time was
//! up, has nothing to do with it any more.
//!
//! Two kinds of failure are kept apart. An effect that is refused (no such custom field, nobody to find) fails its step,
//! which is logged, and the run goes on. A failure of ours (the database, a bug) fails the transaction; the job tries
//! again with growing pauses, and after [`PATIENCE`] of them in a row the run is failed with the reason.

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Actor, Cause, Cx, Error, Event, EventKind, Timestamp};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::action::At;
use super::counts::Tally;
use super::definition::{Definition, known};
use super::engine::{self, Happening, Input, Phase, awaited, step};
use super::gather::{About, Gather};
use super::limits::{self, Turn};
use super::model::Run;
use super::{campaign, perform, runs, service};
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
        let Ok(errand) = serde_json::from_value::<Errand>(claim.payload.clone()) else {
            return Err(JobError::Fail("the payload does not name a run and its location".to_owned()));
        };
        let (here, run) = (errand.here(), errand.run_id.clone());
        let (cx, claim) = (self.world.cx(), claim.clone());
        let (lease, urls) = (claim.clone(), self.urls.clone());
        match self.world.write(move |tx| advance(tx, &cx, &errand, &lease, &urls)).await {
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
                campaign::gave_up(tx, &cx, &here, &id)?;
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

/// What a job is to do: wake a run, or tell it something. Its own transaction made it for a run of its location, which is
/// the proof of access.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Errand {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    run_id: Id<id::Run>,
    /// The visit at which the run rests; another one is none of this job's business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    happened: Option<Told>,
    /// The answer to what the run's step sent out, or why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Result<Value, String>>,
}

/// An event, as a job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    event: String,
    data: Value,
    #[serde(default)]
    seen: Map<String, Value>,
}

impl Errand {
    /// Wakes the run from the rest that it takes now.
    #[must_use]
    pub fn new(here: &LocationScope, run: &Run) -> Self {
        Self { visit: Some(run.state.visits), ..Self::to(here, &run.id) }
    }

    /// Tells a run of an event of its contact, wherever it stands.
    #[must_use]
    pub fn happened(
        here: &LocationScope,
        run: &Id<id::Run>,
        event: &Event,
        seen: &Map<String, Value>,
    ) -> Self {
        let told =
            Told { event: event.kind.name().to_owned(), data: event.payload.clone(), seen: seen.clone() };
        Self { happened: Some(told), ..Self::to(here, run) }
    }

    /// Brings a run the answer to what it sent out at its visit number `visit`.
    #[must_use]
    pub fn answer(
        here: &LocationScope,
        run: &Id<id::Run>,
        visit: u32,
        answer: Result<Value, String>,
    ) -> Self {
        Self { visit: Some(visit), answer: Some(answer), ..Self::to(here, run) }
    }

    /// Lets a run begin that waits for its turn.
    #[must_use]
    pub fn begin(here: &LocationScope, run: &Id<id::Run>) -> Self {
        Self { visit: Some(0), ..Self::to(here, run) }
    }

    fn to(here: &LocationScope, run: &Id<id::Run>) -> Self {
        Self {
            company_id: here.company_id().clone(),
            location_id: here.location_id().clone(),
            run_id: run.clone(),
            visit: None,
            happened: None,
            answer: None,
        }
    }

    /// Makes the job, due at `run_at`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn at(&self, tx: &mut Tx<'_>, cx: &Cx, run_at: Timestamp) -> Result<(), Error> {
        let payload = serde_json::to_value(self).map_err(Error::internal)?;
        enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload, run_at })?;
        Ok(())
    }

    fn here(&self) -> LocationScope {
        LocationScope::proven(self.company_id.clone(), self.location_id.clone())
    }

    /// What it says to a run that has begun. An event whose kind is no more says nothing.
    fn input(&self) -> Option<Input> {
        if let Some(answer) = &self.answer {
            return Some(Input::Answered(answer.clone()));
        }
        let Some(told) = &self.happened else { return Some(Input::Woke) };
        let kind = EventKind::parse(&told.event)?;
        Some(Input::Happened(Happening { kind, data: told.data.clone(), seen: told.seen.clone() }))
    }
}

/// Takes a run from where it stands to its next rest or end.
fn advance(tx: &mut Tx<'_>, cx: &Cx, errand: &Errand, claim: &Claim, urls: &Urls) -> Result<(), Error> {
    let here = &errand.here();
    runs::hold(tx, &errand.run_id)?;
    claim.finish(tx)?;
    let on_time =
        |run: &Run| run.ended_at.is_none() && errand.visit.is_none_or(|visit| visit == run.state.visits);
    let Some(mut run) = runs::find(tx, here, &errand.run_id)?.filter(on_time) else { return Ok(()) };
    let begins = matches!(run.state.phase, Phase::New | Phase::Queued { .. });
    let input = if begins { Some(Input::Begin) } else { errand.input() };
    let Some(input) = input else { return Ok(()) };
    let cx = cx_of(cx, &run);
    match take_forward(tx, &cx, here, &mut run, input, urls)? {
        engine::Outcome::Rest(Some(until)) => Errand::new(here, &run).at(tx, &cx, until),
        _ => Ok(()),
    }
}

/// Steps a run until it rests or ends, and keeps where it stands. Never answers `Perform`.
///
/// # Errors
/// A failure of ours.
pub fn take_forward(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    input: Input,
    urls: &Urls,
) -> Result<engine::Outcome, Error> {
    let campaign = campaign::of_run(tx, here, run, &input)?;
    if campaign.as_ref().is_some_and(|campaign| !campaign.goes_on()) {
        run.state.phase = Phase::Removed;
        runs::save(tx, cx, here, run, &[])?;
        return Ok(engine::Outcome::Over);
    }
    let mut tally = Tally::default();
    let (outcome, awaited) = match definition_of(tx, here, run)? {
        Ok(definition) => {
            let turn = match input {
                Input::Begin => limits::ask(tx, cx, here, run, &definition.settings.limits)?,
                _ => Turn::Now,
            };
            if turn != Turn::Now {
                runs::save(tx, cx, here, run, &[])?;
                let until = if let Turn::At(slot) = turn { Some(slot) } else { None };
                return Ok(engine::Outcome::Rest(until));
            }
            let mut gather = Gather::begin(tx, cx, here)?;
            gather.set_links(tx, &definition.links)?;
            gather.set_templates(tx, &definition.templates)?;
            let outcome = walk(tx, cx, here, run, (&definition, input), gather, (urls, &mut tally))?;
            (outcome, awaited(&run.state, &definition))
        }
        Err(reason) => {
            run.state.phase = Phase::Failed { reason };
            (engine::Outcome::Over, Vec::new())
        }
    };
    if !matches!(outcome, engine::Outcome::Unchanged) {
        runs::save_counting(tx, cx, here, run, &awaited, tally)?;
    }
    if let Some(campaign) = campaign {
        campaign.settle(tx, cx, here, &run.state)?;
    }
    Ok(outcome)
}

/// What a run does, it does as its workflow, one level deeper than what started it.
#[must_use]
pub fn cx_of(cx: &Cx, run: &Run) -> Cx {
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

/// The version that the run follows, or why it cannot be followed any more.
///
/// # Errors
/// When the store fails.
pub fn definition_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    run: &Run,
) -> Result<Result<Arc<Definition>, String>, Error> {
    let text = service::version_text(tx, here, &run.workflow_id, run.version)?;
    Ok(text.ok_or_else(|| format!("Version {} of the workflow is gone.", run.version)).and_then(|text| {
        known::publishable(&text).map_err(|faults| {
            let first =
                faults.first().map(|fault| format!("{}: {}", fault.at, fault.message)).unwrap_or_default();
            format!("Version {} of the workflow cannot be read by this server. {first}", run.version)
        })
    }))
}

fn walk(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    (definition, mut input): (&Definition, Input),
    mut gather: Gather,
    (urls, tally): (&Urls, &mut Tally),
) -> Result<engine::Outcome, Error> {
    gather.set_trigger_type(&run.trigger_type, run.trigger_data.clone());
    gather.set_workflow(&run.workflow_id, &definition.name);
    gather.set_settings(&definition.settings);
    let mut about = About::of(&run.state);
    loop {
        // Read again after each effect, which may have made or changed it.
        gather.read(tx, &definition.names, &about)?;
        gather.set_outputs(&run.state.outputs);
        gather.write_links(urls);
        let stepped = step(&run.state, definition, input, gather.facts());
        run.state = stepped.run;
        tally.add(&stepped.entered, &stepped.log);
        for line in &stepped.log {
            runs::note(tx, cx, here, run, line)?;
        }
        match stepped.outcome {
            engine::Outcome::Perform(effect) => {
                let step = run.state.phase.step().unwrap_or_default().to_owned();
                let at = At { cx, here, run, step: &step, urls };
                let result = perform::perform(tx, &at, effect.as_ref())?;
                if let Ok(done) = &result {
                    about = about.after(done);
                }
                if effect.changes_custom_values() {
                    gather.forget_custom_values();
                }
                input = Input::Performed(result);
            }
            rest_or_end => return Ok(rest_or_end),
        }
    }
}
