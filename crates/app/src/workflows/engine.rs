//! The engine: from a run and what happened, the run's next state and what is to be done. A pure function.
//!
//! [`step`] reads no clock, no database and no chance: everything it sees is an argument, so the same arguments give the
//! same result, and a recorded run can be replayed. It walks over steps that decide (if/else, a wait that has passed, a
//! step that cannot be done) until one needs the world: an effect, a rest, or the end.
//!
//! **The rule for failure.** A step that cannot be done is logged as failed with its reason and counted. Its `onError`
//! says what then: tries again after growing pauses, and in the end the next step (when nothing is said, as the real
//! service does), another step, or the end. Only a run that cannot go on at all fails: its step is gone, it was resumed
//! out of turn, or it made [`MAX_VISITS`] visits.
//!
//! **What a run listens to.** Beside time, a run is moved by events of its contact ([`awaited`]): those of the step at
//! which it waits, those of goals (which it reaches from wherever it stands), and replies that stop it.
//!
//! **Bounds.** Every visit of a step counts, and a run has [`MAX_VISITS`] of them. Every loop of a definition rests, so
//! one call of [`step`] and one wake-up are bounded by the number of steps.

mod state;

use leadhold_kernel::{EventKind, Timestamp};
use serde_json::{Map, Value, json};

pub use self::state::{Phase, RunState};
use super::action::{Action, Done, Effect, Then, Turn, Visit};
use super::definition::{AfterFailure, Definition, Step};
use super::facts::Facts;

/// The most visits of steps in one run.
pub const MAX_VISITS: u32 = 10_000;

/// What happened to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// It is to begin.
    Begin,
    /// The effect was performed, or was not and this is why.
    Performed(Result<Done, String>),
    /// An answer came that a performed effect had promised, or none came and this is why.
    Answered(Result<Value, String>),
    /// Time has passed.
    Woke,
    /// An event of its contact, of a kind that it listens to.
    Happened(Happening),
}

/// An event, as far as a run that listens to it sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// What happened.
    pub kind: EventKind,
    /// What the event says.
    pub data: Value,
    /// What it brings to each kind of trigger that it is one of, by the kind's name.
    pub seen: Map<String, Value>,
}

/// What is to be done next.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Perform this and call again with [`Input::Performed`].
    Perform(std::sync::Arc<dyn Effect>),
    /// The run rests: until an event or an answer, and not longer than until then.
    Rest(Option<Timestamp>),
    /// The input was none of this run's business: it rests as it did.
    Unchanged,
    /// The run is over; its phase says how.
    Over,
}

/// A line of the run's log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Which visit of the run it was, from 1.
    pub visit: u32,
    /// The step's id.
    pub step: String,
    /// The step's type.
    pub kind: &'static str,
    /// When the run came to it.
    pub began: Timestamp,
    /// What was to be done, where it had an effect.
    pub input: Option<Value>,
    /// Its result, or why there is none.
    pub result: Result<Value, String>,
    /// Whether it failed and is tried again.
    pub again: bool,
}

/// The result of [`step`].
#[derive(Clone, Debug)]
pub struct Stepped {
    /// The run as it is now.
    pub run: RunState,
    /// The steps that were come to on the way; another attempt is no coming.
    pub entered: Vec<String>,
    /// The steps that were done with on the way.
    pub log: Vec<LogLine>,
    /// What comes next.
    pub outcome: Outcome,
}

/// Takes a run as far as it goes without the world. The log of a performed step is complete only with its result, so it
/// comes with the call that brings the result. `facts` must be as they are after `input`: with the contact that an effect
/// made, if it made one.
#[must_use]
pub fn step(run: &RunState, definition: &Definition, input: Input, facts: &Facts) -> Stepped {
    let mut walk = Walk {
        run: run.clone(),
        definition,
        entered: Vec::new(),
        log: Vec::new(),
        facts,
        fields: facts.fields(),
    };
    let outcome = match walk.resume(input) {
        Flow::At(next) => walk.on(next),
        Flow::Stop(outcome) => outcome,
    };
    Stepped { run: walk.run, entered: walk.entered, log: walk.log, outcome }
}

