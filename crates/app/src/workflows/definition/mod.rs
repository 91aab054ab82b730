//! The definition of a workflow: triggers, and steps that lead to one another.
//!
//! ```json
//! {"name": "New leads",
//!  "triggers": [{"id": "hook", "type": "inbound_webhook", "filters": []}],
//!  "steps": [{"id": "save", "type": "create_update_contact", "attributes": {"fields": {}}, "next": "tag"},
//!            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["lead"]}}],
//!  "settings": {}}
//! ```
//!
//! A run begins at the first step and follows `next`; where there is none, it ends. Reading a definition gives a
//! [`Definition`] in which every step that is named exists and every loop rests, or **all** its faults with their places.
//! Three faults may stay in a draft, for they are only unfinished: no trigger, no step, a step that nothing leads to. The
//! last is a fault and no warning because it nearly always is a forgotten `next`, and leads would be lost in silence.

mod graph;
pub mod known;
mod names;
pub mod on_error;
pub mod reader;
pub mod settings;

use std::sync::Arc;

use serde_json::Value;

use super::action::{self, Action};
use super::trigger::Trigger;
use crate::links;
pub use names::Names;
pub use on_error::{AfterFailure, OnError};
use reader::{Fault, Faults, Fields};
pub use settings::Settings;

/// The most steps of a workflow. Also bounds the work of one transaction, since every loop rests.
pub const MAX_STEPS: usize = 200;

/// The most triggers.
pub const MAX_TRIGGERS: usize = 50;
/// The longest name, in characters.
pub const MAX_NAME: usize = 200;

/// A workflow that can run.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What people call it.
    pub name: String,
    /// What starts it: any of these.
    pub triggers: Vec<Trigger>,
    /// The steps; a run begins at the first.
    pub steps: Vec<Step>,
    /// What holds for all of it.
    pub settings: Settings,
    /// The objects of merge fields that it names anywhere, so that a run has to know them: `contact`, `custom_values`.
    pub names: Names,
    /// The ids of the trigger links that it names anywhere.
    pub links: Vec<String>,
    /// The e-mail templates that its steps send, by their ids.
    pub templates: Vec<String>,
}

/// A step of a workflow.
#[derive(Clone, Debug)]
pub struct Step {
    /// Unique within the definition.
    pub id: String,
    /// The `type` of its action.
    pub kind: &'static str,
    /// What it does.
    pub action: Arc<dyn Action>,
    /// The id of the step after it; `None` ends the run. Unused where the action has exits of its own.
    pub next: Option<String>,
    /// What happens when it cannot be done.
    pub on_error: OnError,
}

impl Definition {
    /// Reads a definition that may be saved as a draft; with it comes what it still lacks for publishing.
    pub fn draft(json: &Value) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
        match read(json) {
            (Some(definition), faults) if faults.iter().all(|fault| fault.may_stay_in_draft) => {
                Ok((definition, faults))
            }
            (_, faults) => Err(faults.into_iter().filter(|fault| !fault.may_stay_in_draft).collect()),
        }
    }

    /// Reads a definition that may be published.
    pub fn publishable(json: &Value) -> Result<Self, Vec<Fault>> {
        let (definition, faults) = read(json);
        if faults.is_empty() { definition.ok_or_else(Vec::new) } else { Err(faults) }
    }

    /// Whether a step names what this one brought.
    #[must_use]
    pub fn names_output_of(&self, step: &str) -> bool {
        self.names.outputs.contains(step)
    }

    /// The step of this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// The definition, unless it could not be read at all, and all its faults. `None` only together with a fault.
fn read(json: &Value) -> (Option<Definition>, Vec<Fault>) {
    let faults = Faults::default();
    let definition = Fields::of(json, String::new(), &faults, |fields| {
        let name = fields.text("name");
        if name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME) {
            fields.fault("name", format!("is longer than {MAX_NAME} characters"));
        }
        let triggers = fields.objects("triggers", MAX_TRIGGERS, Trigger::parse);
        let steps = fields.objects("steps", MAX_STEPS, step);
        let settings = fields.optional_object("settings", Settings::parse).unwrap_or_default();
        let names = Names::in_json(json).and_read_by(&steps);
        let links = links::mentioned(&json.to_string());
        let templates = steps.iter().filter_map(|step| step.action.template().map(str::to_owned)).collect();
        Some(Definition { name: name?, triggers, steps, settings, names, links, templates })
    });
    // The graph's places count steps and triggers as they were read, so it is looked at only when all could be.
    if faults.is_empty()
        && let Some(definition) = &definition
    {
        graph::check(definition, &faults);
    }
    (definition, faults.into_vec())
}

fn step(from: &Fields<'_>) -> Option<Step> {
    let id = from.text("id");
    from.optional_text("name");
    let choices: Vec<(&str, &'static action::Kind)> =
        action::KINDS.iter().map(|kind| (kind.name, kind)).collect();
    let kind = from.choice("type", &choices);
    let next = from.optional_text("next");
    let action = match kind {
        Some(kind) => from.object("attributes", kind.parse),
        None => {
            from.ignore("attributes");
            None
        }
    };
    let on_error = from.optional_object("onError", OnError::parse).unwrap_or_default();
    Some(Step { id: id?, kind: kind?.name, action: action?, next, on_error })
}

/// The definition whatever its graph, for tests of what runs it; `None` when its parts cannot be read.
#[cfg(test)]
pub fn unchecked(json: &Value) -> Option<Definition> {
    let faults = Faults::default();
    let steps = Fields::of(json, String::new(), &faults, |fields| {
        fields.ignore("name");
        Some(fields.objects("steps", MAX_STEPS, step))
    })?;
    faults.is_empty().then(|| Definition {
        name: "unchecked".to_owned(),
        triggers: Vec::new(),
        steps,
        settings: Settings::default(),
        names: Names::in_json(json),
        links: Vec::new(),
        templates: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
