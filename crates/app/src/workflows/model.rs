//! A workflow, its drafts, and its runs as they are kept.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cause, Error, Timestamp};
use serde_json::{Map, Value};

use super::definition::Definition;
use super::definition::reader::Fault;
use super::engine::RunState;
use crate::inbound_hooks::Hook;

/// Whether events start runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing starts it; runs that began go on.
    Draft,
    /// Its published version listens.
    Published,
}

impl Status {
    /// The word of the API and the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Draft, Self::Published].into_iter().find(|status| status.name() == name)
    }
}

/// A workflow without its definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Its id.
    pub id: Id<id::Workflow>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// The name in its newest version.
    pub name: String,
    /// Whether events start runs.
    pub status: Status,
    /// The newest version, counted from 1.
    pub version: i64,
    /// The version in which runs start, if it was ever published.
    pub published_version: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its definition or status last changed.
    pub updated_at: Timestamp,
}

/// A workflow with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The workflow.
    pub workflow: Workflow,
    /// The newest definition, as JSON.
    pub definition: Value,
    /// What keeps the newest definition from being published.
    pub unfinished: Vec<Fault>,
    /// Its inbound hook, if a version of it had a trigger for one.
    pub hook: Option<Hook>,
}

/// A definition that may be saved.
#[derive(Clone, Debug)]
pub struct Draft {
    /// As JSON: what is stored.
    pub json: Value,
    /// As it was understood.
    pub definition: Definition,
    /// What keeps it from being published.
    pub unfinished: Vec<Fault>,
}

impl Draft {
    /// Reads a definition.
    ///
    /// # Errors
    /// 422 with every fault and its place.
    pub fn read(json: Value) -> Result<Self, Error> {
        let (definition, unfinished) = Definition::draft(&json).map_err(|faults| refused(&faults))?;
        Ok(Self { json, definition, unfinished })
    }

    /// Refuses what is not finished.
    ///
    /// # Errors
    /// 422 with every fault and its place.
    pub fn must_be_finished(&self) -> Result<(), Error> {
        if self.unfinished.is_empty() { Ok(()) } else { Err(refused(&self.unfinished)) }
    }
}

fn refused(faults: &[Fault]) -> Error {
    Error::Validation(faults.iter().map(|fault| format!("{}: {}", fault.at, fault.message)).collect())
}

/// One passage of an event through a version of a workflow.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: Id<id::Run>,
    /// What it runs.
    pub workflow_id: Id<id::Workflow>,
    /// In this version, to its end.
    pub version: i64,
    /// The trigger that started it, by its id in the definition.
    pub trigger_id: String,
    /// The trigger's type.
    pub trigger_type: String,
    /// What the trigger brought.
    pub trigger_data: Value,
    /// The event that started it.
    pub event_id: Id<id::Event>,
    /// Why that event happened; its depth is one less than that of the run's own effects.
    pub cause: Cause,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
}

/// What one visit of a step did.
#[derive(Clone, Debug, PartialEq)]
pub struct RunStep {
    /// Which visit of the run, from 1.
    pub number: i64,
    /// The step's id in the definition.
    pub step_id: String,
    /// The step's type.
    pub kind: String,
    /// What was to be done.
    pub input: Option<Value>,
    /// What came of it.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was done with.
    pub at: Timestamp,
    /// When the run came to it; `None` for what was done before that was written down.
    pub began_at: Option<Timestamp>,
}

/// The parts of a definition, in the order in which they are stored and shown.
pub const DEFINITION_KEYS: [&str; 4] = ["name", "triggers", "steps", "settings"];

/// The definition inside a request's body: all keys but those that say something else about the workflow.
#[must_use]
pub fn definition_in(body: &Map<String, Value>, others: &[&str]) -> Value {
    let mut definition = Map::new();
    for key in DEFINITION_KEYS {
        if let Some(value) = body.get(key) {
            definition.insert(key.to_owned(), value.clone());
        }
    }
    let unknown = body.iter().filter(|(key, _)| !others.contains(&key.as_str()));
    for (key, value) in unknown {
        definition.entry(key.as_str()).or_insert_with(|| value.clone());
    }
    Value::Object(definition)
}
