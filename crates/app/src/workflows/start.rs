//! From an event to runs: the consumer that matches events against the triggers of published workflows.
//!
//! In the relay's transaction, so that an event is relayed and its runs exist, or neither. The unique key of event and
//! workflow makes a repetition harmless; it also means that one event starts a workflow once, however many of its
//! triggers it fits (the first in the definition counts).

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{DbError, Json, Row, Tx, params};
use serde_json::{Value, json};

use super::admission::{self, Rules};
use super::alarms;
use super::changes;
use super::definition::Names;
use super::definition::reader::{Faults, Fields};
use super::engine::{Phase, RunState};
use super::gather::{About, Gather, trigger_data};
use super::model::Run;
use super::trials::{self, Decision, Trial};
use super::trigger::{KINDS, Kind, Subject, Trigger};
use super::{booked, runs, sql};
use crate::tenant::LocationScope;

/// How many runs may lie between a request from outside and an event that still starts runs. Deeper is a circle of
/// workflows that start one another.
pub const DEEPEST: u32 = 25;

/// The most kinds of triggers that listen to one event; as many as `sql::LISTENING` asks for.
const MOST_KINDS: usize = 4;

/// The consumer.
#[derive(Debug)]
pub struct StartRuns;

/// A trigger that listens.
struct Listening {
    workflow: Id<id::Workflow>,
    workflow_name: String,
    version: i64,
    trigger_id: String,
    kind: String,
    trigger: Value,
    rules: Rules,
}

/// An event as one kind of trigger sees it.
struct Seen {
    kind: &'static Kind,
    subject: Subject,
    data: Value,
    /// What filters can name.
    fields: Value,
}

impl Consumer for StartRuns {
    fn name(&self) -> &'static str {
        "workflows"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        let Some(here) = LocationScope::of_event(event) else { return Ok(()) };
        alarms::hasten(tx, cx, &here, event)?;
        let kinds = listeners(event);
        let Some(first) = kinds.first() else { return Ok(()) };
        let subject = (first.subject)(event);
        let mut listening = listening(tx, &here, &kinds, subject.only_workflow.as_ref())?;
        if let Some(only) = subject.only_trigger {
            listening.retain(|one| one.trigger_id == only);
        }
        if listening.is_empty() { Ok(()) } else { start(tx, cx, &here, event, &kinds, &listening) }
    }
}

/// The kinds of triggers to which an event says something.
pub(super) fn listeners(event: &Event) -> Vec<&'static Kind> {
    let listen = |kind: &&&Kind| kind.events.contains(&event.kind) && (kind.listens)(event);
    KINDS.iter().filter(listen).copied().collect()
}

fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    event: &Event,
    kinds: &[&'static Kind],
    listening: &[Listening],
) -> Result<(), Error> {
    let mut seen = Vec::new();
    for kind in kinds {
        let named: Vec<Names> = listening
            .iter()
            .filter(|one| one.kind == kind.name)
            .map(|one| Names::in_json(&one.trigger))
            .collect();
        if !named.is_empty() {
            seen.push(see(tx, cx, here, kind, event, &Names::of_all(named))?);
        }
    }
    let mut started = None;
    for one in listening {
        if started == Some(&one.workflow) {
            continue; // by a trigger before this one
        }
        let Some(seen) = seen.iter_mut().find(|seen| seen.kind.name == one.kind) else { continue };
        seen.fields["workflow"] = json!({ "id": one.workflow, "name": one.workflow_name });
        if try_start(tx, cx, here, event, seen, one)? {
            started = Some(&one.workflow);
        }
    }
    Ok(())
}

/// Tests a trigger and starts a run if it fits and the workflow takes in whom it is about. Keeps what was tested.
fn try_start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    event: &Event,
    seen: &Seen,
    one: &Listening,
) -> Result<bool, Error> {
    let run = run(cx, event, seen, one);
    let (held, filters) = test(one, &seen.fields);
    let decision = match held {
        None => Decision::Unreadable,
        Some(false) => Decision::FiltersDidNotHold,
        Some(true) if run.ended_at.is_some() => Decision::TooDeep,
        Some(true) => {
            let refusal = admission::refusal(tx, here, &one.workflow, one.rules, &run.state)?;
            refusal.unwrap_or(Decision::Started)
        }
    };
    let starts = decision == Decision::Started;
    // A run that is too deep is kept, over before its beginning, so that whoever looks for it reads why.
    if (starts || decision == Decision::TooDeep) && !runs::begin(tx, cx, here, &run)? {
        return Ok(false); // the event was shown before
    }
    let trial = Trial {
        version: one.version,
        trigger_id: one.trigger_id.clone(),
        trigger_type: seen.kind.name.to_owned(),
        contact: seen.subject.contact.clone(),
        event: Some((event.kind.name().to_owned(), event.id.clone())),
        decision,
        filters,
        run: starts.then_some(run.id),
        at: cx.now,
    };
    trials::keep(tx, cx, here, &one.workflow, &trial)?;
    Ok(starts)
}

