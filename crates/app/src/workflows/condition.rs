//! Conditions: a field, an operator and a value, true or false of the facts. Pure.
//!
//! **Texts** are compared without regard to case and to space around them. **Lists** (tags, pick lists): `is` and
//! `contains` mean that some element equals the value, `includes_any` that some element is among the values; the
//! negations mean that none is. **Numbers**: `is` compares as numbers where the field is a JSON number; `greater_than`
//! and `less_than` compare numbers, else dates (RFC 3339 or `YYYY-MM-DD`), and are false of anything else. A field that
//! is not there is empty: it is nothing, contains nothing, and is neither greater nor less.
//!
//! The right-hand side may hold merge fields. A list of filters is ANDed; groups of an if/else say `all` or `any`.

use leadhold_kernel::Timestamp;
use leadhold_kernel::merge_field::{self, render, text_of};
use serde_json::Value;

use super::definition::reader::Fields;
use super::facts::field;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; the exact meaning is at the top of the file")]
pub enum Operator {
    Is,
    IsNot,
    Contains,
    NotContains,
    IsEmpty,
    IsNotEmpty,
    GreaterThan,
    LessThan,
    IncludesAny,
}

/// Each operator under the name that a definition uses.
pub const OPERATORS: &[(&str, Operator)] = &[
    ("is", Operator::Is),
    ("is_not", Operator::IsNot),
    ("contains", Operator::Contains),
    ("not_contains", Operator::NotContains),
    ("is_empty", Operator::IsEmpty),
    ("is_not_empty", Operator::IsNotEmpty),
    ("greater_than", Operator::GreaterThan),
    ("less_than", Operator::LessThan),
    ("includes_any", Operator::IncludesAny),
];

/// One comparison.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The path of the field, as a merge field names it.
    pub field: Vec<String>,
    /// The comparison.
    pub operator: Operator,
    /// The right-hand side: one text, or several for `includes_any`. May hold merge fields.
    pub values: Vec<String>,
}

/// Conditions joined by AND or by OR.
#[derive(Clone, Debug)]
pub struct Group<T> {
    /// OR instead of AND.
    pub any: bool,
    /// What is joined.
    pub of: Vec<T>,
}

impl<T> Group<T> {
    /// Whether the group holds, given whether each member does. A group of nothing does not hold.
    pub fn holds(&self, member: impl Fn(&T) -> bool) -> bool {
        if self.any { self.of.iter().any(member) } else { !self.of.is_empty() && self.of.iter().all(member) }
    }
}

/// Whether every filter holds. No filter lets everything through.
#[must_use]
pub fn all_hold(filters: &[Condition], fields: &Value) -> bool {
    filters.iter().all(|filter| filter.holds(fields))
}

