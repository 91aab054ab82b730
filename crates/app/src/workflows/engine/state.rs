//! Where a run stands, as it is stored between its steps.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{EventKind, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where a run stands. Stored whole between its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunState {
    /// What the run is doing.
    pub phase: Phase,
    /// The contact that it is about.
    pub contact: Option<Id<id::Contact>>,
    /// The opportunity that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<Id<id::Opportunity>>,
    /// The appointment that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Id<id::Appointment>>,
    /// How often it came to a step.
    pub visits: u32,
    /// How many of those failed.
    pub failed_steps: u32,
    /// How often the step at which it stands failed in a row.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tries: u32,
    /// What the steps brought that later ones name (`{{steps.<id>.…}}`).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
    /// The goals that were reached; each counts once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals_met: Vec<String>,
    /// The moment of the event that waits before and after it refer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_start: Option<Timestamp>,
    /// Whether it said something to its contact, so that a reply may be one to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spoke: bool,
    /// Whether it says nothing until its next wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hushed: bool,
    /// Whether rows say which events move it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listens: bool,
    /// The step at which it begins, if that is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_at: Option<String>,
    /// When it came to the step at which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Timestamp>,
    /// What that step does, as the log shows it once the step is done with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Value>,
    /// Whether the log shows what steps do with the bodies that leave: it is only tried.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// The step at which the counters have it waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What a run is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Phase {
    /// It has not begun.
    New,
    /// It has its turn to begin later: when others have ended, or at its moment.
    Queued {
        /// Not before then.
        until: Option<Timestamp>,
    },
    /// It waits for the result of an effect of this step. Never stored: effects and the new state commit together.
    Performing {
        /// The step's id.
        step: String,
    },
    /// It waits for the answer to what this step sent out.
    Answering {
        /// The step's id.
        step: String,
        /// How long.
        until: Option<Timestamp>,
    },
    /// It rests at this step, then goes on behind it.
    Sleeping {
        /// The step's id.
        step: String,
        /// When it goes on.
        until: Timestamp,
    },
    /// It rests, then comes to this step anew.
    Again {
        /// The step's id.
        step: String,
        /// When it tries.
        until: Timestamp,
    },
    /// It waits at this step for an event of its contact.
    Awaiting {
        /// The step's id.
        step: String,
        /// Any of these.
        #[serde(with = "names")]
        events: Vec<EventKind>,
        /// How long.
        until: Option<Timestamp>,
    },
    /// It came to an end.
    Finished,
    /// It was ended before its end, by its settings or a step.
    Stopped {
        /// Why, for people.
        reason: String,
    },
    /// Its contact was taken out of the workflow.
    Removed,
    /// It cannot go on.
    Failed {
        /// Why, for people.
        reason: String,
    },
}

impl Phase {
    /// When a rest ends by itself.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Sleeping { until, .. } | Self::Again { until, .. } => Some(*until),
            Self::Awaiting { until, .. } | Self::Answering { until, .. } | Self::Queued { until } => *until,
            _ => None,
        }
    }

    /// The step at which the run stands.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Performing { step }
            | Self::Answering { step, .. }
            | Self::Sleeping { step, .. }
            | Self::Again { step, .. }
            | Self::Awaiting { step, .. } => Some(step),
            _ => None,
        }
    }
}

impl RunState {
    /// A run that has not begun.
    #[must_use]
    pub fn new(contact: Option<Id<id::Contact>>) -> Self {
        Self {
            phase: Phase::New,
            contact,
            opportunity: None,
            appointment: None,
            visits: 0,
            failed_steps: 0,
            tries: 0,
            outputs: Map::new(),
            goals_met: Vec::new(),
            event_start: None,
            spoke: false,
            hushed: false,
            listens: false,
            begins_at: None,
            arrived: None,
            shown: None,
            whole: false,
            counted: None,
        }
    }

    /// Whether nothing moves it any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Finished | Phase::Removed | Phase::Stopped { .. } | Phase::Failed { .. })
    }
}

/// Kinds of events by their names.
mod names {
    use leadhold_kernel::EventKind;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(kinds: &[EventKind], to: S) -> Result<S::Ok, S::Error> {
        kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().serialize(to)
    }

    /// A kind that is no more is left out.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<EventKind>, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        Ok(names.iter().filter_map(|name| EventKind::parse(name)).collect())
    }
}
