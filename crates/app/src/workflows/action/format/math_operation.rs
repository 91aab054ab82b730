//! `math_operation`: calculates with numbers, or with dates.
//!
//! ```json
//! {"value": "{{contact.points | default: \"0\"}}", "operations": [
//!    {"operator": "add", "by": "{{inboundWebhookRequest.points}}"}, {"operator": "round", "by": 2}], "field": "contact.points"}
//! {"date": "{{contact.renewal}}", "operations": [{"operator": "add", "by": 1, "unit": "months"}], "field": "contact.renewal"}
//! {"date": "{{contact.renewal}}", "operations": [{"operator": "difference", "from": "{{contact.start}}", "unit": "days"}]}
//! ```
//!
//! Numbers: `add`, `subtract`, `multiply`, `divide`, `remainder`, `power` (0 to 100), `minimum`, `maximum`, `round` (`by`
//! decimals, halves away from zero), `floor`, `ceiling`, `absolute`. They are exact; only a division is cut off, at 28
//! digits. The result is a text, so that no digit is lost on the way.
//!
//! Dates: `add` and `subtract` `by` so many `unit`s of the calendar, and `difference`, the last of them: how many whole
//! `unit`s after `from` the date is. A date alone stays one; anything else comes out as RFC 3339 in the run's zone.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Zoned, ZonedDifference};
use leadhold_kernel::merge_field::render;
use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};
use serde_json::{Value, json};

use super::field::{Field, finish};
use super::{MAX_OPERATIONS, decimal, start_of};
use crate::workflows::action::moment::{self, Unit};
use crate::workflows::action::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::right_now::zoned;

/// The kind.
pub const KIND: Kind = Kind {
    name: "math_operation",
    parse,
    attributes: r#"{"required": ["operations"], "properties": {
        "value": {"type": ["string", "number"]}, "date": {"type": "string"}, "field": {"type": "string"},
        "operations": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "object", "required": ["operator"],
            "properties": {
                "operator": {"enum": ["add", "subtract", "multiply", "divide", "remainder", "power", "minimum", "maximum",
                    "round", "floor", "ceiling", "absolute", "difference"]},
                "by": {"type": ["string", "number"]}, "from": {"type": "string"},
                "unit": {"enum": ["seconds", "minutes", "hours", "days", "weeks", "months", "years"]}}}}}}"#,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Minimum,
    Maximum,
    Round,
    Floor,
    Ceiling,
    Absolute,
    Difference,
}

const OPERATORS: [(&str, Operator); 13] = [
    ("add", Operator::Add),
    ("subtract", Operator::Subtract),
    ("multiply", Operator::Multiply),
    ("divide", Operator::Divide),
    ("remainder", Operator::Remainder),
    ("power", Operator::Power),
    ("minimum", Operator::Minimum),
    ("maximum", Operator::Maximum),
    ("round", Operator::Round),
    ("floor", Operator::Floor),
    ("ceiling", Operator::Ceiling),
    ("absolute", Operator::Absolute),
    ("difference", Operator::Difference),
];

#[derive(Debug)]
struct MathOperation {
    of: Of,
    operations: Vec<Operation>,
    field: Option<Field>,
}

#[derive(Debug)]
enum Of {
    Number(String),
    Date(String),
}

#[derive(Debug)]
struct Operation {
    operator: Operator,
    by: Option<String>,
    from: Option<String>,
    unit: Option<Unit>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let of = match (from.has("value"), from.has("date")) {
        (true, false) => from.scalar_template("value").map(Of::Number),
        (false, true) => from.template("date").map(Of::Date),
        _ => {
            from.fault("value", "calculate with a `value`, a number, or with a `date`, one of the two");
            None
        }
    };
    let dates = matches!(of, Some(Of::Date(_)));
    let operations = from.some_objects("operations", MAX_OPERATIONS, |one| operation(one, dates));
    let field = Field::parse(from);
    Some(Arc::new(MathOperation { of: of?, operations, field }))
}

