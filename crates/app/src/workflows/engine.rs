//! The engine: from a run and what happened, the run's next state and what is to be done. A pure function.
//!
//! [`step`] reads no clock, no database and no chance: everything it sees is an argument, so the same arguments give the
//! same result, and a recorded run can be replayed. It walks over steps that decide (if/else, a wait that has passed, a
//! step that cannot be done) until one needs the world: an effect, a rest, or the end.
//!
//! **The rule for failure.** A step that cannot be done is logged as failed with its reason, counted, and the run goes on
//! with the next step, as the real service does. Only a run that cannot go on at all fails: its step is gone, it was
//! resumed out of turn, or it made [`MAX_VISITS`] visits.
//!
//! **Bounds.** Every visit of a step counts, and a run has [`MAX_VISITS`] of them. Every loop of a definition rests, so
//! one call of [`step`] and one wake-up are bounded by the number of steps.

use leadhold_kernel::Timestamp;
use leadhold_kernel::id::{self, Id};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::action::{Effect, Turn, Visit};
use super::definition::{Definition, Step};
use super::facts::Facts;

/// The most visits of steps in one run.
pub const MAX_VISITS: u32 = 10_000;

/// Where a run stands. Stored whole between its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunState {
    /// What the run is doing.
    pub phase: Phase,
    /// The contact that it is about.
    pub contact: Option<Id<id::Contact>>,
    /// How often it came to a step.
    pub visits: u32,
    /// How many of those failed.
    pub failed_steps: u32,
}

/// What a run is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Phase {
    /// It has not begun.
    New,
    /// It waits for the result of an effect of this step. Never stored: effects and the new state commit together.
    Performing {
        /// The step's id.
        step: String,
    },
    /// It rests at this step.
    Sleeping {
        /// The step's id.
        step: String,
        /// When it goes on.
        until: Timestamp,
    },
    /// It came to an end.
    Finished,
    /// Its contact was taken out of the workflow.
    Removed,
    /// It cannot go on.
    Failed {
        /// Why, for people.
        reason: String,
    },
}

/// What happened to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// It is to begin.
    Begin,
    /// The effect was performed, or was not and this is why.
    Performed(Result<Done, String>),
    /// Time has passed.
    Woke,
}

/// What an effect brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The contact that the run is about from now on, if the effect decides that.
    pub contact: Option<Id<id::Contact>>,
    /// For the log.
    pub output: Value,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Perform this and call again with [`Input::Performed`].
    Perform(Effect),
    /// Call again with [`Input::Woke`] then, not earlier.
    Sleep(Timestamp),
    /// The run is over.
    Finished,
    /// The run is over before its end.
    Failed(String),
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
    /// Its result, or why there is none.
    pub result: Result<Value, String>,
}

/// The result of [`step`].
#[derive(Clone, Debug, PartialEq)]
pub struct Stepped {
    /// The run as it is now.
    pub run: RunState,
    /// The steps that were done with on the way.
    pub log: Vec<LogLine>,
    /// What comes next.
    pub outcome: Outcome,
}

impl RunState {
    /// A run that has not begun.
    #[must_use]
    pub fn new(contact: Option<Id<id::Contact>>) -> Self {
        Self { phase: Phase::New, contact, visits: 0, failed_steps: 0 }
    }
}

/// Takes a run as far as it goes without the world. The log of a performed step is complete only with its result, so it
/// comes with the call that brings the result. `facts` must be as they are after `input`: with the contact that an effect
/// made, if it made one.
#[must_use]
pub fn step(run: &RunState, definition: &Definition, input: Input, facts: &Facts) -> Stepped {
    let mut walk = Walk { run: run.clone(), definition, log: Vec::new() };
    let outcome = match walk.resume(input, facts) {
        Resumed::At(next) => walk.on(next, facts),
        Resumed::Stays(outcome) => outcome,
    };
    Stepped { run: walk.run, log: walk.log, outcome }
}

