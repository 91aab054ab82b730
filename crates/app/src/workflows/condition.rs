//! Conditions: a field, an operator and a value, true or false of the facts. Pure. What each operator means is said in
//! [`leadhold_kernel::condition`].
//!
//! The right-hand side may hold merge fields. A list of filters is ANDed; groups of an if/else say `all` or `any`.
//!
//! Filters of triggers may also ask what changed: `has_changed`, and `has_changed_to` and `has_changed_from` a value. They
//! look at `changed.<field>`, which has `from` and `to` where the event says that the field is otherwise than before.

use leadhold_kernel::condition::{OPERATORS, Operator};
use leadhold_kernel::merge_field::{self, render};
use serde_json::Value;

use super::definition::reader::Fields;
use super::facts::field;

/// One comparison.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The path of the field, as a merge field names it.
    pub field: Vec<String>,
    /// The comparison.
    pub comparison: Comparison,
    /// The right-hand side: one text, or several for `includes_any`. May hold merge fields.
    pub values: Vec<String>,
}

/// How a field is compared, and which of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// What it is now.
    Now(Operator),
    /// Whether it is otherwise than before the event.
    HasChanged,
    /// That, and what the event made of it.
    HasChangedTo,
    /// That, and what it was before.
    HasChangedFrom,
}

/// The comparisons that filters of triggers alone can make.
pub const CHANGES: [(&str, Comparison); 3] = [
    ("has_changed", Comparison::HasChanged),
    ("has_changed_to", Comparison::HasChangedTo),
    ("has_changed_from", Comparison::HasChangedFrom),
];

impl Comparison {
    /// Its name in a definition.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Now(operator) => operator.name(),
            change => CHANGES.iter().find(|(_, known)| *known == change).map_or("", |(name, _)| name),
        }
    }
}

/// A condition that was tested.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// What the field was, null where there is none; of a change, `{from, to}`.
    pub left: Value,
    /// The right-hand side, its merge fields filled in.
    pub right: Vec<String>,
    /// Whether it held.
    pub held: bool,
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
        Self::read(from, &[])
    }

    /// As [`Condition::parse`], for a trigger, which knows what changed.
    pub fn parse_filter(from: &Fields<'_>) -> Option<Self> {
        Self::read(from, &CHANGES)
    }

    fn read(from: &Fields<'_>, more: &[(&'static str, Comparison)]) -> Option<Self> {
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
        let now = OPERATORS.iter().map(|(name, operator)| (*name, Comparison::Now(*operator)));
        let choices: Vec<(&str, Comparison)> = now.chain(more.iter().copied()).collect();
        let comparison = from.choice("operator", &choices);
        let values = match comparison {
            Some(Comparison::Now(Operator::IsEmpty | Operator::IsNotEmpty) | Comparison::HasChanged) => {
                from.ignore("value");
                Some(Vec::new())
            }
            Some(Comparison::Now(Operator::IncludesAny)) => Some(from.templates_or_one("value", 100)),
            _ => from.scalar_template("value").map(|value| vec![value]),
        };
        Some(Self { field: field?, comparison: comparison?, values: values? })
    }

    /// Whether it holds of these fields.
    #[must_use]
    pub fn holds(&self, fields: &Value) -> bool {
        self.test(fields).held
    }

    /// Whether it holds of these fields, and what was compared.
    #[must_use]
    pub fn test(&self, fields: &Value) -> Tested {
        let right: Vec<String> = self.values.iter().map(|value| render(value, fields)).collect();
        let (side, operator) = match self.comparison {
            Comparison::Now(operator) => {
                let left = field(fields, &self.field).unwrap_or(&Value::Null);
                return Tested { held: operator.holds(left, &right), left: left.clone(), right };
            }
            Comparison::HasChanged => (None, Operator::Is),
            Comparison::HasChangedTo => (Some("to"), Operator::Is),
            Comparison::HasChangedFrom => (Some("from"), Operator::Is),
        };
        let change = field(&fields["changed"], &self.field).filter(|change| change.get("to").is_some());
        let held = change.is_some_and(|change| side.is_none_or(|side| operator.holds(&change[side], &right)));
        Tested { left: change.cloned().unwrap_or_default(), right, held }
    }
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
        Condition { field, comparison: Comparison::Now(*operator), values }.holds(&fields())
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
    fn what_changed_is_asked_of_the_event() {
        let fields = json!({
            "contact": {"city": "Rome", "tags": ["b"]},
            "changed": {"contact": {"city": {"from": null, "to": "Paris"}, "tags": {"from": ["a"], "to": ["b"]}}},
        });
        let holds = |name: &str, operator: &str, value: &str| {
            let faults = super::super::definition::reader::Faults::default();
            let json = json!({"field": name, "operator": operator, "value": value});
            let filter = Fields::of(&json, String::new(), &faults, Condition::parse_filter);
            filter.expect("a filter").holds(&fields)
        };
        for (name, operator, value, expected) in [
            ("contact.city", "has_changed", "", true),
            ("contact.email", "has_changed", "", false),
            ("contact", "has_changed", "", false),
            ("contact.city", "has_changed_to", "paris", true),
            ("contact.city", "has_changed_to", "Rome", false),
            ("contact.city", "has_changed_from", "{{contact.none}}", true),
            ("contact.city", "has_changed_from", "Rome", false),
            ("contact.tags", "has_changed_to", "b", true),
            ("contact.tags", "has_changed_from", "b", false),
        ] {
            assert_eq!(holds(name, operator, value), expected, "{name} {operator} {value}");
        }
    }

    #[test]
    fn filters_are_anded_and_groups_say_which() {
        let truth = |any, of: &[bool]| Group { any, of: of.to_vec() }.holds(|b| *b);
        assert!(truth(false, &[true, true]) && !truth(false, &[true, false]) && !truth(false, &[]));
        assert!(truth(true, &[true, false]) && !truth(true, &[false, false]) && !truth(true, &[]));
        let is = |value: &str| Condition {
            field: vec!["contact".into(), "email".into()],
            comparison: Comparison::Now(Operator::Contains),
            values: vec![value.into()],
        };
        assert!(all_hold(&[], &fields()));
        assert!(all_hold(&[is("ada"), is("example")], &fields()));
        assert!(!all_hold(&[is("ada"), is("nobody")], &fields()));
    }
}