/// The kinds of events of its contact that move this run. Empty when it is over.
#[must_use]
pub fn awaited(run: &RunState, definition: &Definition) -> Vec<EventKind> {
    if run.is_over() {
        return Vec::new();
    }
    let mut kinds = match &run.phase {
        Phase::Awaiting { events, .. } => events.clone(),
        _ => Vec::new(),
    };
    for step in definition.steps.iter().filter(|step| !run.goals_met.contains(&step.id)) {
        kinds.extend_from_slice(step.action.goal());
    }
    if definition.settings.stop_on_response && run.spoke {
        kinds.push(EventKind::MessageReceived);
    }
    kinds.sort_by_key(|kind| kind.name());
    kinds.dedup();
    kinds
}

enum Flow {
    /// The id of the step to go to; `None` is the end.
    At(Option<String>),
    /// Nothing more without the world.
    Stop(Outcome),
}

struct Walk<'d> {
    run: RunState,
    definition: &'d Definition,
    entered: Vec<String>,
    log: Vec<LogLine>,
    facts: &'d Facts,
    fields: Value,
}

impl Walk<'_> {
    /// Where the run goes on, given where it stood and what happened.
    fn resume(&mut self, input: Input) -> Flow {
        if self.run.is_over() {
            return Flow::Stop(Outcome::Over);
        }
        match (self.run.phase.clone(), input) {
            (Phase::New | Phase::Queued { .. }, Input::Begin) => {
                let first = self.definition.steps.first().map(|step| step.id.clone());
                Flow::At(self.run.begins_at.clone().or(first))
            }
            (Phase::Performing { step }, Input::Performed(result)) => self.performed(&step, result),
            (Phase::Answering { step, .. }, Input::Answered(result)) => self.settle(&step, result),
            (Phase::New | Phase::Performing { .. }, _) => self
                .fail("The run was resumed out of turn. This is a fault of the program; please report it."),
            (phase, Input::Woke) => self.woke(phase),
            (_, Input::Happened(what)) => self.happened(&what),
            _ => Flow::Stop(Outcome::Unchanged),
        }
    }

    /// Time has passed.
    fn woke(&mut self, phase: Phase) -> Flow {
        match phase.until() {
            None => return Flow::Stop(Outcome::Unchanged),
            Some(until) if self.facts.now < until => return Flow::Stop(Outcome::Rest(Some(until))),
            Some(_) => {}
        }
        match phase {
            Phase::Sleeping { step, until } => self.settle(&step, Ok(json!({"waitedUntil": until.iso()}))),
            Phase::Again { step, .. } => self.again(&step),
            Phase::Answering { step, .. } => {
                self.settle(&step, Err("No answer came in the time that the step allows.".to_owned()))
            }
            Phase::Awaiting { step, .. } => {
                self.turn_at(&step, |action, visit| Some(action.timed_out(visit)))
            }
            _ => Flow::Stop(Outcome::Unchanged),
        }
    }

    /// Comes to a step anew, to do what could not be done before.
    fn again(&mut self, id: &str) -> Flow {
        let definition = self.definition;
        let Some(step) = definition.step(id) else { return self.gone(id) };
        if self.run.visits >= MAX_VISITS {
            return self.circles();
        }
        if self.run.tries > 0 {
            self.run.arrived = Some(self.facts.now);
        }
        self.visit_of(step)
    }

    /// An event of the run's contact: a goal reached, a reply that stops, or what the step waits for.
    fn happened(&mut self, what: &Happening) -> Flow {
        if let Some(goal) = self.goal_met_by(what) {
            self.run.goals_met.push(goal.clone());
            self.run.visits += 1;
            self.come_to(&goal);
            return self.settle(&goal, Ok(json!({"met": what.kind.name()})));
        }
        if self.stops(what) {
            let reason = "The contact replied, and this workflow stops on response.";
            return self.over(Phase::Stopped { reason: reason.to_owned() });
        }
        match self.run.phase.clone() {
            Phase::Awaiting { step, events, .. } if events.contains(&what.kind) => {
                self.turn_at(&step, |action, visit| action.happened(visit, what))
            }
            _ => Flow::Stop(Outcome::Unchanged),
        }
    }

    fn goal_met_by(&self, what: &Happening) -> Option<String> {
        let open = self.definition.steps.iter().filter(|step| !self.run.goals_met.contains(&step.id));
        let listening = open.filter(|step| step.action.goal().contains(&what.kind));
        let met = |step: &&Step| step.action.met(&self.visit(&step.id), what);
        listening.filter(met).map(|step| step.id.clone()).next()
    }

    fn stops(&self, what: &Happening) -> bool {
        let answers = what.data.get("repliedToWorkflowId").and_then(Value::as_str);
        self.definition.settings.stop_on_response
            && self.run.spoke
            && what.kind == EventKind::MessageReceived
            && answers.is_none_or(|workflow| workflow == self.facts.workflow_id)
    }

    /// What the action of a step says to something that came while the run rested there.
    fn turn_at(&mut self, id: &str, say: impl FnOnce(&dyn Action, &Visit<'_>) -> Option<Turn>) -> Flow {
        let definition = self.definition;
        let Some(step) = definition.step(id) else { return self.gone(id) };
        match say(step.action.as_ref(), &self.visit(id)) {
            Some(turn) => self.take(step, turn),
            None => Flow::Stop(Outcome::Unchanged),
        }
    }

    /// An effect was performed, or was refused.
    fn performed(&mut self, id: &str, result: Result<Done, String>) -> Flow {
        let definition = self.definition;
        let Some(step) = definition.step(id) else { return self.gone(id) };
        let done = match result {
            Ok(done) => done,
            Err(reason) => return self.settle(id, Err(reason)),
        };
        self.run.spoke |= step.action.is_communication();
        if done.contact.is_some() {
            self.run.contact = done.contact;
        }
        if done.opportunity.is_some() {
            self.run.opportunity = done.opportunity;
        }
        if done.appointment.is_some() {
            self.run.appointment = done.appointment;
            // It is the event that the run is about from now on.
            self.run.event_start = None;
        }
        if done.event_start.is_some() {
            self.run.event_start = done.event_start;
        }
        match done.then {
            Then::Next => self.settle(id, Ok(done.output)),
            Then::GoTo(next) => {
                self.done_with(step, done.output);
                Flow::At(next)
            }
            Then::Rest(until) => {
                self.run.phase = Phase::Sleeping { step: id.to_owned(), until };
                Flow::Stop(Outcome::Rest(Some(until)))
            }
            Then::Answer { until } => {
                self.run.phase = Phase::Answering { step: id.to_owned(), until };
                Flow::Stop(Outcome::Rest(until))
            }
            Then::End => {
                self.done_with(step, done.output);
                self.over(Phase::Finished)
            }
        }
    }

    /// Done with a step that the world had: on to its `next`, or to where its failure leads.
    fn settle(&mut self, id: &str, result: Result<Value, String>) -> Flow {
        let definition = self.definition;
        let Some(step) = definition.step(id) else { return self.gone(id) };
        match result {
            Ok(output) => {
                self.done_with(step, output);
                Flow::At(step.next.clone())
            }
            Err(reason) if self.run.tries < step.on_error.retries => {
                let until = self.facts.now.plus_millis(step.on_error.pause(self.run.tries));
                self.note(step, Err(reason), true);
                self.run.tries += 1;
                self.run.phase = Phase::Again { step: id.to_owned(), until };
                Flow::Stop(Outcome::Rest(Some(until)))
            }
            Err(reason) => self.failed_at(step, reason),
        }
    }

    /// A step failed for good.
    fn failed_at(&mut self, step: &Step, reason: String) -> Flow {
        self.run.tries = 0;
        self.note(step, Err(reason.clone()), false);
        match &step.on_error.then {
            AfterFailure::Skip => Flow::At(step.next.clone()),
            AfterFailure::GoTo(other) => Flow::At(Some(other.clone())),
            AfterFailure::End => {
                let reason = format!("The step `{}` failed: {reason}", step.id);
                self.over(Phase::Stopped { reason })
            }
        }
    }

    /// From step to step until one needs the world.
    fn on(&mut self, mut next: Option<String>) -> Outcome {
        let definition = self.definition;
        loop {
            let Some(id) = next else {
                self.run.phase = Phase::Finished;
                return Outcome::Over;
            };
            let flow = match definition.step(&id) {
                None => self.gone(&id),
                Some(_) if self.run.visits >= MAX_VISITS => self.circles(),
                Some(step) => self.arrive(step),
            };
            match flow {
                Flow::At(step) => next = step,
                Flow::Stop(outcome) => return outcome,
            }
        }
    }

    fn circles(&mut self) -> Flow {
        self.fail(&format!(
            "The run came to its steps {MAX_VISITS} times and was stopped. Look for a loop that never takes its exit."
        ))
    }

    fn arrive(&mut self, step: &Step) -> Flow {
        self.come_to(&step.id);
        self.visit_of(step)
    }

    fn come_to(&mut self, id: &str) {
        self.entered.push(id.to_owned());
        self.run.arrived = Some(self.facts.now);
        self.run.shown = None;
    }

    fn visit_of(&mut self, step: &Step) -> Flow {
        self.run.visits += 1;
        if self.run.hushed && step.action.is_communication() {
            self.done_with(step, json!({"leftOut": "a wait before it had passed"}));
            return Flow::At(step.next.clone());
        }
        if let Some(until) = self.outside_window(step) {
            self.run.phase = Phase::Again { step: step.id.clone(), until };
            return Flow::Stop(Outcome::Rest(Some(until)));
        }
        self.run.hushed &= !step.action.ends_hush();
        let turn = step.action.arrive(&self.visit(&step.id));
        self.take(step, turn)
    }

    /// When the time window opens for a step that says something to somebody, unless it is open.
    fn outside_window(&self, step: &Step) -> Option<Timestamp> {
        let window =
            self.definition.settings.time_window.as_ref().filter(|_| step.action.is_communication())?;
        window.opens_after(self.facts.now, &self.facts.zone)
    }

    fn take(&mut self, step: &Step, turn: Turn) -> Flow {
        let here = || step.id.clone();
        match turn {
            Turn::Done(output) => {
                self.done_with(step, output);
                Flow::At(step.next.clone())
            }
            Turn::Hush(output) => {
                self.run.hushed = true;
                self.done_with(step, output);
                Flow::At(step.next.clone())
            }
            Turn::GoTo(target, output) => {
                self.done_with(step, output);
                Flow::At(target)
            }
            Turn::Skip(reason) => self.failed_at(step, reason),
            Turn::Perform(effect) => {
                self.run.shown = Some(if self.run.whole { effect.whole() } else { effect.shown() });
                self.run.phase = Phase::Performing { step: here() };
                Flow::Stop(Outcome::Perform(effect))
            }
            Turn::Sleep(until) => {
                self.run.phase = Phase::Sleeping { step: here(), until };
                Flow::Stop(Outcome::Rest(Some(until)))
            }
            Turn::Await { events, until } => {
                self.run.phase = Phase::Awaiting { step: here(), events, until };
                Flow::Stop(Outcome::Rest(until))
            }
            Turn::End(output) => {
                self.done_with(step, output);
                self.over(Phase::Finished)
            }
        }
    }

    fn visit<'v>(&'v self, step: &'v str) -> Visit<'v> {
        Visit { facts: self.facts, fields: &self.fields, run: &self.run, step }
    }

    fn done_with(&mut self, step: &Step, output: Value) {
        self.run.tries = 0;
        if self.definition.names_output_of(&step.id) {
            self.run.outputs.insert(step.id.clone(), output.clone());
            self.fields["steps"][&step.id] = output.clone();
        }
        self.note(step, Ok(output), false);
    }

    fn note(&mut self, step: &Step, result: Result<Value, String>, again: bool) {
        self.run.failed_steps += u32::from(result.is_err());
        self.log.push(LogLine {
            visit: self.run.visits,
            step: step.id.clone(),
            kind: step.kind,
            began: self.run.arrived.unwrap_or(self.facts.now),
            input: self.run.shown.take(),
            result,
            again,
        });
    }

    fn gone(&mut self, id: &str) -> Flow {
        self.fail(&format!("The step `{id}` is not in the version of the workflow that this run follows."))
    }

    fn fail(&mut self, reason: &str) -> Flow {
        self.over(Phase::Failed { reason: reason.to_owned() })
    }

    fn over(&mut self, phase: Phase) -> Flow {
        self.run.phase = phase;
        Flow::Stop(Outcome::Over)
    }
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;
