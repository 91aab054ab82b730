//! From an event to runs: the consumer that matches events against the triggers of published workflows.
//!
//! In the relay's transaction, so that an event is relayed and its runs exist, or neither. The unique key of event and
//! workflow makes a repetition harmless; it also means that one event starts a workflow once, however many of its
//! triggers it fits (the first in the definition counts).

use leadhold_kernel::id::Id;
use leadhold_kernel::{Cx, Error, Event};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{Json, Tx, params};
use serde_json::Value;

use super::condition::all_hold;
use super::definition::Names;
use super::definition::reader::{Faults, Fields};
use super::engine::{Phase, RunState};
use super::gather::{Gather, trigger_data};
use super::model::Run;
use super::trigger::{KINDS, Kind, Subject, Trigger};
use super::{runs, sql};
use crate::tenant::LocationScope;

/// How many runs may lie between a request from outside and an event that still starts runs. Deeper is a circle of
/// workflows that start one another.
pub const DEEPEST: u32 = 25;

/// The consumer.
#[derive(Debug)]
pub struct StartRuns;

/// A trigger that listens.
struct Listening {
    workflow: Id<leadhold_kernel::id::Workflow>,
    workflow_name: String,
    version: i64,
    trigger_id: String,
    trigger: Value,
}

impl Consumer for StartRuns {
    fn name(&self) -> &'static str {
        "workflows"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        let Some(here) = LocationScope::of_event(event) else { return Ok(()) };
        for kind in KINDS.iter().filter(|kind| kind.event == event.kind) {
            start(tx, cx, &here, kind, event)?;
        }
        Ok(())
    }
}

fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    kind: &'static Kind,
    event: &Event,
) -> Result<(), Error> {
    let subject = (kind.subject)(&event.record_id, &event.payload);
    let mut listening = listening(tx, here, kind)?;
    if let Some(only) = &subject.only_workflow {
        listening.retain(|one| one.workflow == *only);
    }
    if listening.is_empty() {
        return Ok(());
    }
    let data = trigger_data(tx, here, event, &subject)?;
    let mut gather = Gather::begin(tx, cx, here)?;
    gather.set_trigger(kind, data.clone());
    gather.set_contact(tx, subject.contact.as_ref())?;
    if listening.iter().any(|one| Names::in_json(&one.trigger).object("custom_values")) {
        gather.read_custom_values(tx)?;
    }
    for one in listening {
        gather.set_workflow(&one.workflow, &one.workflow_name);
        if fits(&one, &gather) {
            let run = run(cx, kind, event, &subject, &data, &one);
            runs::begin(tx, cx, here, &run)?;
        }
    }
    Ok(())
}

fn listening(tx: &mut Tx<'_>, here: &LocationScope, kind: &Kind) -> Result<Vec<Listening>, Error> {
    Ok(tx.query(sql::LISTENING, params![here.location_id(), kind.name], |row| {
        let Json(trigger) = row.get(3)?;
        Ok(Listening {
            workflow: row.get(0)?,
            version: row.get(1)?,
            trigger_id: row.get(2)?,
            trigger,
            workflow_name: row.get(4)?,
        })
    })?)
}

/// Whether all filters of a trigger hold. One that cannot be read any more fits nothing, and the log says so.
fn fits(one: &Listening, gather: &Gather) -> bool {
    let faults = Faults::default();
    let trigger = Fields::of(&one.trigger, String::new(), &faults, Trigger::parse);
    match trigger.filter(|_| faults.is_empty()) {
        Some(trigger) => trigger.filters.is_empty() || all_hold(&trigger.filters, &gather.facts().fields()),
        None => {
            tracing::error!(workflow = %one.workflow, trigger = one.trigger_id, "a published trigger cannot be read");
            false
        }
    }
}

fn run(cx: &Cx, kind: &Kind, event: &Event, subject: &Subject, data: &Value, one: &Listening) -> Run {
    let mut state = RunState::new(subject.contact.clone());
    let too_deep = event.cause.depth > DEEPEST;
    if too_deep {
        tracing::warn!(workflow = %one.workflow, event = %event.id, depth = event.cause.depth, "not started: a circle of workflows");
        state.phase = Phase::Failed {
            reason: format!(
                "Not started: {DEEPEST} runs in a row led to this event, so workflows start one another in a circle. \
                 Add a filter to one of their triggers."
            ),
        };
    }
    Run {
        id: Id::generate(cx.random.as_ref()),
        workflow_id: one.workflow.clone(),
        version: one.version,
        trigger_id: one.trigger_id.clone(),
        trigger_type: kind.name.to_owned(),
        trigger_data: data.clone(),
        event_id: event.id.clone(),
        cause: event.cause.clone(),
        state,
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: too_deep.then_some(cx.now),
    }
}