fn operation(from: &Fields<'_>, dates: bool) -> Option<Operation> {
    let operator = from.choice("operator", &OPERATORS)?;
    let needs_by = !matches!(
        operator,
        Operator::Floor | Operator::Ceiling | Operator::Absolute | Operator::Difference | Operator::Round
    );
    let by = if needs_by { Some(from.scalar_template("by")?) } else { from.optional_template("by") };
    let of_dates = matches!(operator, Operator::Add | Operator::Subtract | Operator::Difference);
    if dates && !of_dates {
        from.fault("operator", "with a date there are add, subtract and difference");
    }
    if !dates && operator == Operator::Difference {
        from.fault("operator", "`difference` is of two dates; of numbers it is `subtract`");
    }
    let unit = if dates { Some(from.choice("unit", &Unit::NAMES)?) } else { None };
    let since = match operator {
        Operator::Difference if dates => Some(from.template("from")?),
        _ => None,
    };
    Some(Operation { operator, by, from: since, unit })
}

impl Action for MathOperation {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let result = match &self.of {
            Of::Number(template) => self.number(&render(template, visit.fields), visit.fields),
            Of::Date(template) => self.date(&render(template, visit.fields), visit.fields, &visit.facts.zone),
        };
        match result {
            Ok(result) => finish(visit, self.field.as_ref(), json!({ "result": result })),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

impl MathOperation {
    fn number(&self, text: &str, fields: &Value) -> Result<String, String> {
        let mut number = decimal::parse(text).ok_or_else(|| decimal::unreadable(text))?;
        for operation in &self.operations {
            let by = match &operation.by {
                None => Decimal::ZERO,
                Some(template) => {
                    let text = render(template, fields);
                    decimal::parse(&text).ok_or_else(|| decimal::unreadable(&text))?
                }
            };
            number = calculated(operation.operator, number, by)?;
        }
        Ok(decimal::text(number))
    }

    fn date(&self, text: &str, fields: &Value, zone: &TimeZone) -> Result<String, String> {
        let mut at = zoned_of(text, zone)?;
        let date_alone = text.trim().parse::<Date>().is_ok() && !text.contains(['T', ':']);
        for operation in &self.operations {
            let unit = operation.unit.ok_or("A unit is missing.")?;
            if let Some(from) = &operation.from {
                let from = zoned_of(&render(from, fields), zone)?;
                return Ok(whole_units(&from, &at, unit).ok_or(moment::OUTSIDE)?.to_string());
            }
            let text = render(operation.by.as_deref().unwrap_or_default(), fields);
            let by = text
                .trim()
                .parse::<i64>()
                .map_err(|_| format!("`{}` is no whole number of {}.", start_of(&text), unit_name(unit)))?;
            let by = if operation.operator == Operator::Subtract { by.checked_neg() } else { Some(by) };
            let span = by.and_then(|by| unit.span(by)).ok_or(moment::OUTSIDE)?;
            at = at.checked_add(span).map_err(|_| moment::OUTSIDE.to_owned())?;
        }
        Ok(match date_alone && at.time() == jiff::civil::Time::midnight() {
            true => at.date().to_string(),
            false => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        })
    }
}

fn calculated(operator: Operator, number: Decimal, by: Decimal) -> Result<Decimal, String> {
    let zero = || "Nothing can be divided by zero.".to_owned();
    let result = match operator {
        Operator::Add => number.checked_add(by),
        Operator::Subtract => number.checked_sub(by),
        Operator::Multiply => exact_product(number, by),
        Operator::Divide | Operator::Remainder if by.is_zero() => return Err(zero()),
        Operator::Divide => number.checked_div(by),
        Operator::Remainder => number.checked_rem(by),
        Operator::Power => {
            let times = by.normalize();
            let times = u64::try_from(times)
                .ok()
                .filter(|times| times.to_string() == decimal::text(by) && *times <= 100);
            let times = times.ok_or("A power is a whole number from 0 to 100.")?;
            number.checked_powu(times)
        }
        Operator::Minimum => Some(number.min(by)),
        Operator::Maximum => Some(number.max(by)),
        Operator::Round => {
            let digits = u32::try_from(by.normalize()).ok().filter(|digits| *digits <= 28);
            let digits = digits.ok_or("A number is rounded to 0 to 28 decimals.")?;
            Some(number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))
        }
        Operator::Floor => Some(number.floor()),
        Operator::Ceiling => Some(number.ceil()),
        Operator::Absolute => Some(number.abs()),
        Operator::Difference => None,
    };
    result.ok_or_else(|| decimal::TOO_LARGE.to_owned())
}

/// The product, or `None` where digits of it would have to be cut off.
fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let product = a.checked_mul(b)?;
    let exact = product.is_zero() == (a.is_zero() || b.is_zero())
        && a.normalize().scale() + b.normalize().scale() <= Decimal::MAX_SCALE;
    exact.then_some(product)
}

