//! `number_formatter`: how a number is written, read, or drawn.
//!
//! ```json
//! {"value": "{{opportunity.lead_value}}", "as": "currency", "currency": "EUR", "group": ".", "point": ","}
//! {"value": "{{inboundWebhookRequest.total}}", "as": "plain", "group": ".", "point": ","}
//! {"value": "{{contact.phone}}", "as": "phone"}
//! {"as": "random", "from": 1, "to": 6}
//! ```
//!
//! `number` and `currency` write it with `decimals` (2 for currencies that have cents) and thousands apart; `plain` reads one
//! that is written with `group` and `point`, and gives it as later steps calculate with it; `phone` gives a number in E.164 by
//! the location's country, `national` as people in North America write it; `random` draws a whole number, both ends included.

use std::sync::Arc;

use leadhold_kernel::merge_field::render;
use leadhold_kernel::{Error, phone};
use leadhold_store::Tx;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use serde_json::{Value, json};

use super::decimal;
use super::field::{Field, finish};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;
use crate::workflows::facts::people_s_phone;

/// The kind.
pub const KIND: Kind = Kind {
    name: "number_formatter",
    parse,
    attributes: r#"{"required": ["as"], "properties": {
        "value": {"type": ["string", "number"]}, "field": {"type": "string"},
        "as": {"enum": ["number", "currency", "plain", "phone", "national", "random"]},
        "decimals": {"type": "integer", "minimum": 0, "maximum": 12}, "currency": {"type": "string"},
        "group": {"type": "string", "maxLength": 1}, "point": {"type": "string", "maxLength": 1},
        "from": {"type": "integer"}, "to": {"type": "integer"}}}"#,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Number,
    Currency,
    Plain,
    Phone,
    National,
    Random,
}

const FORMS: [(&str, As); 6] = [
    ("number", As::Number),
    ("currency", As::Currency),
    ("plain", As::Plain),
    ("phone", As::Phone),
    ("national", As::National),
    ("random", As::Random),
];

/// Currencies with a sign of their own; any other is written with its code.
const SIGNS: [(&str, &str); 7] =
    [("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥"), ("INR", "₹"), ("AUD", "A$"), ("CAD", "CA$")];
/// Currencies without a smaller unit.
const WHOLE: [&str; 4] = ["JPY", "KRW", "VND", "CLP"];

#[derive(Debug)]
enum NumberFormatter {
    Write { value: String, style: Style, field: Option<Field> },
    Read { value: String, group: Option<char>, point: char, field: Option<Field> },
    Phone { value: String, national: bool, field: Option<Field> },
    Random { from: i64, to: i64 },
}

#[derive(Debug)]
struct Style {
    decimals: Option<u32>,
    group: Option<char>,
    point: char,
    /// Before and behind the number.
    around: (String, String),
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let form = from.choice("as", &FORMS)?;
    if form == As::Random {
        let bound = |key| super::text_formatter::index(from, key).flatten();
        let (low, high) = (bound("from").unwrap_or(1), bound("to").unwrap_or(100));
        if low > high {
            from.fault("to", "is less than `from`");
        }
        return Some(Arc::new(NumberFormatter::Random { from: low, to: high }));
    }
    let value = from.scalar_template("value");
    let (group, point) = (character(from, "group", Some(',')), character(from, "point", Some('.')));
    let field = Field::parse(from);
    let point = point.unwrap_or('.');
    if group == Some(point) {
        from.fault("point", "is the same as `group`");
    }
    let value = value?;
    Some(Arc::new(match form {
        As::Plain => NumberFormatter::Read { value, group, point, field },
        As::Phone | As::National => NumberFormatter::Phone { value, national: form == As::National, field },
        _ => {
            let currency = if form == As::Currency { Some(currency(from)?) } else { None };
            let decimals = from.whole("decimals", 0..=12);
            let usual = currency.as_ref().map(|code| if WHOLE.contains(&code.as_str()) { 0 } else { 2 });
            let style =
                Style { decimals: decimals.or(usual), group, point, around: around(currency.as_deref()) };
            NumberFormatter::Write { value, style, field }
        }
    }))
}

/// One character; an empty text is none at all.
fn character(from: &Fields<'_>, key: &str, absent: Option<char>) -> Option<char> {
    let Some(text) = from.optional_text(key) else { return absent };
    let mut chars = text.chars();
    let (first, more) = (chars.next(), chars.next());
    if more.is_some() || first.is_some_and(|c| c.is_ascii_digit() || c == '-') {
        from.fault(key, "must be one character, no digit");
        return absent;
    }
    first
}

fn currency(from: &Fields<'_>) -> Option<String> {
    let code = from.text("currency")?.to_ascii_uppercase();
    let sound = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    if !sound {
        from.fault("currency", "must be a code of three letters such as USD");
    }
    sound.then_some(code)
}

fn around(currency: Option<&str>) -> (String, String) {
    let Some(code) = currency else { return (String::new(), String::new()) };
    match SIGNS.iter().find(|(known, _)| *known == code) {
        Some((_, sign)) => ((*sign).to_owned(), String::new()),
        None => (format!("{code} "), String::new()),
    }
}

