//! `date_formatter`: how a moment is written, moved, and compared with another.
//!
//! ```json
//! {"value": "{{contact.renewal}}", "fromFormat": "DD.MM.YYYY", "add": {"value": 2, "unit": "weeks"},
//!  "toFormat": "dddd, MMMM D, YYYY", "toZone": "Europe/Berlin", "compareTo": "{{right_now.year}}-12-31"}
//! ```
//!
//! A text without `fromFormat` may have any spelling that [`moment::parse`] reads. A moment without an offset is in
//! `fromZone`, else in the run's zone, and is shown in `toZone`, else in the run's. `add` and `subtract` follow the calendar. Brings `result` (by `toFormat`,
//! else RFC 3339), `date`, `time`, `timestamp` (milliseconds), `dayOfWeek`, and with `compareTo`: `comparison` (`before`,
//! `same`, `after`), `days` and `seconds` (from the other moment to this one).
//!
//! Formats: `YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h mm m ss s A a Z X x`; text in `[brackets]` stays.

use std::sync::Arc;

use jiff::Zoned;
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use leadhold_kernel::merge_field::render;
use serde_json::{Value, json};

use super::field::{Field, finish};
use super::math_operation::whole_units;
use super::start_of;
use crate::workflows::action::moment::{self, Period, Unit};
use crate::workflows::action::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::right_now::zoned;

/// The kind.
pub const KIND: Kind = Kind {
    name: "date_formatter",
    parse,
    attributes: r#"{"required": ["value"], "properties": {
        "value": {"type": "string"}, "fromFormat": {"type": "string"}, "fromZone": {"type": "string"},
        "toFormat": {"type": "string"}, "toZone": {"type": "string"}, "compareTo": {"type": "string"},
        "field": {"type": "string"},
        "add": {"type": "object", "required": ["value", "unit"], "properties": {"value": {"type": "integer", "minimum": 1},
            "unit": {"enum": ["seconds", "minutes", "hours", "days", "weeks", "months", "years"]}}},
        "subtract": {"type": "object", "required": ["value", "unit"], "properties": {"value": {"type": "integer", "minimum": 1},
            "unit": {"enum": ["seconds", "minutes", "hours", "days", "weeks", "months", "years"]}}}}}"#,
};

