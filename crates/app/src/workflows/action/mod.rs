//! The actions of a workflow, one file each. To add one: write its file, then name it in [`KINDS`].
//!
//! An action is pure. Arriving at its step it says what is to happen ([`Turn`]); the runner does it and the engine goes on.

pub mod add_contact_tag;
pub mod create_update_contact;
pub mod if_else;
pub mod wait;
pub mod webhook;

use std::fmt::Debug;
use std::sync::Arc;

use leadhold_kernel::Timestamp;
use leadhold_kernel::id::{self, Id};
use serde::Serialize;
use serde_json::Value;

use super::definition::reader::Fields;
use super::facts::Facts;

/// What a step does.
pub trait Action: Debug + Send + Sync {
    /// What is to happen when a run arrives here.
    fn arrive(&self, visit: &Visit<'_>) -> Turn;

    /// The steps that this action itself leads to, each with its place inside `attributes`. An action with exits of its
    /// own leaves the step's `next` unused.
    fn exits(&self) -> Vec<(String, Option<String>)> {
        Vec::new()
    }

    /// Whether every run rests here for some time: only then may a loop lead through it.
    fn always_rests(&self) -> bool {
        false
    }
}

/// What an action sees.
pub struct Visit<'a> {
    /// What the run knows.
    pub facts: &'a Facts,
    /// The same as merge fields name it.
    pub fields: &'a Value,
}

/// What is to happen at a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Nothing more: on to the step's `next`. The value goes into the log.
    Done(Value),
    /// On to one of the action's own exits; `None` ends the run. The value goes into the log.
    GoTo(Option<String>, Value),
    /// The runner is to do this, then the run goes on.
    Perform(Effect),
    /// The run rests until then.
    Sleep(Timestamp),
    /// The step cannot be done, and this is why. The run goes on without it.
    Skip(String),
}

/// Something that a step does to our own data or to the world.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "effect")]
pub enum Effect {
    /// Creates the contact or updates the one with this e-mail or phone.
    UpsertContact(create_update_contact::ContactDraft),
    /// Adds tags to the run's contact.
    AddTags {
        /// Whom to tag.
        #[serde(rename = "contactId")]
        contact: Id<id::Contact>,
        /// Not empty; none of them is.
        tags: Vec<String>,
    },
    /// Sends a request to a user's URL.
    Webhook(webhook::Outgoing),
}

/// A kind of action: its name in a definition, and how its attributes are read.
pub struct Kind {
    /// The `type` of the step.
    pub name: &'static str,
    /// Reads `attributes`; faults go where the fields say.
    pub parse: fn(&Fields<'_>) -> Option<Arc<dyn Action>>,
}

/// Every action that exists.
pub const KINDS: &[Kind] = &[
    Kind { name: "create_update_contact", parse: create_update_contact::parse },
    Kind { name: "add_contact_tag", parse: add_contact_tag::parse },
    Kind { name: "webhook", parse: webhook::parse },
    Kind { name: "wait", parse: wait::parse },
    Kind { name: "if_else", parse: if_else::parse },
];

/// The reason of every step that needs a contact and has none.
fn no_contact() -> Turn {
    Turn::Skip(
        "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an \
         e-mail or a phone, before this one."
            .to_owned(),
    )
}
