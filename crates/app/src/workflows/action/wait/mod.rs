//! `wait`: the run rests, until a moment or until something happens.
//!
//! | key | rests |
//! | --- | --- |
//! | `for` | a time: `{"value": 2, "unit": "days"}`; a day is 24 hours; the value may be a merge field |
//! | `until` | until a moment: `"2026-05-01T09:00"`, shifted by `offset`: `{"value": 1, "unit": "days", "when": "before"}` |
//! | `every` | until the next such day: `{"unit": "week", "days": ["monday"], "at": "09:00"}` |
//! | `event` | until the event that the run is about, or before or after it: `{"when": "before", "value": 1, "unit": "hours"}` |
//! | `events` | until one of these happens to the contact: `[{"type": "customer_reply"}]` |
//! | `conditions` | until they hold: `{"match": "all", "segments": [...]}` |
//!
//! Moments are RFC 3339, or a date and time without an offset, or a date alone (its midnight), the last two in the
//! workflow's zone; they may hold merge fields. `ifPassed` says what a moment that has passed means: `continue` (also when
//! absent), `end`, `skip_messages` (messages are left out until the next wait), or the id of a step. `window` moves the
//! end of a rest into days and hours. Where the event is the run's appointment, the rest follows it when it is moved;
//! `ifCancelled` says, in the words of `ifPassed`, what it means that it was called off or deleted (absent: `end`). What happens
//! may be given a `timeout`: `{"value": 3, "unit": "days", "next": "nudge"}`.

mod recurrence;
mod rest;

use std::sync::Arc;

use jiff::tz::TimeZone;
use leadhold_kernel::{EventKind, Timestamp};
use serde_json::json;

pub use self::rest::no_moment;
use self::rest::{Instead, Rest};
use super::{Action, Kind, Turn, Visit, if_else};
use crate::workflows::booked;
use crate::workflows::condition::{Condition, Group};
use crate::workflows::definition::reader::Fields;
use crate::workflows::definition::settings::TimeWindow;
use crate::workflows::engine::Happening;
use crate::workflows::watch::Watches;

/// The kind.
pub const KIND: Kind = Kind {
    name: "wait",
    parse,
    attributes: r##"{"properties": {
        "for": {"type": "object", "required": ["value", "unit"], "additionalProperties": false, "properties": {
            "value": {"type": ["integer", "string"]}, "unit": {"$ref": "#/$defs/unit"}}},
        "until": {"type": "string"},
        "offset": {"type": "object", "required": ["value", "unit", "when"], "additionalProperties": false, "properties": {
            "value": {"type": "integer", "minimum": 1}, "unit": {"$ref": "#/$defs/unit"},
            "when": {"enum": ["before", "after"]}}},
        "every": {"$ref": "#/$defs/recurrence"},
        "event": {"type": "object", "required": ["when"], "additionalProperties": false, "properties": {
            "when": {"enum": ["before", "at", "after"]},
            "value": {"type": "integer", "minimum": 1}, "unit": {"$ref": "#/$defs/unit"}}},
        "events": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/watch"}},
        "conditions": {"type": "object", "required": ["segments"], "additionalProperties": false, "properties": {
            "match": {"enum": ["all", "any"]},
            "segments": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/segment"}}}},
        "window": {"$ref": "#/$defs/timeWindow"},
        "ifPassed": {"type": "string", "default": "continue"},
        "ifCancelled": {"type": "string", "default": "end"},
        "timeout": {"type": "object", "required": ["value", "unit"], "additionalProperties": false, "properties": {
            "value": {"type": "integer", "minimum": 1}, "unit": {"$ref": "#/$defs/unit"},
            "next": {"type": "string"}}}}}"##,
};

pub use self::recurrence::SCHEMA as RECURRENCE_SCHEMA;

/// Units and their lengths in milliseconds.
pub const UNITS: &[(&str, i64)] =
    &[("seconds", 1_000), ("minutes", 60_000), ("hours", 3_600_000), ("days", 86_400_000)];

/// Ten years: a longer wait is a slip of the pen.
const LONGEST: i64 = 3_653 * 86_400_000;

