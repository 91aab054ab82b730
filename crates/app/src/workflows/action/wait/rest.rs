//! How long a rest is, and what it means that its end has passed.

use leadhold_kernel::Timestamp;
use leadhold_kernel::merge_field::render;
use serde_json::Value;

use super::recurrence::Recurrence;
use super::{LONGEST, Turn, UNITS, Visit};
use crate::workflows::action::moment::written;
use crate::workflows::definition::reader::Fields;

/// A rest.
#[derive(Debug)]
pub enum Rest {
    /// This long.
    For {
        /// A number, or a merge field that holds one.
        value: String,
        /// The length of its unit in milliseconds.
        unit: i64,
        /// The rest in milliseconds, where it is known beforehand.
        known: Option<i64>,
    },
    /// Until a moment, shifted by milliseconds.
    Until(String, i64),
    /// Until the next such day.
    Every(Recurrence),
    /// Until the event that the run is about, shifted by milliseconds.
    Event(i64),
}

impl Rest {
    /// Reads the form that is given; faults go where `from` says.
    pub fn parse(from: &Fields<'_>, form: &str) -> Option<Self> {
        match form {
            "for" => from.object("for", period),
            "until" => {
                let until = from.template("until");
                let offset = from.optional_object("offset", |offset| {
                    let sign = offset.choice("when", &[("before", -1), ("after", 1)]);
                    Some(millis(offset)? * sign?)
                });
                Some(Self::Until(until?, offset.unwrap_or(0)))
            }
            "every" => from.object("every", Recurrence::parse).map(Self::Every),
            _ => from.object("event", |event| {
                let sign = event.choice("when", &[("before", -1), ("at", 0), ("after", 1)])?;
                let shift = if sign == 0 { Some(0) } else { millis(event) };
                Some(Self::Event(shift? * sign))
            }),
        }
    }

    /// Whether it always takes time.
    pub fn always(&self) -> bool {
        matches!(self, Self::For { known: Some(_), .. } | Self::Every(_))
    }

    /// When it ends, or why nobody can say.
    pub fn ends(&self, visit: &Visit<'_>) -> Result<Timestamp, String> {
        let (now, zone) = (visit.facts.now, &visit.facts.zone);
        match self {
            Self::For { known: Some(millis), .. } => Ok(now.plus_millis(*millis)),
            Self::For { value, unit, .. } => {
                let text = render(value, visit.fields);
                let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "a fraction of a millisecond of at most ten years"
                )]
                let millis = number.map(|number| (number * *unit as f64).clamp(-1.0, LONGEST as f64 + 1.0) as i64);
                millis.filter(|millis| (0..=LONGEST).contains(millis)).map(|millis| now.plus_millis(millis)).ok_or_else(
                    || format!("`{}` is no number of at most ten years to wait for.", start_of(&text)),
                )
            }
            Self::Until(template, shift) => {
                let text = render(template, visit.fields);
                let moment = written(&text, zone).ok_or_else(|| no_moment(&text))?;
                Ok(moment.plus_millis(*shift))
            }
            Self::Every(recurrence) => {
                recurrence.after(now, zone).ok_or_else(|| "Such a day does not come any more.".to_owned())
            }
            Self::Event(shift) => event_start(visit).map(|at| at.plus_millis(*shift)).ok_or_else(|| {
                "This run is about no event: none started it, and no set_event_start_date step came before.".to_owned()
            }),
        }
    }
}

/// The event that the run is about: what a step said, else the run's appointment as it is now, else what the trigger
/// brought.
fn event_start(visit: &Visit<'_>) -> Option<Timestamp> {
    visit.run.event_start.or_else(|| {
        if is_about_appointment(visit) {
            return visit.fields["appointment"]["startTime"].as_str().and_then(Timestamp::parse);
        }
        let data = &visit.facts.trigger_data;
        let text =
            ["eventStartTime", "startTime"].iter().find_map(|key| data.get(key).and_then(Value::as_str))?;
        written(text, &visit.facts.zone)
    })
}

/// Whether the event is the run's appointment, which may be moved or called off while the run rests.
pub fn is_about_appointment(visit: &Visit<'_>) -> bool {
    visit.run.event_start.is_none() && visit.run.appointment.is_some()
}

/// Why the run's appointment does not take place, if it does not.
pub fn called_off(visit: &Visit<'_>) -> Option<&'static str> {
    match visit.fields["appointment"]["status"].as_str() {
        Some("cancelled") => Some("cancelled"),
        Some("invalid") => Some("invalid"),
        Some(_) => None,
        None => Some("deleted"),
    }
}

fn period(from: &Fields<'_>) -> Option<Rest> {
    let unit = from.choice("unit", UNITS);
    if from.given("value").and_then(Value::as_str).is_some_and(|text| text.contains("{{")) {
        return Some(Rest::For { value: from.template("value")?, unit: unit?, known: None });
    }
    Some(Rest::For { value: String::new(), unit: unit?, known: Some(millis(from)?) })
}

/// Reads `value` and `unit`, which must be there.
pub fn millis(from: &Fields<'_>) -> Option<i64> {
    let unit = from.choice("unit", UNITS);
    let millis =
        from.given("value").and_then(Value::as_i64).zip(unit).and_then(|(n, unit)| n.checked_mul(unit));
    let fits = |millis: &i64| (1..=LONGEST).contains(millis);
    if unit.is_some() && !millis.as_ref().is_some_and(fits) {
        from.fault("value", "`value` must be a whole number, at least 1 and no more than ten years");
    }
    millis.filter(fits)
}

/// What a moment that has passed, or does not come, means.
#[derive(Debug)]
pub enum Instead {
    /// Nothing: the run goes on.
    Continue,
    /// The run ends.
    End,
    /// The run goes on and says nothing until its next wait.
    SkipMessages,
    /// The run goes on at this step.
    GoTo(String),
}

impl Instead {
    /// Reads it; `absent` stands for none.
    pub fn parse(from: &Fields<'_>, key: &str, absent: Self) -> Self {
        match from.optional_text(key).as_deref() {
            None => absent,
            Some("continue") => Self::Continue,
            Some("end") => Self::End,
            Some("skip_messages") => Self::SkipMessages,
            Some(step) => Self::GoTo(step.to_owned()),
        }
    }

    /// The step that it leads to.
    pub fn exit(&self) -> Option<String> {
        match self {
            Self::GoTo(step) => Some(step.clone()),
            _ => None,
        }
    }

    /// What is to happen, with this for the log.
    pub fn turn(&self, output: Value) -> Turn {
        match self {
            Self::Continue => Turn::Done(output),
            Self::End => Turn::End(output),
            Self::SkipMessages => Turn::Hush(output),
            Self::GoTo(step) => Turn::GoTo(Some(step.clone()), output),
        }
    }
}

/// The reason of a step whose moment cannot be read.
#[must_use]
pub fn no_moment(text: &str) -> String {
    format!("`{}` is no moment to wait for. Write 2026-05-01T09:00:00 or 2026-05-01.", start_of(text))
}

fn start_of(text: &str) -> String {
    text.trim_start().chars().take(60).collect()
}
