//! The triggers of a workflow, one file per family. To add one: write its [`Kind`], then name it in [`KINDS`] and in the
//! table of `docs/workflow-triggers.md`.
//!
//! A trigger names the kinds of events that it listens to. When such an event comes, its filters are tested (all must
//! hold; several triggers of a workflow are alternatives), and a run starts.

pub mod appointment;
pub mod campaign;
pub mod contact;
mod cron;
pub mod form;
pub mod inbound_hook;
pub mod link;
pub mod message;
pub mod note;
pub mod object;
pub mod opportunity;
pub mod reminder;
pub mod schedule;
pub mod task;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Event, EventKind};
use serde_json::{Map, Value};

use super::condition::Condition;
use super::definition::reader::Fields;
use schedule::Schedule;

/// A kind of trigger.
#[derive(Debug)]
pub struct Kind {
    /// The `type` of the trigger in a definition.
    pub name: &'static str,
    /// Other names that a definition may use for it.
    pub aliases: &'static [&'static str],
    /// The events that it listens to.
    pub events: &'static [EventKind],
    /// Whether it listens to this one of them.
    pub listens: fn(&Event) -> bool,
    /// The merge-field object under which the trigger's data is found in a run, if it brings any beside the records that
    /// the run is about.
    pub object: Option<&'static str>,
    /// The merge-field object whose fields the event says to have changed.
    pub changes: Option<&'static str>,
    /// Whom and what an event of this kind is about.
    pub subject: fn(&Event) -> Subject,
    /// What the event brings, unless the subject names where that is kept.
    pub data: fn(&Event) -> Value,
    /// Whether its data is an appointment, which merge fields spell in their own way ([`super::booked`]).
    pub appointment: bool,
    /// Reads when it rings from `attributes`, if it waits for a time; without attributes, from none.
    pub schedule: Option<fn(&Fields<'_>) -> Option<Schedule>>,
}

impl Kind {
    /// A trigger of this name on these events, which says no more than that.
    const fn on(name: &'static str, events: &'static [EventKind], subject: fn(&Event) -> Subject) -> Self {
        Self {
            name,
            aliases: &[],
            events,
            listens: |_| true,
            object: None,
            changes: None,
            subject,
            data: |event| event.payload.clone(),
            appointment: false,
            schedule: None,
        }
    }

    /// Reads `type`; a fault goes where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<&'static Self> {
        let named = from.given("type").and_then(Value::as_str).and_then(Self::named);
        let choices: Vec<(&str, &'static Self)> = KINDS.iter().map(|kind| (kind.name, *kind)).collect();
        named.or_else(|| from.choice("type", &choices))
    }

    /// The kind of this name, or with it among its aliases.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| kind.name == name || kind.aliases.contains(&name))
    }
}

/// Whom and what an event is about, as far as starting runs goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// The contact that a run is to be about; a run without one may still make or find one.
    pub contact: Option<Id<id::Contact>>,
    /// The opportunity that a run is to be about.
    pub opportunity: Option<Id<id::Opportunity>>,
    /// The appointment that a run is to be about. Such a run is not held back by the settings about coming in again.
    pub appointment: Option<Id<id::Appointment>>,
    /// Only this workflow may start: the event was addressed to it.
    pub only_workflow: Option<Id<id::Workflow>>,
    /// And only by this trigger of its.
    pub only_trigger: Option<String>,
    /// The stored request whose body is the trigger's data.
    pub request: Option<Id<id::InboundRequest>>,
    /// The form's or survey's submission whose answers are the trigger's data.
    pub submission: Option<Id<id::Submission>>,
}