/// Each token with what the calendar calls it; longer ones first.
const TOKENS: [(&str, &str); 23] = [
    ("YYYY", "%Y"),
    ("YY", "%y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("M", "%-m"),
    ("DD", "%d"),
    ("D", "%-d"),
    ("dddd", "%A"),
    ("ddd", "%a"),
    ("HH", "%H"),
    ("H", "%-H"),
    ("hh", "%I"),
    ("h", "%-I"),
    ("mm", "%M"),
    ("m", "%-M"),
    ("ss", "%S"),
    ("s", "%-S"),
    ("A", "%p"),
    ("a", "%P"),
    ("Z", "%:z"),
    ("X", "%s"),
    ("x", "%s%3f"),
];

#[derive(Debug)]
struct DateFormatter {
    value: String,
    from_format: Option<String>,
    from_zone: Option<String>,
    add: Option<Period>,
    subtract: Option<Period>,
    to_format: Option<String>,
    to_zone: Option<String>,
    compare_to: Option<String>,
    field: Option<Field>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let zone = |key| {
        let zone = from.optional_template(key);
        if let Some(name) =
            zone.as_deref().filter(|name| !name.contains("{{") && TimeZone::get(name).is_err())
        {
            from.fault(
                key,
                format!("`{}` is no time zone; write one such as America/Chicago", start_of(name)),
            );
        }
        zone
    };
    let value = from.template("value");
    let formatter = DateFormatter {
        from_format: from.optional_text("fromFormat").map(|format| calendars(&format)),
        from_zone: zone("fromZone"),
        add: from.optional_object("add", Period::parse),
        subtract: from.optional_object("subtract", Period::parse),
        to_format: from.optional_text("toFormat").map(|format| calendars(&format)),
        to_zone: zone("toZone"),
        compare_to: from.optional_template("compareTo"),
        field: Field::parse(from),
        value: value?,
    };
    Some(Arc::new(formatter))
}

/// A format as the calendar spells it.
fn calendars(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if let Some((inner, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            out += &inner.replace('%', "%%");
            rest = behind;
        } else if let Some((token, directive)) = TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
            out += directive;
            rest = &rest[token.len()..];
        } else {
            out += if first == '%' { "%%" } else { &rest[..first.len_utf8()] };
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

impl Action for DateFormatter {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match self.output(visit) {
            Ok(output) => finish(visit, self.field.as_ref(), output),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

impl DateFormatter {
    fn output(&self, visit: &Visit<'_>) -> Result<Value, String> {
        let own = &visit.facts.zone;
        let zone = |template: &Option<String>| match template {
            None => Ok(own.clone()),
            Some(template) => {
                let name = render(template, visit.fields);
                TimeZone::get(name.trim()).map_err(|_| format!("`{}` is no time zone.", start_of(&name)))
            }
        };
        let (from_zone, to_zone) = (zone(&self.from_zone)?, zone(&self.to_zone)?);
        let mut moment = self.read(&render(&self.value, visit.fields), &from_zone)?;
        if let Some(period) = self.add {
            moment = period.after(moment, &from_zone).ok_or(moment::OUTSIDE)?;
        }
        if let Some(period) = self.subtract {
            moment = period.before(moment, &from_zone).ok_or(moment::OUTSIDE)?;
        }
        let at = zoned(moment, &to_zone).ok_or(moment::OUTSIDE)?;
        let mut output = json!({
            "result": written(&at, self.to_format.as_deref().unwrap_or("%Y-%m-%dT%H:%M:%S%:z"))?,
            "date": at.date().to_string(),
            "time": at.strftime("%H:%M:%S").to_string(),
            "timestamp": moment.millis(),
            "dayOfWeek": at.strftime("%A").to_string(),
        });
        if let Some(template) = &self.compare_to {
            let other = self.read(&render(template, visit.fields), &from_zone)?;
            let from = zoned(other, &to_zone).ok_or(moment::OUTSIDE)?;
            output["comparison"] = json!(match moment.millis().cmp(&other.millis()) {
                std::cmp::Ordering::Less => "before",
                std::cmp::Ordering::Equal => "same",
                std::cmp::Ordering::Greater => "after",
            });
            output["days"] = json!(whole_units(&from, &at, Unit::Days));
            output["seconds"] = json!((moment.millis() - other.millis()) / 1000);
        }
        Ok(output)
    }

    fn read(&self, text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
        let text = text.trim();
        let given = self.from_format.as_deref().and_then(|format| by_format(text, format, zone));
        // A format says how the value is written; the other moment of a comparison may be written as usual.
        given.or_else(|| moment::parse(text, zone)).ok_or_else(|| moment::unreadable(text))
    }
}

fn by_format(text: &str, format: &str, zone: &TimeZone) -> Option<Timestamp> {
    let broken = jiff::fmt::strtime::parse(format, text).ok()?;
    if let Ok(at) = broken.to_timestamp() {
        return Some(Timestamp(at.as_millisecond()));
    }
    let date = broken.to_date().ok()?;
    let time = broken.to_time().unwrap_or(jiff::civil::Time::midnight());
    moment::of_local(date.to_datetime(time), zone)
}

fn written(at: &Zoned, format: &str) -> Result<String, String> {
    jiff::fmt::strtime::format(format, at).map_err(|_| "The format cannot be written.".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{faults, output, result};
    use super::*;

    fn shown_as(attributes: Value) -> Value {
        result(&KIND, &attributes, json!({"born": "1815-12-10", "zone": "Asia/Tokyo"}))
    }

    #[test]
    fn moments_are_written_read_and_moved() {
        for (attributes, expected) in [
            (json!({"value": "{{r.born}}", "toFormat": "MM/DD/YYYY"}), "12/10/1815"),
            (
                json!({"value": "2025-11-05T15:30", "toFormat": "ddd, MMM D, YYYY h:mm A"}),
                "Wed, Nov 5, 2025 3:30 PM",
            ),
            (
                json!({"value": "2025-11-05T15:30", "toFormat": "dddd [the] D [of MMMM] HH[h]mm a 100%"}),
                "Wednesday the 5 of MMMM 15h30 pm 100%",
            ),
            (
                json!({"value": "05.11.2025", "fromFormat": "DD.MM.YYYY", "toFormat": "YYYY-MM-DD"}),
                "2025-11-05",
            ),
            (
                json!({"value": "5/11/25 03:30 PM", "fromFormat": "D/M/YY hh:mm A"}),
                "2025-11-05T15:30:00-06:00",
            ),
            (json!({"value": "2025-11-05T15:30", "toZone": "{{r.zone}}"}), "2025-11-06T06:30:00+09:00"),
            (
                json!({"value": "2025-11-05T15:30", "fromZone": "Asia/Tokyo", "toZone": "UTC"}),
                "2025-11-05T06:30:00+00:00",
            ),
            (
                json!({"value": "2026-01-31", "add": {"value": 1, "unit": "months"}, "toFormat": "YYYY-MM-DD"}),
                "2026-02-28",
            ),
            (
                json!({"value": "2026-03-31", "subtract": {"value": 1, "unit": "months"}, "toFormat": "D.M.YY"}),
                "28.2.26",
            ),
            (json!({"value": "2025-11-05T21:30:07Z", "toFormat": "X"}), "1762378207"),
            (json!({"value": "2025-11-05T21:30:07Z", "toFormat": "x"}), "1762378207000"),
            (
                json!({"value": "soon"}),
                "failed: `soon` is no moment. Write 2026-05-01T09:00:00 or 2026-05-01.",
            ),
            (json!({"value": "2026-01-01", "toZone": "{{r.born}}"}), "failed: `1815-12-10` is no time zone."),
        ] {
            assert_eq!(shown_as(attributes.clone()), expected, "{attributes}");
        }
    }

    #[test]
    fn moments_are_compared() {
        let attributes = json!({"value": "2026-01-15T12:00", "compareTo": "2026-01-10"});
        let compared = output(&KIND, &attributes, Value::Null).expect("a moment");
        insta::assert_snapshot!(compared, @r#"{"result":"2026-01-15T12:00:00-06:00","date":"2026-01-15","time":"12:00:00","timestamp":1768500000000,"dayOfWeek":"Thursday","comparison":"after","days":5,"seconds":475200}"#);
    }

    #[test]
    fn attributes_say_what_is_wrong() {
        insta::assert_snapshot!(faults(&KIND, &json!({"toZone": "Chicago", "add": {"value": 0, "unit": "days"}})), @"
        value: `value` is missing; it must be a text
        add.value: must be a whole number from 1 to 100000
        toZone: `Chicago` is no time zone; write one such as America/Chicago
        ");
    }

    proptest! {
        #[test]
        fn never_panics(value in ".{0,30}", format in "[YMDdHhmsAaZXx%\\[\\] .:/-]{0,24}") {
            shown_as(json!({"value": "2026-01-15", "toFormat": format}));
            let attributes = json!({"value": "{{r.value}}", "fromFormat": format});
            result(&KIND, &attributes, json!({"value": value}));
        }
    }
}
