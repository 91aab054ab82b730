//! Durations as a developer writes them.

use jiff::{Span, SpanRelativeTo};
use serde_json::Value;

/// Milliseconds of `"2h 30m"`, `"7d"`, `"P7D"` or a whole number of milliseconds; what is wrong with it otherwise.
pub(super) fn millis(value: &Value) -> Result<i64, &'static str> {
    match value {
        Value::Number(millis) => {
            millis.as_i64().ok_or("must be a whole number of milliseconds or a duration")
        }
        Value::String(text) => of_text(text),
        _ => Err("must be a duration such as \"2h 30m\", or milliseconds"),
    }
}

fn of_text(text: &str) -> Result<i64, &'static str> {
    let span: Span = text.parse().map_err(|_| "must be a duration such as \"2h 30m\", \"7d\" or \"P7D\"")?;
    // A sandbox day has 24 hours: there is no place whose daylight saving time could apply.
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "must be given in weeks, days, hours, minutes or seconds")?;
    i64::try_from(duration.as_millis()).map_err(|_| "is too long")
}
