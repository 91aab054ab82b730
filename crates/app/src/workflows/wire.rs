//! Workflows and runs as JSON.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use serde_json::{Map, Value, json};

use super::engine::Phase;
use super::model::{DEFINITION_KEYS, Run, RunStep, Status, Whole, Workflow};
use super::runs;
use super::trials::Trial;
use crate::http::fields::Fields;

/// Reads the body of putting a contact into a workflow, or taking it out: when the event begins that it is about.
///
/// # Errors
/// All faults at once.
pub fn event_start(body: &Map<String, Value>) -> Result<Option<Timestamp>, Error> {
    let mut fields = Fields::of_body(body);
    let at = fields.moment("eventStartTime").into_option();
    fields.finish()?;
    Ok(at)
}

/// A workflow as `GET /workflows/` documents it.
#[must_use]
pub fn summary(workflow: &Workflow) -> Value {
    json!({
        "id": workflow.id,
        "name": workflow.name,
        "status": workflow.status.name(),
        "version": workflow.version,
        "createdAt": workflow.created_at.iso(),
        "updatedAt": workflow.updated_at.iso(),
        "locationId": workflow.location_id,
    })
}

/// A workflow with its newest definition, its URLs and what keeps it from being published.
#[must_use]
pub fn whole(whole: &Whole) -> Value {
    let mut out = Map::new();
    if let Value::Object(summary) = summary(&whole.workflow) {
        out.extend(summary);
    }
    out.insert("publishedVersion".to_owned(), json!(whole.workflow.published_version));
    for key in DEFINITION_KEYS.into_iter().filter(|key| *key != "name") {
        let empty = || if key == "settings" { json!({}) } else { json!([]) };
        out.insert(key.to_owned(), whole.definition.get(key).cloned().unwrap_or_else(empty));
    }
    if let Some(hook) = &whole.hook {
        out.insert("inboundHookPath".to_owned(), json!(hook.guide_path()));
        out.insert("inboundHookPathV2".to_owned(), json!(hook.path()));
    }
    let fault = |fault: &super::definition::reader::Fault| json!({"at": fault.at, "message": fault.message});
    out.insert("unfinished".to_owned(), whole.unfinished.iter().map(fault).collect());
    Value::Object(out)
}

/// A run.
#[must_use]
pub fn run(run: &Run) -> Value {
    let reason = match &run.state.phase {
        Phase::Failed { reason } | Phase::Stopped { reason } => Some(reason),
        _ => None,
    };
    let wakes = run.state.phase.until().map(Timestamp::iso);
    json!({
        "id": run.id,
        "workflowId": run.workflow_id,
        "version": run.version,
        "triggerId": run.trigger_id,
        "triggerType": run.trigger_type,
        "eventId": run.event_id,
        "contactId": run.state.contact,
        "status": runs::status(&run.state),
        "reason": reason,
        "wakesAt": wakes,
        "atStep": run.state.phase.step(),
        "atStepSince": run.state.phase.step().and(run.state.arrived).map(Timestamp::iso),
        "failedSteps": run.state.failed_steps,
        "startedAt": run.started_at.iso(),
        "updatedAt": run.updated_at.iso(),
        "endedAt": run.ended_at.map(Timestamp::iso),
    })
}

/// Why a workflow did, or did not, start.
#[must_use]
pub fn why(workflow: &Workflow, trials: &[(i64, Trial)], active: &[Id<id::Run>], limit: i64) -> Value {
    let listening = workflow.status == Status::Published;
    let last = trials.last().filter(|_| i64::try_from(trials.len()).is_ok_and(|count| count == limit));
    json!({
        "workflowId": workflow.id,
        "listening": listening,
        "publishedVersion": workflow.published_version,
        "activeRuns": active,
        "trials": trials.iter().map(|(number, one)| trial(*number, one)).collect::<Vec<_>>(),
        "nextBefore": last.map(|(number, _)| number),
    })
}

fn trial(number: i64, trial: &Trial) -> Value {
    let event = trial.event.as_ref();
    json!({
        "number": number,
        "at": trial.at.iso(),
        "version": trial.version,
        "triggerId": trial.trigger_id,
        "triggerType": trial.trigger_type,
        "contactId": trial.contact,
        "event": event.map(|(kind, _)| kind),
        "eventId": event.map(|(_, id)| id),
        "decision": trial.decision.name(),
        "message": trial.decision.sentence(),
        "filters": trial.filters,
        "runId": trial.run,
    })
}

/// A run with what started it and what its steps did.
#[must_use]
pub fn run_with_steps(one: &Run, steps: &[RunStep], more: bool) -> Value {
    let mut out = run(one);
    out["triggerData"] = one.trigger_data.clone();
    out["steps"] = steps.iter().map(step).collect();
    out["nextAfter"] = json!(steps.last().filter(|_| more).map(|step| step.number));
    out
}

fn step(step: &RunStep) -> Value {
    json!({
        "number": step.number,
        "stepId": step.step_id,
        "type": step.kind,
        "status": if step.error.is_some() { "failed" } else { "done" },
        "input": step.input,
        "output": step.output,
        "error": step.error,
        "beganAt": step.began_at.map(Timestamp::iso),
        "at": step.at.iso(),
        "tookMillis": step.began_at.map(|began| step.at.millis() - began.millis()),
    })
}
