//! Runs as they are kept: begun once per event, saved after each step, shown with what each step did.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, EventKind, Timestamp};
use leadhold_store::{DbError, Dynamic, Json, Row, Tx, json_text, params};
use serde_json::Value;

use super::counts::{self, Tally};
use super::engine::{LogLine, Phase, RunState};
use super::model::{Run, RunStep};
use super::{limits, runner, sql};
use crate::tenant::LocationScope;

/// Inserts a run and the job that takes its first step. Answers `false`, and changes nothing, when this event started the
/// workflow before. A run that is over before its beginning gets no job.
///
/// # Errors
/// When the store fails.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, run: &Run) -> Result<bool, Error> {
    let inserted = tx.exec(
        sql::INSERT_RUN,
        params![
            &run.id,
            here.company_id(),
            here.location_id(),
            &run.workflow_id,
            run.version,
            &run.trigger_id,
            &run.trigger_type,
            json_text(&run.trigger_data),
            &run.event_id,
            json_text(&run.cause),
            run.state.contact.as_ref(),
            status(&run.state),
            json_text(&run.state),
            run.started_at,
            run.ended_at,
            run.state.opportunity.as_ref(),
            run.state.appointment.as_ref()
        ],
    )?;
    if inserted == 0 {
        return Ok(false);
    }
    let ended = run.ended_at.map(|_| status(&run.state));
    counts::run(tx, here, (&run.workflow_id, run.version), true, ended);
    if run.ended_at.is_none() {
        runner::Errand::new(here, run).at(tx, cx, cx.now)?;
    }
    Ok(true)
}

/// Keeps a run from being taken further, or ended, by others until the transaction ends.
///
/// # Errors
/// When the store fails.
pub fn hold(tx: &mut Tx<'_>, id: &Id<id::Run>) -> Result<(), Error> {
    Ok(tx.lock(&format!("run:{id}"))?)
}

/// A run.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &Id<id::Run>) -> Result<Option<Run>, Error> {
    Ok(tx.query_opt(sql::RUN, params![id, here.location_id()], read)?)
}

/// That there is no run of this id.
#[must_use]
pub fn missing(id: &str) -> Error {
    Error::NotFound(format!("Run with id {id} not found"))
}

/// Which runs of a workflow are asked for; a field that is empty asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Where it stands, in a word.
    pub status: Option<&'static str>,
    /// About this contact.
    pub contact: Option<String>,
    /// In this version.
    pub version: Option<i64>,
    /// Waiting at this step.
    pub step: Option<String>,
    /// Begun at this moment or later.
    pub from: Option<Timestamp>,
    /// Begun before this moment.
    pub to: Option<Timestamp>,
}

/// The words for where a run stands: all that [`status`] says.
pub const STATUSES: &[&str] =
    &["running", "queued", "delayed", "sleeping", "waiting", "finished", "stopped", "removed", "failed"];

/// The runs of a workflow that began before `(started_at, id)`, newest first.
///
/// # Errors
/// When the store fails.
pub fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    filter: &Filter,
    before: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Run>, Error> {
    let head =
        "select id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause, state,
        started_at, updated_at, ended_at from workflow_runs where location_id = ";
    let mut sql = Dynamic::in_location(head, here.location_id());
    sql.push(" and workflow_id = ").bind(workflow.to_string());
    match filter.status {
        Some(status @ ("running" | "finished")) => drop(sql.push(" and status = ").bind(status)),
        // As text: the others have an index of their own.
        Some(status) => {
            let others =
                " and status in ('queued', 'delayed', 'sleeping', 'waiting', 'stopped', 'removed', 'failed')
                and status = ";
            sql.push(others).bind(status);
        }
        None => {}
    }
    if let Some(contact) = &filter.contact {
        sql.push(" and contact_id = ").bind(contact.clone());
    }
    if let Some(version) = filter.version {
        sql.push(" and version = ").bind(version);
    }
    if let Some(step) = &filter.step {
        sql.push(" and at_step = ").bind(step.clone());
    }
    if let Some(from) = filter.from {
        sql.push(" and started_at >= ").bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" and started_at < ").bind(to);
    }
    sql.push(" and ")
        .after(&[("started_at", true, before.0.into()), ("id", true, before.1.to_owned().into())]);
    sql.push(" order by started_at desc, id desc limit ").bind(limit);
    Ok(tx.query_dynamic(&sql, read)?)
}

/// The steps of a run after its visit number `after`, in their order.
///
/// # Errors
/// When the store fails.
pub fn steps(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    run: &Id<id::Run>,
    after: i64,
    limit: i64,
) -> Result<Vec<RunStep>, Error> {
    Ok(tx.query(sql::STEPS, params![run, here.location_id(), after, limit], |row| {
        let json = |i| Ok::<_, DbError>(row.get::<Option<Json<Value>>>(i)?.map(|Json(value)| value));
        Ok(RunStep {
            number: row.get(0)?,
            step_id: row.get(1)?,
            kind: row.get(2)?,
            input: json(3)?,
            output: json(4)?,
            error: row.get(5)?,
            at: row.get(6)?,
            began_at: row.get(7)?,
        })
    })?)
}

