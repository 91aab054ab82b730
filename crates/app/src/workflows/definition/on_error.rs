//! What happens when a step cannot be done: `{"retry": {"times": 3, "pause": {"value": 1, "unit": "minutes"}}, "then": "skip"}`.
//!
//! `then` is `skip` (the next step, also when absent), `end`, or the id of another step. Each pause is twice the one before.

use super::reader::Fields;
use crate::workflows::action::wait::UNITS;

/// The most attempts after the first.
const MOST_RETRIES: u32 = 20;
/// The longest pause between two attempts, in milliseconds: a week.
const LONGEST_PAUSE: i64 = 7 * 86_400_000;

/// The JSON Schema of `onError`.
pub const SCHEMA: &str = r#"{"type": "object", "additionalProperties": false, "properties": {
    "retry": {"type": "object", "required": ["times"], "additionalProperties": false, "properties": {
        "times": {"type": "integer", "minimum": 1, "maximum": 20},
        "pause": {"type": "object", "required": ["value", "unit"], "additionalProperties": false, "properties": {
            "value": {"type": "integer", "minimum": 1}, "unit": {"enum": ["seconds", "minutes", "hours", "days"]}}}}},
    "then": {"type": "string", "default": "skip"}}}"#;

/// The rule of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnError {
    /// How often it is tried again.
    pub retries: u32,
    first_pause: i64,
    /// Where the run goes when it failed for good.
    pub then: AfterFailure,
}

/// Where a run goes behind a step that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// To the step's `next`.
    Skip,
    /// Nowhere: it ends.
    End,
    /// To this step.
    GoTo(String),
}

impl Default for OnError {
    fn default() -> Self {
        Self { retries: 0, first_pause: 60_000, then: AfterFailure::Skip }
    }
}

impl OnError {
    /// Reads `onError`; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let otherwise = Self::default();
        let (retries, first_pause) = from
            .optional_object("retry", |retry| {
                let pause = retry.optional_object("pause", |pause| {
                    let unit = pause.choice("unit", UNITS);
                    let value = pause.whole("value", 1..=1_000_000);
                    Some(i64::from(value?).saturating_mul(unit?).min(LONGEST_PAUSE))
                });
                let times = retry.whole("times", 1..=MOST_RETRIES);
                Some((times?, pause.unwrap_or(otherwise.first_pause)))
            })
            .unwrap_or((0, otherwise.first_pause));
        let then = match from.optional_text("then").as_deref() {
            None | Some("skip") => AfterFailure::Skip,
            Some("end") => AfterFailure::End,
            Some(step) => AfterFailure::GoTo(step.to_owned()),
        };
        Some(Self { retries, first_pause, then })
    }

    /// The pause after this many failed attempts in a row, in milliseconds.
    #[must_use]
    pub fn pause(&self, tries: u32) -> i64 {
        self.first_pause.saturating_mul(1 << tries.min(20)).min(LONGEST_PAUSE)
    }
}
