//! `drip`: lets runs through in batches. `{"batch": 50, "every": {"value": 1, "unit": "hours"}}`
//!
//! The first `batch` runs pass at once, the next after one interval, and so on. The pace belongs to the workflow and the
//! step: a draft and another publication do not begin it anew.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Action, At, Done, Effect, Kind, Then, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::pace;

/// The kind.
pub const KIND: Kind = Kind {
    name: "drip",
    parse,
    attributes: r#"{"required": ["batch", "every"], "properties": {
        "batch": {"type": "integer", "minimum": 1, "maximum": 10000},
        "every": {"type": "object", "required": ["value", "unit"], "additionalProperties": false, "properties": {
            "value": {"type": "integer", "minimum": 1}, "unit": {"enum": ["minutes", "hours", "days"]}}}}}"#,
};

/// A unit, its length in milliseconds, and the most of them.
const UNITS: &[(&str, (i64, u32))] =
    &[("minutes", (60_000, 60)), ("hours", (3_600_000, 24)), ("days", (86_400_000, 7))];

#[derive(Clone, Copy, Debug)]
struct Drip {
    batch: u32,
    every: i64,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    for key in ["batch"] {
        if !from.has(key) {
            from.fault(key, format!("`{key}` is missing; it must be a whole number from 1 to 10000"));
        }
    }
    let batch = from.whole("batch", 1..=10_000);
    let every = from.object("every", |every| {
        let unit = every.choice("unit", UNITS);
        let (millis, most) = unit.unwrap_or((1, 60));
        let value = every.whole("value", 1..=most);
        if !every.has("value") {
            every.fault("value", format!("`value` is missing; it must be a whole number from 1 to {most}"));
        }
        unit.and(Some(millis.saturating_mul(i64::from(value?))))
    });
    Some(Arc::new(Drip { batch: batch?, every: every? }))
}

impl Action for Drip {
    fn arrive(&self, _visit: &Visit<'_>) -> Turn {
        Turn::perform(*self)
    }
}

impl Effect for Drip {
    fn shown(&self) -> Value {
        json!({"effect": "drip", "batch": self.batch, "everyMillis": self.every})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let slot = pace::take_slot(tx, at.cx, at.here, &pace::Place::of(at), self.batch, self.every)?;
        let then = if slot > at.cx.now { Then::Rest(slot) } else { Then::Next };
        Ok(Done { then, ..Done::with(json!({"passed": slot.iso()})) })
    }
}
