//! Comparing a field with a text: the operators of workflows' conditions and of webhooks' filters. Pure.
//!
//! **Texts** are compared without regard to case and to space around them. **Lists** (tags, pick lists): `is` and
//! `contains` mean that some element equals the value, `includes_any` that some element is among the values; the
//! negations mean that none is. **Numbers**: `is` compares as numbers where the field is a JSON number; `greater_than`
//! and `less_than` compare numbers, else dates (RFC 3339 or `YYYY-MM-DD`), and are false of anything else. A field that
//! is not there is empty: it is nothing, contains nothing, and is neither greater nor less.

use serde_json::Value;

use crate::merge_field::text_of;
use crate::time::Timestamp;

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

impl Operator {
    /// The operator of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        OPERATORS.iter().find(|(known, _)| *known == name).map(|(_, operator)| *operator)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    /// Whether `left`, which is null where there is no such field, stands so to `right`: one text, several for
    /// `includes_any`, none where the operator takes none.
    #[must_use]
    pub fn holds(self, left: &Value, right: &[String]) -> bool {
        let first = right.first().map(String::as_str).unwrap_or_default();
        match self {
            Self::Is => equals(left, first),
            Self::IsNot => !equals(left, first),
            Self::Contains => contains(left, first),
            Self::NotContains => !contains(left, first),
            Self::IsEmpty => is_empty(left),
            Self::IsNotEmpty => !is_empty(left),
            Self::GreaterThan => order(left, first).is_some_and(|o| o.is_gt()),
            Self::LessThan => order(left, first).is_some_and(|o| o.is_lt()),
            Self::IncludesAny => right.iter().any(|value| !value.trim().is_empty() && equals(left, value)),
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
    use super::*;

    #[test]
    fn names_lead_back_to_their_operator() {
        for (name, operator) in OPERATORS {
            assert_eq!((Operator::parse(name), operator.name()), (Some(*operator), *name));
        }
        assert_eq!(Operator::parse("equals"), None);
    }
}