fn zoned_of(text: &str, zone: &TimeZone) -> Result<Zoned, String> {
    let moment = moment::parse(text, zone).ok_or_else(|| moment::unreadable(text))?;
    zoned(moment, zone).ok_or_else(|| moment::OUTSIDE.to_owned())
}

/// How many whole units lie between two moments; negative when the second is earlier.
pub fn whole_units(from: &Zoned, to: &Zoned, unit: Unit) -> Option<i64> {
    let of = |largest| from.until(ZonedDifference::new(to).largest(largest)).ok();
    Some(match unit {
        Unit::Seconds => of(jiff::Unit::Second)?.get_seconds(),
        Unit::Minutes => of(jiff::Unit::Minute)?.get_minutes(),
        Unit::Hours => i64::from(of(jiff::Unit::Hour)?.get_hours()),
        Unit::Days => i64::from(of(jiff::Unit::Day)?.get_days()),
        Unit::Weeks => i64::from(of(jiff::Unit::Week)?.get_weeks()),
        Unit::Months => i64::from(of(jiff::Unit::Month)?.get_months()),
        Unit::Years => i64::from(of(jiff::Unit::Year)?.get_years()),
    })
}

fn unit_name(unit: Unit) -> &'static str {
    Unit::NAMES.iter().find(|(_, known)| *known == unit).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{faults, result};
    use super::*;

    fn number(value: &str, operations: &[(&str, &str)]) -> String {
        let operations: Vec<Value> =
            operations.iter().map(|(operator, by)| json!({"operator": operator, "by": by})).collect();
        let attributes = json!({"value": value, "operations": operations});
        result(&KIND, &attributes, json!({"points": 7, "tax": "0.2"})).as_str().unwrap_or_default().to_owned()
    }

    fn date(date: &str, operations: Value) -> String {
        let attributes = json!({"date": date, "operations": operations});
        result(&KIND, &attributes, json!({"start": "2024-02-29"})).as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn decimals_are_exact() {
        for (value, operations, expected) in [
            ("0.1", &[("add", "{{r.tax}}")][..], "0.3"),
            ("{{r.points}}", &[("multiply", "1.10")], "7.7"),
            ("1,000.50", &[("subtract", "0.5")], "1000"),
            ("10", &[("divide", "4")], "2.5"),
            ("10", &[("divide", "3"), ("round", "2")], "3.33"),
            ("2.345", &[("round", "2")], "2.35"),
            ("-2.345", &[("round", "2")], "-2.35"),
            ("2.5", &[("floor", "0")], "2"),
            ("-2.5", &[("ceiling", "0"), ("absolute", "0")], "2"),
            ("17", &[("remainder", "5")], "2"),
            ("1.1", &[("power", "3")], "1.331"),
            ("5", &[("minimum", "3"), ("maximum", "4")], "4"),
            ("1e15", &[("multiply", "3")], "3000000000000000"),
            ("1", &[("divide", "0")], "failed: Nothing can be divided by zero."),
            ("x", &[("add", "1")], "failed: `x` is no number."),
            (
                "{{r.nothing}}",
                &[("add", "1")],
                "failed: A number came out empty; check the merge fields, or write {{… | default: \"0\"}}.",
            ),
            ("10", &[("power", "100")], "failed: The number grew beyond 28 digits."),
            ("10", &[("power", "1000")], "failed: A power is a whole number from 0 to 100."),
            (
                "0.0000000000000001",
                &[("multiply", "0.0000000000000001")],
                "failed: The number grew beyond 28 digits.",
            ),
            ("79228162514264337593543950335", &[("add", "1")], "failed: The number grew beyond 28 digits."),
        ] {
            assert_eq!(number(value, operations), expected, "{value} {operations:?}");
        }
    }

    #[test]
    fn dates_follow_the_calendar() {
        let add = |by: i64, unit: &str| json!([{"operator": "add", "by": by, "unit": unit}]);
        assert_eq!(date("2026-01-31", add(1, "months")), "2026-02-28");
        assert_eq!(date("{{r.start}}", add(1, "years")), "2025-02-28");
        assert_eq!(date("2025-11-01T12:00", add(1, "days")), "2025-11-02T12:00:00-06:00");
        assert_eq!(date("2025-11-01T12:00", add(24, "hours")), "2025-11-02T11:00:00-06:00");
        assert_eq!(
            date("2026-01-31", json!([{"operator": "subtract", "by": 2, "unit": "weeks"}])),
            "2026-01-17"
        );
        let since = |unit: &str| json!([{"operator": "difference", "from": "{{r.start}}", "unit": unit}]);
        assert_eq!(date("2026-02-28", since("days")), "730");
        assert_eq!(date("2026-02-28", since("months")), "23");
        assert_eq!(date("2024-02-01", since("days")), "-28");
        assert_eq!(
            date("soon", add(1, "days")),
            "failed: `soon` is no moment. Write 2026-05-01T09:00:00 or 2026-05-01."
        );
        assert_eq!(
            date("2026-01-01", add(i64::MAX, "days")),
            "failed: That moment lies outside the calendar."
        );
        assert_eq!(date("2026-01-01", add(9000, "years")), "failed: That moment lies outside the calendar.");
    }

    #[test]
    fn attributes_say_what_is_wrong() {
        insta::assert_snapshot!(faults(&KIND, &json!({"operations": []})), @"
        value: calculate with a `value`, a number, or with a `date`, one of the two
        operations: `operations` is empty; at least one is needed
        ");
        insta::assert_snapshot!(faults(&KIND, &json!({"value": 1, "field": "points", "operations": [
            {"operator": "add"}, {"operator": "difference"}, {"operator": "root", "by": 2}]})), @"
        operations[0].by: `by` is missing; it must be a text, a number or a boolean
        operations[1].operator: `difference` is of two dates; of numbers it is `subtract`
        operations[2].operator: `root` is not one of add, subtract, multiply, divide, remainder, power, minimum, maximum, round, floor, ceiling, absolute, difference
        operations[2].by: unknown key `by`; known here: operator
        field: name the field as `contact.<field>` or `opportunity.<custom field>`
        ");
        insta::assert_snapshot!(faults(&KIND, &json!({"date": "x", "operations": [
            {"operator": "multiply", "by": 2, "unit": "days"}, {"operator": "add", "by": 2}, {"operator": "difference", "unit": "days"}]})), @"
        operations[0].operator: with a date there are add, subtract and difference
        operations[1].unit: `unit` is missing; it must be a text
        operations[2].from: `from` is missing; it must be a text
        ");
    }

    proptest! {
        #[test]
        fn never_panics(value in "[-+0-9.,e]{0,40}", by in "[-0-9.e]{0,40}", at in 0usize..OPERATORS.len() - 1) {
            let _ = number(&value, &[(OPERATORS[at].0, &by)]);
        }

        #[test]
        fn adding_and_subtracting_comes_back(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000, scale in 0u32..9) {
            let (a, b) = (Decimal::new(a, scale), Decimal::new(b, scale));
            let text = number(&a.to_string(), &[("add", &b.to_string()), ("subtract", &b.to_string())]);
            prop_assert_eq!(text, decimal::text(a));
        }
    }
}