/// What may make a condition hold that did not: the events of a contact and what belongs to it.
const CHANGES: &[EventKind] = &[
    EventKind::ContactUpdate,
    EventKind::ContactTagUpdate,
    EventKind::ContactDndUpdate,
    EventKind::NoteCreate,
    EventKind::TaskCreate,
    EventKind::TaskComplete,
    EventKind::OpportunityCreate,
    EventKind::OpportunityUpdate,
    EventKind::OpportunityStageUpdate,
    EventKind::OpportunityStatusUpdate,
    EventKind::OpportunityMonetaryValueUpdate,
    EventKind::OpportunityAssignedToUpdate,
    EventKind::OpportunityDelete,
    EventKind::FormSubmission,
    EventKind::SurveySubmission,
    EventKind::MessageReceived,
    EventKind::MessageWritten,
    EventKind::EmailEvent,
    EventKind::CallStatusUpdate,
    EventKind::LinkClick,
];

/// What may make these conditions hold.
fn changes(conditions: &Group<Group<Condition>>) -> Vec<EventKind> {
    let mut named = conditions.of.iter().flat_map(|segment| &segment.of);
    let of_appointment = |condition: &Condition| {
        matches!(condition.field.first().map(String::as_str), Some("appointment" | "calendar"))
    };
    let more = if named.any(of_appointment) { booked::CHANGES } else { &[] };
    [CHANGES, more].concat()
}

/// A wait for time.
#[derive(Debug)]
struct ForTime {
    rest: Rest,
    window: Option<TimeWindow>,
    if_passed: Instead,
    /// Of a wait for the event: when the run's appointment is called off.
    if_cancelled: Instead,
}

/// A wait for something to happen.
#[derive(Debug)]
struct ForEvents {
    what: What,
    timeout: Option<Timeout>,
}

#[derive(Debug)]
enum What {
    Events(Watches),
    Conditions(Group<Group<Condition>>),
}

#[derive(Debug)]
struct Timeout {
    millis: i64,
    /// Where it leads; `None` is the step's own `next`.
    next: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    const FORMS: [&str; 6] = ["for", "until", "every", "event", "events", "conditions"];
    let given: Vec<&str> = FORMS.into_iter().filter(|key| from.has(key)).collect();
    let [form] = given.as_slice() else {
        let message = format!("a wait has exactly one of {}", FORMS.join(", "));
        from.fault("for", message);
        for key in FORMS.into_iter().chain(["offset", "window", "ifPassed", "ifCancelled", "timeout"]) {
            from.ignore(key);
        }
        return None;
    };
    if matches!(*form, "events" | "conditions") {
        let what = if *form == "events" {
            Some(What::Events(Watches::parse(from, "events")))
        } else {
            from.object("conditions", if_else::segments).map(What::Conditions)
        };
        let timeout = from.optional_object("timeout", timeout);
        return Some(Arc::new(ForEvents { what: what?, timeout }));
    }
    let rest = Rest::parse(from, form);
    let if_passed = Instead::parse(from, "ifPassed", Instead::Continue);
    let if_cancelled = match *form {
        "event" => Instead::parse(from, "ifCancelled", Instead::End),
        _ => Instead::End,
    };
    let window = from.optional_object("window", TimeWindow::parse);
    Some(Arc::new(ForTime { rest: rest?, window, if_passed, if_cancelled }))
}

fn timeout(from: &Fields<'_>) -> Option<Timeout> {
    let millis = rest::millis(from);
    let next = from.optional_text("next");
    Some(Timeout { millis: millis?, next })
}

impl ForTime {
    /// Whether it waits for an appointment, which may be moved or called off meanwhile.
    fn follows(&self, visit: &Visit<'_>) -> bool {
        matches!(self.rest, Rest::Event(_)) && rest::is_about_appointment(visit)
    }

    /// When a rest that ends at `until` is over: not before the window opens.
    fn in_window(&self, until: Timestamp, zone: &TimeZone) -> Timestamp {
        self.window.as_ref().and_then(|window| window.opens_after(until, zone)).unwrap_or(until)
    }
}