/// What a kind of trigger sees of an event: beside the contact, what its filters name.
fn see(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    kind: &'static Kind,
    event: &Event,
    named: &Names,
) -> Result<Seen, Error> {
    let subject = (kind.subject)(event);
    let data = brought(tx, here, kind, event, &subject)?;
    let mut gather = Gather::begin(tx, cx, here)?;
    gather.set_trigger(kind, data.clone());
    gather.read(tx, named, &About::begun_by(&subject))?;
    Ok(Seen { kind, subject, data, fields: gather.facts().fields() })
}

/// What an event brings to a trigger of this kind, and what it says to have changed.
pub(super) fn brought(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    kind: &Kind,
    event: &Event,
    subject: &Subject,
) -> Result<Value, Error> {
    let mut data = trigger_data(tx, here, kind, event, subject)?;
    if kind.appointment {
        booked::add_people_and_place(tx, here, &mut data)?;
    }
    if let Some(object) = kind.changes {
        data["changed"] = json!({ object: changes::of(tx, here, object, event)? });
    }
    Ok(data)
}

/// The triggers of these kinds that listen in a location, by workflow and in the order of its definition; of one workflow
/// only, if the event was addressed to it.
fn listening(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    kinds: &[&Kind],
    only: Option<&Id<id::Workflow>>,
) -> Result<Vec<Listening>, Error> {
    let last = kinds.last().map_or("", |kind| kind.name);
    let name = |at: usize| kinds.get(at).map_or(last, |kind| kind.name);
    debug_assert!(kinds.len() <= MOST_KINDS, "sql::LISTENING asks for {MOST_KINDS} kinds");
    Ok(match only {
        Some(workflow) => tx.query(sql::LISTENING_OF, params![here.location_id(), workflow, last], read)?,
        None => {
            let asked = params![here.location_id(), name(0), name(1), name(2), name(3)];
            tx.query(sql::LISTENING, asked, read)?
        }
    })
}

fn read(row: &Row<'_>) -> Result<Listening, DbError> {
    let Json(trigger) = row.get(4)?;
    Ok(Listening {
        workflow: row.get(0)?,
        version: row.get(1)?,
        trigger_id: row.get(2)?,
        kind: row.get(3)?,
        trigger,
        workflow_name: row.get(5)?,
        rules: Rules { allow_reentry: row.get(6)?, many_opportunities: row.get(7)? },
    })
}

/// Whether all filters of a trigger hold, and what was compared. One that cannot be read any more fits nothing, and the
/// log says so.
fn test(one: &Listening, fields: &Value) -> (Option<bool>, Vec<Value>) {
    let faults = Faults::default();
    let trigger = Fields::of(&one.trigger, String::new(), &faults, Trigger::parse);
    match trigger.filter(|_| faults.is_empty()) {
        Some(trigger) => {
            let tests = trigger.filters.iter().map(|filter| (filter, filter.test(fields)));
            let tests: Vec<_> = tests.collect();
            let shown = tests.iter().map(|(filter, tested)| trials::tested(filter, tested)).collect();
            (Some(tests.iter().all(|(_, tested)| tested.held)), shown)
        }
        None => {
            tracing::error!(workflow = %one.workflow, trigger = one.trigger_id, "a published trigger cannot be read");
            (None, Vec::new())
        }
    }
}

fn run(cx: &Cx, event: &Event, seen: &Seen, one: &Listening) -> Run {
    let mut state = RunState {
        opportunity: seen.subject.opportunity.clone(),
        appointment: seen.subject.appointment.clone(),
        ..RunState::new(seen.subject.contact.clone())
    };
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
        trigger_type: seen.kind.name.to_owned(),
        trigger_data: seen.data.clone(),
        event_id: event.id.clone(),
        cause: event.cause.clone(),
        state,
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: too_deep.then_some(cx.now),
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::EventKind;

    use super::*;

    #[test]
    fn one_question_is_enough_for_all_that_listen_to_an_event() {
        // A reminder is addressed to one trigger.
        let own = [EventKind::InboundWebhook, EventKind::FormSubmission, EventKind::SurveySubmission];
        for event in EventKind::PUBLIC.iter().chain(&own) {
            let listen = KINDS.iter().filter(|kind| kind.events.contains(event)).count();
            assert!(listen <= MOST_KINDS, "{event} has {listen}");
        }
    }
}
