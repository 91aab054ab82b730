//! The triggers of a workflow, one file per family. To add one: write its [`Kind`], then name it in [`KINDS`].
//!
//! A trigger names the kind of event that it listens to. When such an event comes, its filters are tested (all must
//! hold; several triggers of a workflow are alternatives), and a run starts.

pub mod contact;
pub mod form;
pub mod inbound_hook;
pub mod link;

use leadhold_kernel::EventKind;
use leadhold_kernel::id::{self, Id};
use serde_json::Value;

use super::condition::Condition;
use super::definition::reader::Fields;

/// A kind of trigger.
#[derive(Debug)]
pub struct Kind {
    /// The `type` of the trigger in a definition.
    pub name: &'static str,
    /// The event that it listens to.
    pub event: EventKind,
    /// The merge-field object under which the trigger's data is found in a run, if it brings any beside the contact.
    pub object: Option<&'static str>,
    /// Whom and what an event of this kind is about.
    pub subject: fn(record_id: &str, payload: &Value) -> Subject,
}

/// Whom and what an event is about, as far as starting runs goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// The contact that a run is to be about; a run without one may still make or find one.
    pub contact: Option<Id<id::Contact>>,
    /// Only this workflow may start: the event was addressed to it.
    pub only_workflow: Option<Id<id::Workflow>>,
    /// The stored request whose body is the trigger's data.
    pub request: Option<Id<id::InboundRequest>>,
    /// The form's or survey's submission whose answers are the trigger's data.
    pub submission: Option<Id<id::Submission>>,
}

/// Every trigger that exists.
pub const KINDS: &[&Kind] = &[
    &inbound_hook::INBOUND_WEBHOOK,
    &contact::CONTACT_CREATED,
    &form::FORM_SUBMITTED,
    &form::SURVEY_SUBMITTED,
    &link::TRIGGER_LINK,
];

/// A trigger of a definition.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Unique within the definition.
    pub id: String,
    /// What it listens to.
    pub kind: &'static Kind,
    /// All must hold.
    pub filters: Vec<Condition>,
}

impl Trigger {
    /// Reads `{id, type, filters}`; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let choices: Vec<(&str, &'static Kind)> = KINDS.iter().map(|kind| (kind.name, *kind)).collect();
        let id = from.text("id");
        let kind = from.choice("type", &choices);
        let filters = from.objects("filters", 50, Condition::parse);
        Some(Self { id: id?, kind: kind?, filters })
    }
}