enum Resumed {
    /// The id of the step to go to; `None` is the end.
    At(Option<String>),
    /// The input changes nothing.
    Stays(Outcome),
}

struct Walk<'d> {
    run: RunState,
    definition: &'d Definition,
    log: Vec<LogLine>,
}

impl Walk<'_> {
    /// Where the run goes on, given where it stood and what happened.
    fn resume(&mut self, input: Input, facts: &Facts) -> Resumed {
        match (self.run.phase.clone(), input) {
            (Phase::Finished | Phase::Removed, _) => Resumed::Stays(Outcome::Finished),
            (Phase::Failed { reason }, _) => Resumed::Stays(Outcome::Failed(reason)),
            (Phase::New, Input::Begin) => {
                Resumed::At(self.definition.steps.first().map(|step| step.id.clone()))
            }
            (Phase::Sleeping { step, until }, Input::Woke) if facts.now >= until => {
                self.leave(&step, Ok(json!({"waitedUntil": until.iso()})))
            }
            (Phase::Sleeping { until, .. }, _) => Resumed::Stays(Outcome::Sleep(until)),
            (Phase::Performing { step }, Input::Performed(result)) => {
                let result = result.map(|done| {
                    self.run.contact = done.contact.or_else(|| self.run.contact.take());
                    done.output
                });
                self.leave(&step, result)
            }
            (Phase::New | Phase::Performing { .. }, _) => {
                Resumed::Stays(self.fail(
                    "The run was resumed out of turn. This is a fault of the program; please report it.",
                ))
            }
        }
    }

    /// Done with a step that had left for the world: on to its `next`.
    fn leave(&mut self, id: &str, result: Result<Value, String>) -> Resumed {
        match self.definition.step(id) {
            Some(step) => {
                let next = step.next.clone();
                self.note(id, step.kind, result);
                Resumed::At(next)
            }
            None => Resumed::Stays(self.gone(id)),
        }
    }

    /// From step to step until one needs the world.
    fn on(&mut self, mut next: Option<String>, facts: &Facts) -> Outcome {
        let fields = facts.fields();
        let visit = Visit { facts, fields: &fields };
        loop {
            let Some(id) = next else {
                self.run.phase = Phase::Finished;
                return Outcome::Finished;
            };
            let Some(Step { kind, action, next: after, .. }) = self.definition.step(&id) else {
                return self.gone(&id);
            };
            if self.run.visits >= MAX_VISITS {
                return self.fail(&format!(
                    "The run came to its steps {MAX_VISITS} times and was stopped. Look for a loop that never takes its exit."
                ));
            }
            self.run.visits += 1;
            next = match action.arrive(&visit) {
                Turn::Done(output) => {
                    self.note(&id, kind, Ok(output));
                    after.clone()
                }
                Turn::GoTo(target, output) => {
                    self.note(&id, kind, Ok(output));
                    target
                }
                Turn::Skip(reason) => {
                    self.note(&id, kind, Err(reason));
                    after.clone()
                }
                Turn::Perform(effect) => {
                    self.run.phase = Phase::Performing { step: id };
                    return Outcome::Perform(effect);
                }
                Turn::Sleep(until) => {
                    self.run.phase = Phase::Sleeping { step: id, until };
                    return Outcome::Sleep(until);
                }
            };
        }
    }

    fn note(&mut self, step: &str, kind: &'static str, result: Result<Value, String>) {
        self.run.failed_steps += u32::from(result.is_err());
        self.log.push(LogLine { visit: self.run.visits, step: step.to_owned(), kind, result });
    }

    fn gone(&mut self, id: &str) -> Outcome {
        self.fail(&format!("The step `{id}` is not in the version of the workflow that this run follows."))
    }

    fn fail(&mut self, reason: &str) -> Outcome {
        self.run.phase = Phase::Failed { reason: reason.to_owned() };
        Outcome::Failed(reason.to_owned())
    }
}

#[cfg(test)]
mod tests;
