//! `wait`: the run rests. `{"for": {"value": 2, "unit": "days"}}` or `{"until": "2026-05-01T09:00:00"}`
//!
//! A day is 24 hours. `until` takes RFC 3339, or a date and time without an offset, or a date alone (its midnight), the
//! last two in the location's time zone; it may hold merge fields. A moment that has passed is no wait: the run goes on.

use std::sync::Arc;

use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use leadhold_kernel::merge_field::render;
use serde_json::json;

use super::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "wait",
    parse,
    attributes: r#"{"properties": {
        "for": {"type": "object", "required": ["value", "unit"], "properties": {
            "value": {"type": "integer", "minimum": 1}, "unit": {"enum": ["seconds", "minutes", "hours", "days"]}}},
        "until": {"type": "string"}}}"#,
};

const UNITS: &[(&str, i64)] =
    &[("seconds", 1_000), ("minutes", 60_000), ("hours", 3_600_000), ("days", 86_400_000)];

/// Ten years: a longer wait is a slip of the pen.
const LONGEST: i64 = 3_653 * 86_400_000;

#[derive(Debug)]
enum Wait {
    ForMillis(i64),
    Until(String),
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let wait = match (from.has("for"), from.has("until")) {
        (true, false) => from.object("for", period).map(Wait::ForMillis),
        (false, true) => from.template("until").map(Wait::Until),
        _ => {
            let message =
                "a wait has either `for`, such as {\"value\": 2, \"unit\": \"days\"}, or `until`, a moment";
            from.fault("for", message);
            None
        }
    };
    Some(Arc::new(wait?))
}

fn period(from: &Fields<'_>) -> Option<i64> {
    let unit = from.choice("unit", UNITS);
    let value = from.given("value").and_then(serde_json::Value::as_i64);
    let millis = value.zip(unit).and_then(|(value, unit)| value.checked_mul(unit));
    let fits = |millis: &i64| (1..=LONGEST).contains(millis);
    if unit.is_some() && !millis.as_ref().is_some_and(fits) {
        from.fault("value", "`value` must be a whole number, at least 1 and no more than ten years");
    }
    millis.filter(fits)
}

impl Action for Wait {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let now = visit.facts.now;
        let until = match self {
            Self::ForMillis(millis) => now.plus_millis(*millis),
            Self::Until(template) => {
                let text = render(template, visit.fields);
                match moment(text.trim(), &visit.facts.zone) {
                    Some(until) => until,
                    None => {
                        let shown: String = text.chars().take(60).collect();
                        return Turn::Skip(format!(
                            "`{shown}` is no moment to wait for. Write 2026-05-01T09:00:00 or 2026-05-01."
                        ));
                    }
                }
            }
        };
        if until <= now {
            return Turn::Done(json!({"until": until.iso(), "passed": true}));
        }
        Turn::Sleep(until)
    }

    fn always_rests(&self) -> bool {
        matches!(self, Self::ForMillis(_))
    }
}

fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        let at = local.to_zoned(zone.clone()).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows::engine::RunState;
    use crate::workflows::facts::examples;

    fn until(template: &str) -> Turn {
        let facts = examples::facts();
        let run = RunState::new(None);
        let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "wait" };
        Wait::Until(template.to_owned()).arrive(&visit)
    }

    #[test]
    fn moments_without_an_offset_are_the_locations() {
        for (template, moment) in [
            ("2025-12-01", "2025-12-01T06:00:00.000Z"),
            ("2025-12-01T09:00", "2025-12-01T15:00:00.000Z"),
            ("2025-12-01T09:00:00+01:00", "2025-12-01T08:00:00.000Z"),
            ("{{right_now.year}}-12-01", "2025-12-01T06:00:00.000Z"),
        ] {
            let Turn::Sleep(until) = until(template) else { panic!("no rest until {template}") };
            assert_eq!(until.iso(), moment, "{template}");
        }
    }

    #[test]
    fn a_moment_that_has_passed_is_no_wait_and_nonsense_is_skipped() {
        assert!(matches!(until("2025-11-01"), Turn::Done(_)));
        let Turn::Skip(reason) = until("{{contact.website}}soon") else { panic!("not skipped") };
        insta::assert_snapshot!(reason, @"`soon` is no moment to wait for. Write 2026-05-01T09:00:00 or 2026-05-01.");
    }
}