/// Every trigger that exists.
pub const KINDS: &[&Kind] = &[
    &contact::CONTACT_CREATED,
    &contact::CONTACT_CHANGED,
    &contact::CONTACT_TAG,
    &contact::DND_CONTACT,
    &note::NOTE_ADD,
    &note::NOTE_CHANGED,
    &task::TASK_ADDED,
    &task::TASK_COMPLETED,
    &inbound_hook::INBOUND_WEBHOOK,
    &form::FORM_SUBMISSION,
    &form::SURVEY_SUBMISSION,
    &link::TRIGGER_LINK,
    &campaign::CAMPAIGN_STATUS,
    &appointment::APPOINTMENT,
    &appointment::CUSTOMER_APPOINTMENT,
    &opportunity::OPPORTUNITY_CREATED,
    &opportunity::OPPORTUNITY_CHANGED,
    &opportunity::OPPORTUNITY_STATUS_CHANGED,
    &opportunity::PIPELINE_STAGE_UPDATED,
    &object::CUSTOM_OBJECT_CREATED,
    &object::CUSTOM_OBJECT_CHANGED,
    &object::COMPANY_CREATED,
    &object::COMPANY_CHANGED,
    &message::CUSTOMER_REPLY,
    &message::USER_REPLIED,
    &message::MESSAGE_STATUS,
    &message::MESSAGING_ERRORS,
    &message::MAILGUN_EMAIL_EVENT,
    &message::CALL_STATUS,
    &reminder::BIRTHDAY_REMINDER,
    &reminder::CUSTOM_DATE_REMINDER,
    &reminder::TASK_DUE_DATE_REMINDER,
    &reminder::OPPORTUNITY_DECAY,
    &reminder::SCHEDULER_TRIGGER,
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
    /// When it rings, if it waits for a time.
    pub schedule: Option<Schedule>,
}

impl Trigger {
    /// Reads `{id, type, filters}`, and `attributes` of a trigger that waits for a time; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let id = from.text("id");
        let kind = Kind::parse(from);
        let filters = from.objects("filters", 50, Condition::parse_filter);
        let schedule = match kind.and_then(|kind| kind.schedule) {
            Some(read) => Some(from.object_or_empty("attributes", read)?),
            None => None,
        };
        Some(Self { id: id?, kind: kind?, filters, schedule })
    }
}

/// The id that the payload has under `key`.
fn id_in<T>(event: &Event, key: &str) -> Option<Id<T>> {
    event.payload.get(key).and_then(Value::as_str).and_then(Id::parse)
}

/// The contact that the payload names.
fn contact_of(event: &Event) -> Subject {
    Subject { contact: id_in(event, "contactId"), ..Subject::default() }
}

/// The payload with each field also under the name that merge fields would give it: `dueDate` as `due_date`.
fn spelled_both(event: &Event) -> Value {
    let Some(fields) = event.payload.as_object() else { return event.payload.clone() };
    let mut both: Map<String, Value> =
        fields.iter().map(|(key, value)| (merge_name(key), value.clone())).collect();
    both.extend(fields.clone());
    Value::Object(both)
}

/// A field of the API as merge fields name it: `firstName` is `first_name`.
#[must_use]
pub fn merge_name(key: &str) -> String {
    let mut name = String::new();
    for char in key.chars() {
        if char.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_kinds_alone() {
        let mut names: Vec<&str> =
            KINDS.iter().flat_map(|kind| kind.aliases.iter().copied().chain([kind.name])).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(Kind::named("form_submitted").map(|kind| kind.name), Some("form_submission"));
    }

    #[test]
    fn the_table_in_the_documentation_has_every_trigger_and_no_other() {
        let page = include_str!("../../../../../docs/workflow-triggers.md");
        let (_, page) = page.split_once("## Which exist").expect("the table");
        let (table, _) = page.split_once("\n## ").expect("an end of it");
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
        let documented: Vec<(String, Vec<String>)> = rows
            .skip(1) // the head
            .map(|row| {
                let (name, rest) = row.split_once('`').expect("a name");
                let also = rest.split('|').nth(1).expect("a column for other names");
                let also = also.split('`').skip(1).step_by(2).map(str::to_owned).collect();
                (name.to_owned(), also)
            })
            .collect();
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let known: Vec<(String, Vec<String>)> =
            KINDS.iter().map(|kind| (kind.name.to_owned(), texts(kind.aliases))).collect();
        assert_eq!(documented, known);
    }

    #[test]
    fn fields_have_their_merge_names() {
        for (key, name) in [("firstName", "first_name"), ("address1", "address1"), ("dnd", "dnd")] {
            assert_eq!(merge_name(key), name);
        }
    }
}
