//! The actions of a workflow, one file each. To add one: write its file, then name it in [`KINDS`].
//!
//! An action is pure. Arriving at its step it says what is to happen ([`Turn`]). What needs the world is an [`Effect`]: the
//! runner performs it and the engine goes on with what it brought ([`Done`]).

pub mod appointment;
pub mod campaign;
pub mod contact;
pub mod custom_code;
mod custom_values;
pub mod custom_webhook;
pub mod drip;
mod exits;
pub mod format;
pub mod go_to;
pub mod goal;
pub mod if_else;
pub mod message;
pub mod moment;
pub mod object;
pub mod opportunity;
mod people;
mod request;
pub mod set_event_start_date;
pub mod split;
pub mod update_custom_value;
pub mod wait;
pub mod webhook;
pub mod workflow;

use std::fmt::Debug;
use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_kernel::{Cx, Error, EventKind, Timestamp};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::definition::reader::Fields;
use super::engine::{Happening, RunState};
use super::facts::Facts;
use super::model::Run;
use crate::links::Urls;
use crate::tenant::LocationScope;

/// What a step does.
pub trait Action: Debug + Send + Sync {
    /// What is to happen when a run arrives here.
    fn arrive(&self, visit: &Visit<'_>) -> Turn;

    /// What is to happen when an event comes that [`Turn::Await`] named; `None`: the run waits on.
    fn happened(&self, _visit: &Visit<'_>, _what: &Happening) -> Option<Turn> {
        None
    }

    /// What is to happen when none came in time.
    fn timed_out(&self, _visit: &Visit<'_>) -> Turn {
        Turn::Done(json!({"timedOut": true}))
    }

    /// The kinds of events that bring a run here from wherever it stands, once.
    fn goal(&self) -> &[EventKind] {
        &[]
    }

    /// Whether such an event is the one meant.
    fn met(&self, _visit: &Visit<'_>, _what: &Happening) -> bool {
        false
    }

    /// The steps that this action itself leads to, each with its place inside `attributes`. An action with exits of its
    /// own leaves the step's `next` unused.
    fn exits(&self) -> Vec<(String, Option<String>)> {
        Vec::new()
    }

    /// Whether the step's `next` leads on beside its own exits.
    fn keeps_next(&self) -> bool {
        false
    }

    /// Whether messages may be sent again from here on.
    fn ends_hush(&self) -> bool {
        false
    }

    /// Whether every run rests here for some time: only then may a loop lead through it.
    fn always_rests(&self) -> bool {
        false
    }

    /// The objects of merge fields that it reads beside those that its texts name.
    fn reads(&self) -> &'static [&'static str] {
        &[]
    }

    /// The e-mail template that it sends, by its id.
    fn template(&self) -> Option<&str> {
        None
    }

    /// Whether it says something to people outside, and so keeps to the workflow's time window.
    fn is_communication(&self) -> bool {
        false
    }
}

/// What an action sees.
pub struct Visit<'a> {
    /// What the run knows.
    pub facts: &'a Facts,
    /// The same as merge fields name it.
    pub fields: &'a Value,
    /// Where the run stands.
    pub run: &'a RunState,
    /// The id of the action's step.
    pub step: &'a str,
}

/// What is to happen at a step.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Nothing more: on to the step's `next`. The value goes into the log.
    Done(Value),
    /// On to the step's `next`, and messages are left out until the next wait. The value goes into the log.
    Hush(Value),
    /// On to one of the action's own exits; `None` ends the run. The value goes into the log.
    GoTo(Option<String>, Value),
    /// The runner is to do this, then the run goes on.
    Perform(Arc<dyn Effect>),
    /// The run rests until then, and goes on behind the step.
    Sleep(Timestamp),
    /// The run waits here for an event of its contact.
    Await {
        /// Of any of these kinds.
        events: Vec<EventKind>,
        /// Not longer than until then.
        until: Option<Timestamp>,
    },
    /// The run ends here. The value goes into the log.
    End(Value),
    /// The step cannot be done, and this is why. `onError` says how the run goes on.
    Skip(String),
}

impl Turn {
    /// The runner is to do this.
    pub fn perform(effect: impl Effect + 'static) -> Self {
        Self::Perform(Arc::new(effect))
    }
}

/// Something that a step does to our own data or to the world, inside the transaction that takes the run forward.
pub trait Effect: Debug + Send + Sync {
    /// What is to be done, as the run's log shows it: without secrets and bodies.
    fn shown(&self) -> Value;

    /// The same with the bodies that leave, for whoever tries the workflow.
    fn whole(&self) -> Value {
        self.shown()
    }

    /// Does it.
    ///
    /// # Errors
    /// An error that a client could get (4xx) is a refusal: the effect changed nothing and its step failed. Any other is a
    /// failure of ours, and the whole transaction is given up.
    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error>;

    /// Whether it changes a custom value of the location, which later steps may name.
    fn changes_custom_values(&self) -> bool {
        false
    }
}

/// Where an effect is performed.
pub struct At<'a> {
    /// The moment, chance, and the run as the cause of what is done.
    pub cx: &'a Cx,
    /// The location.
    pub here: &'a LocationScope,
    /// The run, as it stands.
    pub run: &'a Run,
    /// The id of the step.
    pub step: &'a str,
    /// The URLs of trigger links.
    pub urls: &'a Urls,
}

/// What an effect brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The contact that the run is about from now on, if the effect decides that.
    pub contact: Option<Id<id::Contact>>,
    /// The opportunity that the run is about from now on, likewise.
    pub opportunity: Option<Id<id::Opportunity>>,
    /// The appointment that the run is about from now on, likewise.
    pub appointment: Option<Id<id::Appointment>>,
    /// The moment that waits before and after the event refer to from now on, likewise.
    pub event_start: Option<Timestamp>,
    /// For the log, and for later steps that name it.
    pub output: Value,
    /// How the run goes on.
    pub then: Then,
}