impl Action for ForTime {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let (now, zone) = (visit.facts.now, &visit.facts.zone);
        let follows = self.follows(visit);
        if let Some(why) = rest::called_off(visit).filter(|_| follows) {
            return self.if_cancelled.turn(json!({"appointment": why}));
        }
        let until = match self.rest.ends(visit) {
            Ok(until) => until,
            Err(reason) => return Turn::Skip(reason),
        };
        if until < now || (until == now && !matches!(self.rest, Rest::For { .. })) {
            return self.if_passed.turn(json!({"until": until.iso(), "passed": true}));
        }
        let until = self.in_window(until, zone);
        match until <= now {
            true => Turn::Done(json!({"until": until.iso()})),
            false if follows => Turn::Await { events: booked::CHANGES.to_vec(), until: Some(until) },
            false => Turn::Sleep(until),
        }
    }

    /// An appointment of the contact's is otherwise than it was, perhaps this one.
    fn happened(&self, visit: &Visit<'_>, _what: &Happening) -> Option<Turn> {
        let ends = self.rest.ends(visit).ok().map(|until| self.in_window(until, &visit.facts.zone));
        let stays = rest::called_off(visit).is_none() && ends.is_some() && ends == visit.run.phase.until();
        (!stays).then(|| self.arrive(visit))
    }

    /// The time is up, unless the appointment was moved just now.
    fn timed_out(&self, visit: &Visit<'_>) -> Turn {
        let rested = visit.run.phase.until();
        let ends = self.rest.ends(visit).ok();
        let moved = ends.is_none_or(|ends| ends > visit.facts.now);
        if rest::called_off(visit).is_some() || moved {
            return self.arrive(visit);
        }
        Turn::Done(json!({"waitedUntil": rested.map(Timestamp::iso)}))
    }

    fn reads(&self) -> &'static [&'static str] {
        if matches!(self.rest, Rest::Event(_)) { &["appointment"] } else { &[] }
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        [("ifPassed", &self.if_passed), ("ifCancelled", &self.if_cancelled)]
            .into_iter()
            .filter_map(|(key, instead)| Some((key.to_owned(), Some(instead.exit()?))))
            .collect()
    }

    fn keeps_next(&self) -> bool {
        true
    }

    fn always_rests(&self) -> bool {
        self.rest.always()
    }

    fn ends_hush(&self) -> bool {
        true
    }
}

impl ForEvents {
    fn came(&self, visit: &Visit<'_>, what: &Happening) -> Option<Turn> {
        match &self.what {
            What::Events(watches) => {
                let kind = watches.fit(visit, what)?;
                Some(Turn::Done(json!({"event": kind, "data": what.data})))
            }
            What::Conditions(_) => self.holds(visit).then(|| Turn::Done(json!({"held": true}))),
        }
    }

    fn holds(&self, visit: &Visit<'_>) -> bool {
        let segment = |group: &Group<Condition>| group.holds(|condition| condition.holds(visit.fields));
        matches!(&self.what, What::Conditions(conditions) if conditions.holds(segment))
    }
}

impl Action for ForEvents {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        if self.holds(visit) {
            return Turn::Done(json!({"held": true}));
        }
        let events = match &self.what {
            What::Events(watches) => watches.kinds().to_vec(),
            What::Conditions(conditions) => changes(conditions),
        };
        let until = self.timeout.as_ref().map(|timeout| visit.facts.now.plus_millis(timeout.millis));
        Turn::Await { events, until }
    }

    fn happened(&self, visit: &Visit<'_>, what: &Happening) -> Option<Turn> {
        self.came(visit, what)
    }

    fn timed_out(&self, _visit: &Visit<'_>) -> Turn {
        let output = json!({"timedOut": true});
        match self.timeout.as_ref().and_then(|timeout| timeout.next.clone()) {
            Some(next) => Turn::GoTo(Some(next), output),
            None => Turn::Done(output),
        }
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        let leads = self.timeout.as_ref().and_then(|timeout| timeout.next.clone());
        leads.into_iter().map(|next| ("timeout.next".to_owned(), Some(next))).collect()
    }

    fn keeps_next(&self) -> bool {
        true
    }

    fn ends_hush(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