impl Action for NumberFormatter {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let (result, field) = match self {
            Self::Random { from, to } => return Turn::perform(Draw { from: *from, to: *to }),
            Self::Write { value, style, field } => (style.written(&render(value, visit.fields)), field),
            Self::Read { value, group, point, field } => {
                (read(&render(value, visit.fields), *group, *point), field)
            }
            Self::Phone { value, national, field } => {
                (number(&render(value, visit.fields), &visit.facts.location.country, *national), field)
            }
        };
        match result {
            Ok(result) => finish(visit, field.as_ref(), json!({ "result": result })),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

fn number(text: &str, country: &str, national: bool) -> Result<String, String> {
    let known = phone::normalise(text, Some(country)).filter(|number| number.starts_with('+'));
    let known = known.ok_or_else(|| format!("`{}` is no telephone number.", super::start_of(text)))?;
    Ok(if national { people_s_phone(&known) } else { known })
}

fn read(text: &str, group: Option<char>, point: char) -> Result<String, String> {
    let plain: String = text
        .chars()
        .filter(|c| Some(*c) != group && !c.is_whitespace())
        .map(|c| if c == point { '.' } else { c })
        .collect();
    decimal::parse(&plain).map(decimal::text).ok_or_else(|| decimal::unreadable(text))
}

impl Style {
    fn written(&self, text: &str) -> Result<String, String> {
        let number = decimal::parse(text).ok_or_else(|| decimal::unreadable(text))?;
        let number = match self.decimals {
            Some(decimals) => {
                let rounded = number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
                let mut padded = rounded;
                padded.rescale(decimals);
                // A number of 28 digits has no room for more zeros.
                if padded == rounded { padded } else { rounded }
            }
            None => number.normalize(),
        };
        let digits = number.abs().to_string();
        let (whole, part) = digits.split_once('.').map_or((digits.as_str(), None), |(w, p)| (w, Some(p)));
        let mut out = String::new();
        if number < Decimal::ZERO {
            out.push('-');
        }
        out += &self.around.0;
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                out.extend(self.group);
            }
            out.push(digit);
        }
        if let Some(part) = part {
            out.push(self.point);
            out += part;
        }
        Ok(out + &self.around.1)
    }
}

#[derive(Debug, Serialize)]
struct Draw {
    from: i64,
    to: i64,
}

impl Effect for Draw {
    fn shown(&self) -> Value {
        shown("drawNumber", self)
    }

    fn perform(&self, _tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let width = self.to.abs_diff(self.from).saturating_add(1);
        let drawn = self.from.saturating_add_unsigned(at.cx.random.below(width));
        Ok(Done::with(json!({"result": drawn.to_string()})))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{faults, result};
    use super::*;

    fn shown_as(attributes: Value) -> Value {
        result(&KIND, &attributes, json!({"total": 1234567.5, "phone": "515 555 2345"}))
    }

    #[test]
    fn numbers_are_written_and_read() {
        for (attributes, expected) in [
            (json!({"value": "{{r.total}}", "as": "number"}), "1,234,567.5"),
            (
                json!({"value": "{{r.total}}", "as": "number", "decimals": 2, "group": ".", "point": ","}),
                "1.234.567,50",
            ),
            (json!({"value": "-1234.565", "as": "currency", "currency": "usd"}), "-$1,234.57"),
            (json!({"value": "1234.5", "as": "currency", "currency": "JPY"}), "¥1,235"),
            (json!({"value": "5", "as": "currency", "currency": "CHF", "group": ""}), "CHF 5.00"),
            (json!({"value": "0.1", "as": "number", "decimals": 0}), "0"),
            (json!({"value": "100", "as": "number"}), "100"),
            (json!({"value": "1.234.567,50 €", "as": "plain", "group": ".", "point": ","}), "1234567.5"),
            (json!({"value": "{{r.phone}}", "as": "phone"}), "+15155552345"),
            (json!({"value": "{{r.phone}}", "as": "national"}), "(515) 555-2345"),
            (json!({"value": "x", "as": "phone"}), "failed: `x` is no telephone number."),
            (json!({"value": "x", "as": "number"}), "failed: `x` is no number."),
        ] {
            assert_eq!(shown_as(attributes.clone()), expected, "{attributes}");
        }
    }

    #[test]
    fn attributes_say_what_is_wrong() {
        for (attributes, expected) in [
            (
                json!({"as": "number"}),
                "value: `value` is missing; it must be a text, a number or a boolean\n",
            ),
            (
                json!({"value": 1, "as": "currency", "currency": "Euro"}),
                "currency: must be a code of three letters such as USD\n",
            ),
            (json!({"value": 1, "as": "number", "group": ".."}), "group: must be one character, no digit\n"),
            (json!({"value": 1, "as": "number", "group": "."}), "point: is the same as `group`\n"),
            (json!({"as": "random", "from": 5, "to": 1}), "to: is less than `from`\n"),
        ] {
            assert_eq!(faults(&KIND, &attributes), expected, "{attributes}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(number in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0u32..12) {
            let number = Decimal::new(number, scale);
            let written = shown_as(json!({"value": number.to_string(), "as": "number"}));
            let read = shown_as(json!({"value": written, "as": "plain"}));
            prop_assert_eq!(read, decimal::text(number));
        }
    }
}