/// Keeps where a run stands now, and which events move it on.
///
/// # Errors
/// When the store fails.
pub fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    awaited: &[EventKind],
) -> Result<(), Error> {
    save_counting(tx, cx, here, run, awaited, Tally::default())
}

/// As [`save`], of a run that moved over steps.
///
/// # Errors
/// When the store fails.
pub fn save_counting(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &mut Run,
    awaited: &[EventKind],
    mut tally: Tally,
) -> Result<(), Error> {
    if run.state.listens {
        tx.exec(sql::DELETE_WAITS, params![&run.id, here.location_id()])?;
    }
    run.state.listens = false;
    if let Some(contact) = &run.state.contact {
        for kind in awaited {
            tx.exec(sql::INSERT_WAIT, params![&run.id, here.location_id(), contact, kind.name()])?;
        }
        run.state.listens = !awaited.is_empty();
    }
    let at_step = run.state.phase.step().map(str::to_owned);
    tally.waits(run.state.counted.as_deref(), at_step.as_deref());
    run.state.counted = at_step;
    let ended = run.state.is_over().then_some(cx.now);
    if ended.is_some() {
        limits::call_next(tx, cx, here, &run.workflow_id)?;
    }
    let state = json_text(&run.state);
    tx.exec(
        sql::SAVE_RUN,
        params![
            &run.id,
            here.location_id(),
            run.state.contact.as_ref(),
            status(&run.state),
            state,
            cx.now,
            ended,
            run.state.counted.as_deref(),
            run.state.opportunity.as_ref()
        ],
    )?;
    if ended.is_some() {
        let ended = Some(status(&run.state));
        counts::run(tx, here, (&run.workflow_id, run.version), false, ended);
    }
    tally.keep(tx, here, (&run.workflow_id, run.version));
    Ok(())
}

/// Adds a line to a run's log.
///
/// # Errors
/// When the store fails.
pub fn note(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, run: &Run, line: &LogLine) -> Result<(), Error> {
    let output = line.result.as_ref().ok().map(json_text);
    let error = line.result.as_ref().err();
    let input = line.input.as_ref().map(json_text);
    let (step, began) = (&line.step, line.began);
    tx.exec(
        sql::INSERT_STEP,
        params![
            &run.id,
            here.location_id(),
            line.visit,
            step,
            line.kind,
            input,
            output,
            error,
            cx.now,
            began
        ],
    )?;
    Ok(())
}

/// Counts a failure of ours to take a run's step; answers how many there were in a row. 0: the run is gone.
///
/// # Errors
/// When the store fails.
pub fn trouble(tx: &mut Tx<'_>, here: &LocationScope, run: &Id<id::Run>) -> Result<i64, Error> {
    let troubles = tx.query_opt(sql::TROUBLE, params![run, here.location_id()], |row| row.get(0))?;
    Ok(troubles.unwrap_or(0))
}

/// Fails a run whose step the server could not take. Its state may be the very thing that cannot be read, so it is
/// written anew and not read first.
///
/// # Errors
/// When the store fails.
pub fn give_up(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, run: &Id<id::Run>) -> Result<(), Error> {
    let reason = format!(
        "The server failed {} times in a row to take this run's next step. Its log has the reason, under the run's id.",
        runner::PATIENCE
    );
    let state = RunState { phase: Phase::Failed { reason }, ..RunState::new(None) };
    tx.exec(sql::DELETE_WAITS, params![run, here.location_id()])?;
    let stood = tx.query_opt(sql::STANDS, params![run, here.location_id()], |row| {
        Ok((row.get::<Id<id::Workflow>>(0)?, row.get::<i64>(1)?, row.get::<Option<String>>(2)?))
    })?;
    tx.exec(sql::GIVE_UP, params![run, here.location_id(), status(&state), json_text(&state), cx.now])?;
    let Some((workflow, version, at_step)) = stood else { return Ok(()) };
    counts::run(tx, here, (&workflow, version), false, Some(status(&state)));
    let mut tally = Tally::default();
    tally.waits(at_step.as_deref(), None);
    tally.keep(tx, here, (&workflow, version));
    Ok(())
}

/// The word for where a run stands.
#[must_use]
pub fn status(state: &RunState) -> &'static str {
    match state.phase {
        Phase::New | Phase::Performing { .. } => "running",
        Phase::Queued { until: None } => "queued",
        Phase::Queued { until: Some(_) } => "delayed",
        Phase::Sleeping { .. } | Phase::Again { .. } => "sleeping",
        Phase::Awaiting { .. } | Phase::Answering { .. } => "waiting",
        Phase::Finished => "finished",
        Phase::Stopped { .. } => "stopped",
        Phase::Removed => "removed",
        Phase::Failed { .. } => "failed",
    }
}

fn read(row: &Row<'_>) -> Result<Run, DbError> {
    let (Json(trigger_data), Json(cause), Json(state)) = (row.get(5)?, row.get(7)?, row.get(8)?);
    Ok(Run {
        id: row.get(0)?,
        workflow_id: row.get(1)?,
        version: row.get(2)?,
        trigger_id: row.get(3)?,
        trigger_type: row.get(4)?,
        trigger_data,
        event_id: row.get(6)?,
        cause,
        state,
        started_at: row.get(9)?,
        updated_at: row.get(10)?,
        ended_at: row.get(11)?,
    })
}