impl Done {
    /// Nothing but an output.
    #[must_use]
    pub fn with(output: Value) -> Self {
        Self { output, ..Self::default() }
    }
}

/// How a run goes on after an effect.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Then {
    /// With the step's `next`.
    #[default]
    Next,
    /// With one of the action's own exits; `None` ends the run.
    GoTo(Option<String>),
    /// After a rest.
    Rest(Timestamp),
    /// When an answer from outside comes, which `runner::answer` brings.
    Answer {
        /// The time that is left for it.
        until: Option<Timestamp>,
    },
    /// Not at all: it is finished.
    End,
}

/// A kind of action: its name in a definition, and how its attributes are read.
pub struct Kind {
    /// The `type` of the step.
    pub name: &'static str,
    /// Reads `attributes`; faults go where the fields say.
    pub parse: fn(&Fields<'_>) -> Option<Arc<dyn Action>>,
    /// The JSON Schema of `attributes`, for editors and the published schema.
    pub attributes: &'static str,
}

/// Every action that exists.
pub const KINDS: &[Kind] = &[
    contact::create_update_contact::KIND,
    contact::find_contact::KIND,
    contact::update_contact_field::KIND,
    contact::add_contact_tag::KIND,
    contact::remove_contact_tag::KIND,
    contact::assign_user::KIND,
    contact::remove_assigned_user::KIND,
    contact::set_contact_dnd::KIND,
    contact::add_note::KIND,
    contact::add_task::KIND,
    contact::complete_task::KIND,
    contact::add_contact_followers::KIND,
    contact::remove_contact_followers::KIND,
    contact::delete_contact::KIND,
    opportunity::create_update_opportunity::KIND,
    opportunity::find_opportunity::KIND,
    opportunity::remove_opportunity::KIND,
    opportunity::add_opportunity_owner::KIND,
    opportunity::remove_opportunity_owner::KIND,
    opportunity::add_opportunity_followers::KIND,
    opportunity::remove_opportunity_followers::KIND,
    appointment::book_appointment::KIND,
    appointment::update_appointment_status::KIND,
    appointment::add_appointment_note::KIND,
    object::create_custom_object_record::KIND,
    object::update_custom_object_record::KIND,
    object::associate_records::KIND,
    update_custom_value::KIND,
    workflow::add_to_workflow::KIND,
    workflow::remove_from_workflow::KIND,
    format::math_operation::KIND,
    format::text_formatter::KIND,
    format::number_formatter::KIND,
    format::date_formatter::KIND,
    format::array_formatter::KIND,
    custom_code::KIND,
    message::send_sms::KIND,
    message::send_email::KIND,
    message::voicemail::KIND,
    message::call::KIND,
    message::edit_conversation::KIND,
    message::internal_notification::KIND,
    message::slack_message::KIND,
    campaign::add_to_campaign::KIND,
    campaign::remove_from_campaign::KIND,
    webhook::KIND,
    custom_webhook::KIND,
    wait::KIND,
    if_else::KIND,
    goal::KIND,
    go_to::KIND,
    split::KIND,
    drip::KIND,
    set_event_start_date::KIND,
];

/// An effect as the log shows it: its name and what it consists of.
fn shown(effect: &str, of: &impl Serialize) -> Value {
    let mut shown = json!({ "effect": effect });
    if let (Some(shown), Ok(Value::Object(parts))) = (shown.as_object_mut(), serde_json::to_value(of)) {
        shown.extend(parts);
    }
    shown
}

/// The text that a template comes to, unless that is blank.
fn filled(template: &str, fields: &Value) -> Option<String> {
    Some(render(template, fields)).filter(|text| !text.trim().is_empty())
}

/// Refuses a text that came out longer than its place.
fn within(name: &str, text: &str, longest: usize) -> Result<(), Error> {
    match text.chars().count() {
        length if length > longest => {
            Err(Error::field(format!("{name} came out {length} characters long; at most {longest} fit")))
        }
        _ => Ok(()),
    }
}

/// The reason of every step that needs a contact and has none.
fn no_contact() -> Turn {
    Turn::Skip(
        "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an \
         e-mail or a phone, before this one."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::workflows::definition::reader::Faults;

    const DOCUMENTED: &str = include_str!("../../../../../docs/workflow-actions.md");

    #[test]
    fn every_kind_is_documented_with_an_example_that_is_right() {
        let mut shown = BTreeSet::new();
        for block in DOCUMENTED.split("```json").skip(1) {
            let (json, _) = block.split_once("```").expect("the end of an example");
            let steps: Value = serde_json::from_str(json).expect("an example is JSON");
            for step in steps.as_array().expect("an example is a list of steps") {
                let name = step["type"].as_str().expect("a type");
                let kind =
                    KINDS.iter().find(|kind| kind.name == name).expect("an example of a kind that exists");
                let faults = Faults::default();
                Fields::of(&step["attributes"], name.to_owned(), &faults, kind.parse);
                assert!(faults.is_empty(), "{faults:?}");
                shown.insert(name.to_owned());
            }
        }
        for kind in KINDS {
            assert!(
                DOCUMENTED.contains(&format!("\n| `{}` | ", kind.name)),
                "{} stands in no table",
                kind.name
            );
            assert!(shown.contains(kind.name), "{} has no example", kind.name);
        }
    }

    #[test]
    fn every_schema_is_json() {
        for kind in KINDS {
            let schema: Value = serde_json::from_str(kind.attributes).expect(kind.name);
            assert!(schema["properties"].is_object(), "{}", kind.name);
        }
    }
}