impl Condition {
    /// Reads `{field, operator, value}`; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let field = from.text("field").and_then(|text| {
            let inner = text.trim().trim_start_matches('{').trim_end_matches('}').trim();
            let path = merge_field::path(inner).map(|keys| keys.into_iter().map(str::to_owned).collect());
            if path.is_none() {
                from.fault(
                    "field",
                    format!("`{text}` names no field; write it as in a merge field, `contact.email`"),
                );
            }
            path
        });
        let operator = from.choice("operator", OPERATORS);
        let values = match operator {
            Some(Operator::IsEmpty | Operator::IsNotEmpty) => {
                from.ignore("value");
                Some(Vec::new())
            }
            Some(Operator::IncludesAny) => Some(from.templates_or_one("value", 100)),
            _ => from.scalar_template("value").map(|value| vec![value]),
        };
        Some(Self { field: field?, operator: operator?, values: values? })
    }

    /// Whether it holds of these fields.
    #[must_use]
    pub fn holds(&self, fields: &Value) -> bool {
        let left = field(fields, &self.field).unwrap_or(&Value::Null);
        let right: Vec<String> = self.values.iter().map(|value| render(value, fields)).collect();
        let first = right.first().map(String::as_str).unwrap_or_default();
        match self.operator {
            Operator::Is => equals(left, first),
            Operator::IsNot => !equals(left, first),
            Operator::Contains => contains(left, first),
            Operator::NotContains => !contains(left, first),
            Operator::IsEmpty => is_empty(left),
            Operator::IsNotEmpty => !is_empty(left),
            Operator::GreaterThan => order(left, first).is_some_and(|o| o.is_gt()),
            Operator::LessThan => order(left, first).is_some_and(|o| o.is_lt()),
            Operator::IncludesAny => {
                right.iter().any(|value| !value.trim().is_empty() && equals(left, value))
            }
        }
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn equals(left: &Value, right: &str) -> bool {
    match left {
        Value::Array(items) if items.is_empty() => right.trim().is_empty(),
        Value::Array(items) => items.iter().any(|item| !item.is_array() && equals(item, right)),
        Value::Number(n) => match (n.as_f64(), right.trim().parse::<f64>()) {
            (Some(a), Ok(b)) => a.total_cmp(&b).is_eq(),
            _ => false,
        },
        other => folded(&text_of(other).unwrap_or_default()) == folded(right),
    }
}

fn contains(left: &Value, right: &str) -> bool {
    // An empty value, of an unknown merge field for instance, is contained in nothing.
    let right = folded(right);
    match left {
        _ if right.is_empty() => false,
        Value::Array(items) => items.iter().any(|item| !item.is_array() && equals(item, &right)),
        other => text_of(other).is_some_and(|text| folded(&text).contains(&right)),
    }
}

fn is_empty(left: &Value) -> bool {
    match left {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        other => text_of(other).is_none_or(|text| text.trim().is_empty()),
    }
}

fn order(left: &Value, right: &str) -> Option<std::cmp::Ordering> {
    let left = text_of(left)?;
    let (left, right) = (left.trim(), right.trim());
    if let (Ok(a), Ok(b)) = (left.parse::<f64>(), right.parse::<f64>()) {
        return a.partial_cmp(&b);
    }
    Some(moment(left)?.cmp(&moment(right)?))
}

/// A date without a time is its first moment in UTC: enough to order dates among each other.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let date: jiff::civil::Date = text.parse().ok()?;
        let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> Value {
        json!({
            "contact": {
                "email": " Ada@Example.com ", "zip": "007", "age": 42, "tags": ["Lead", "website"], "none": null,
                "blank": "  ", "no_tags": [], "born": "1815-12-10", "seen": "2026-01-01T00:00:00Z", "vip": true,
                "city": "Straße", "address": {}
            },
            "right": {"email": "ADA@EXAMPLE.COM", "empty": ""},
        })
    }

    fn holds(field: &str, operator: &str, values: &[&str]) -> bool {
        let (_, operator) = OPERATORS.iter().find(|(name, _)| *name == operator).expect("an operator");
        let field = field.split('.').map(str::to_owned).collect();
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        Condition { field, operator: *operator, values }.holds(&fields())
    }

    #[test]
    fn the_table_of_operators() {
        for (field, operator, value, expected) in [
            ("contact.email", "is", "ada@example.COM", true),
            ("contact.email", "is", "{{right.email}}", true),
            ("contact.email", "is", "ada", false),
            ("contact.email", "is_not", "ada", true),
            ("contact.city", "is", "STRASSE", false),
            ("contact.city", "is", "straße", true),
            ("contact.zip", "is", "7", false),
            ("contact.age", "is", "42.0", true),
            ("contact.age", "is", "forty-two", false),
            ("contact.age", "is_not", "41", true),
            ("contact.vip", "is", "true", true),
            ("contact.unknown", "is", "", true),
            ("contact.unknown", "is", "x", false),
            ("contact.unknown", "is_not", "x", true),
            ("contact.none", "is", "", true),
            ("contact.tags", "is", "lead", true),
            ("contact.tags", "is", "lea", false),
            ("contact.tags", "is_not", "lead", false),
            ("contact.no_tags", "is", "", true),
            ("contact.email", "contains", "@EXAMPLE", true),
            ("contact.email", "not_contains", "@example", false),
            ("contact.tags", "contains", "WEBSITE", true),
            ("contact.tags", "contains", "web", false),
            ("contact.tags", "not_contains", "web", true),
            ("contact.email", "contains", "", false),
            ("contact.email", "contains", "{{right.empty}}", false),
            ("contact.unknown", "contains", "x", false),
            ("contact.unknown", "not_contains", "x", true),
            ("contact.blank", "is_empty", "", true),
            ("contact.none", "is_empty", "", true),
            ("contact.no_tags", "is_empty", "", true),
            ("contact.address", "is_empty", "", true),
            ("contact.age", "is_empty", "", false),
            ("contact.tags", "is_not_empty", "", true),
            ("contact.unknown", "is_not_empty", "", false),
            ("contact.age", "greater_than", "9", true),
            ("contact.age", "less_than", "9", false),
            ("contact.age", "greater_than", "42", false),
            ("contact.zip", "less_than", "8", true),
            ("contact.born", "less_than", "1900-01-01", true),
            ("contact.seen", "greater_than", "2025-12-31", true),
            ("contact.email", "greater_than", "9", false),
            ("contact.email", "less_than", "9", false),
            ("contact.unknown", "less_than", "9", false),
            ("contact.age", "greater_than", "NaN", false),
        ] {
            assert_eq!(holds(field, operator, &[value]), expected, "{field} {operator} {value:?}");
        }
    }

    #[test]
    fn includes_any_is_one_of_the_values() {
        assert!(holds("contact.tags", "includes_any", &["vip", "WEBSITE"]));
        assert!(!holds("contact.tags", "includes_any", &["vip", "web"]));
        assert!(holds("contact.email", "includes_any", &["x", "ada@example.com"]));
        assert!(!holds("contact.email", "includes_any", &[]));
        assert!(!holds("contact.blank", "includes_any", &["{{right.empty}}"]));
    }

    #[test]
    fn filters_are_anded_and_groups_say_which() {
        let truth = |any, of: &[bool]| Group { any, of: of.to_vec() }.holds(|b| *b);
        assert!(truth(false, &[true, true]) && !truth(false, &[true, false]) && !truth(false, &[]));
        assert!(truth(true, &[true, false]) && !truth(true, &[false, false]) && !truth(true, &[]));
        let is = |value: &str| Condition {
            field: vec!["contact".into(), "email".into()],
            operator: Operator::Contains,
            values: vec![value.into()],
        };
        assert!(all_hold(&[], &fields()));
        assert!(all_hold(&[is("ada"), is("example")], &fields()));
        assert!(!all_hold(&[is("ada"), is("nobody")], &fields()));
    }
}
