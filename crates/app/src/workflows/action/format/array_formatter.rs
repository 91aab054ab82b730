//! `array_formatter`: works on a list.
//!
//! ```json
//! {"value": "{{inboundWebhookRequest.items}}", "operations": [
//!    {"do": "filter", "key": "price", "operator": "greater_than", "to": "10"}, {"do": "map", "key": "name"}, {"do": "join", "by": ", "}]}
//! ```
//!
//! The value is a merge field alone that names a list; a text is taken as its parts between commas. `key` names a value
//! inside each element, which may be a path (`price.amount`); without it the element itself counts.
//!
//! To lists: `filter` (`key`, `operator` as in conditions, `to`), `map` (`key`), `sort` (`key`, `descending`; numbers as
//! numbers), `reverse`, `unique` (`key`), `slice` (`from`, `length`), `flatten` (one level). To one value, as the last: `first`, `last`, `item` (`at`,
//! from 0, from the end when negative), `count`, `join` (`by`), `contains` (`to`), `position` (`to`; -1: not there), `sum`, `average`,
//! `smallest`, `largest` (`key`).

use std::cmp::Ordering;
use std::sync::Arc;

use leadhold_kernel::condition::{OPERATORS, Operator};
use leadhold_kernel::merge_field::{self, render, text_of};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::field::{Field, finish};
use super::{MAX_ITEMS, MAX_OPERATIONS, bounded, decimal, whole};
use crate::workflows::action::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "array_formatter",
    parse,
    attributes: r#"{"required": ["value", "operations"], "properties": {
        "value": {"type": "string"}, "field": {"type": "string"},
        "operations": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "object", "required": ["do"],
            "properties": {
                "do": {"enum": ["filter", "map", "sort", "reverse", "unique", "slice", "flatten", "first", "last", "item",
                    "count", "join", "contains", "position", "sum", "average", "smallest", "largest"]},
                "key": {"type": "string"}, "operator": {"type": "string"}, "to": {"type": ["string", "number", "boolean"]},
                "by": {"type": "string"}, "at": {"type": "integer"}, "from": {"type": "integer"},
                "length": {"type": "integer", "minimum": 0}, "descending": {"type": "boolean"}}}}}}"#,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Filter,
    Map,
    Sort,
    Reverse,
    Unique,
    Slice,
    Flatten,
    First,
    Last,
    Item,
    Count,
    Join,
    Contains,
    Position,
    Sum,
    Average,
    Smallest,
    Largest,
}

const DOS: [(&str, Do); 18] = [
    ("filter", Do::Filter),
    ("map", Do::Map),
    ("sort", Do::Sort),
    ("reverse", Do::Reverse),
    ("unique", Do::Unique),
    ("slice", Do::Slice),
    ("flatten", Do::Flatten),
    ("first", Do::First),
    ("last", Do::Last),
    ("item", Do::Item),
    ("count", Do::Count),
    ("join", Do::Join),
    ("contains", Do::Contains),
    ("position", Do::Position),
    ("sum", Do::Sum),
    ("average", Do::Average),
    ("smallest", Do::Smallest),
    ("largest", Do::Largest),
];

#[derive(Debug)]
struct ArrayFormatter {
    value: String,
    operations: Vec<Operation>,
    field: Option<Field>,
}

#[derive(Debug)]
struct Operation {
    what: Do,
    key: Vec<String>,
    operator: Option<Operator>,
    to: Option<String>,
    by: Option<String>,
    at: i64,
    length: Option<usize>,
    descending: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let value = from.template("value");
    let operations = from.some_objects("operations", MAX_OPERATIONS, operation);
    let field = Field::parse(from);
    Some(Arc::new(ArrayFormatter { value: value?, operations, field }))
}

fn operation(from: &Fields<'_>) -> Option<Operation> {
    let what = from.choice("do", &DOS)?;
    let keyed = matches!(
        what,
        Do::Filter | Do::Map | Do::Sort | Do::Unique | Do::Sum | Do::Average | Do::Smallest | Do::Largest
    );
    let key = if keyed { from.optional_text("key") } else { None };
    if what == Do::Map && key.is_none() {
        from.fault("key", "name the value inside each element that is taken");
    }
    let key = match key.as_deref().map(|key| (key, merge_field::path(key.trim()))) {
        None => Vec::new(),
        Some((_, Some(path))) => path.into_iter().map(str::to_owned).collect(),
        Some((key, None)) => {
            from.fault("key", format!("`{}` is no path such as price.amount", super::start_of(key)));
            return None;
        }
    };
    let operator = if what == Do::Filter { Some(from.choice("operator", OPERATORS)?) } else { None };
    let compares =
        operator.is_some_and(|operator| !matches!(operator, Operator::IsEmpty | Operator::IsNotEmpty));
    let needs_to = compares || matches!(what, Do::Contains | Do::Position);
    let to = if needs_to { Some(from.scalar_template("to")?) } else { None };
    let by = if what == Do::Join { from.optional_text("by") } else { None };
    let at = match what {
        Do::Item => super::text_formatter::index(from, "at")?,
        Do::Slice => super::text_formatter::index(from, "from")?,
        _ => None,
    };
    let length = if what == Do::Slice { from.whole("length", 0..=u32::MAX) } else { None };
    Some(Operation {
        what,
        key,
        operator,
        to,
        by,
        at: at.unwrap_or(0),
        length: length.and_then(|length| usize::try_from(length).ok()),
        descending: what == Do::Sort && from.flag("descending").unwrap_or(false),
    })
}

impl Action for ArrayFormatter {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match self.result(visit.fields) {
            Ok(result) => finish(visit, self.field.as_ref(), json!({ "result": result })),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

impl ArrayFormatter {
    fn result(&self, fields: &Value) -> Result<Value, String> {
        let mut items = match whole(&self.value, fields) {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            Value::String(text) => parts(&text),
            other => vec![other],
        };
        for (at, operation) in self.operations.iter().enumerate() {
            if items.len() > MAX_ITEMS {
                return Err(format!(
                    "The list has {} elements; at most {MAX_ITEMS} are possible.",
                    items.len()
                ));
            }
            match operation.of(items, fields)? {
                Value::Array(next) => items = next,
                one if at + 1 == self.operations.len() => return Ok(one),
                _ => {
                    return Err(
                        "Only the last operation of this step may make one value of the list.".to_owned()
                    );
                }
            }
        }
        Ok(Value::Array(items))
    }
}

fn parts(text: &str) -> Vec<Value> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect()
}

impl Operation {
    fn of(&self, mut items: Vec<Value>, fields: &Value) -> Result<Value, String> {
        let to = self.to.as_ref().map(|template| render(template, fields));
        Ok(match self.what {
            Do::Filter => {
                let operator = self.operator.ok_or("An operator is missing.")?;
                let right: Vec<String> = to.into_iter().collect();
                items.retain(|item| operator.holds(self.inside(item), &right));
                Value::Array(items)
            }
            Do::Map => Value::Array(items.iter().map(|item| self.inside(item).clone()).collect()),
            Do::Sort => {
                items.sort_by(|a, b| order(self.inside(a), self.inside(b)));
                if self.descending {
                    items.reverse();
                }
                Value::Array(items)
            }
            Do::Reverse => {
                items.reverse();
                Value::Array(items)
            }
            Do::Unique => {
                let mut seen = std::collections::HashSet::new();
                items.retain(|item| seen.insert(self.inside(item).to_string()));
                Value::Array(items)
            }
            Do::Slice => {
                let start = place(self.at, items.len());
                let length = self.length.unwrap_or(items.len());
                Value::Array(items.into_iter().skip(start).take(length).collect())
            }
            Do::Flatten => {
                let parts = items.into_iter().flat_map(|item| match item {
                    Value::Array(inner) => inner,
                    other => vec![other],
                });
                Value::Array(parts.collect())
            }
            Do::First => items.into_iter().next().unwrap_or_default().into_single(),
            Do::Last => items.pop().unwrap_or_default().into_single(),
            Do::Item => {
                let at = place(self.at, items.len());
                let there = self.at >= 0 || self.at.unsigned_abs() <= items.len() as u64;
                items.into_iter().nth(at).filter(|_| there).unwrap_or_default().into_single()
            }
            Do::Count => json!(items.len().to_string()),
            Do::Join => {
                let texts: Vec<String> = items.iter().filter_map(text_of).collect();
                let by = self.by.as_deref().unwrap_or(", ");
                let length = texts.iter().map(|text| text.len() + by.len()).fold(0, usize::saturating_add);
                if length > 2 * merge_field::MAX_OUTPUT {
                    return Err("The text would grow too long.".to_owned());
                }
                json!(bounded(texts.join(by))?)
            }
            Do::Contains | Do::Position => {
                let to = to.unwrap_or_default();
                let found = items.iter().position(|item| Operator::Is.holds(item, std::slice::from_ref(&to)));
                match (self.what, found) {
                    (Do::Contains, found) => json!(found.is_some().to_string()),
                    (_, Some(at)) => json!(at.to_string()),
                    (_, None) => json!("-1"),
                }
            }
            Do::Sum | Do::Average | Do::Smallest | Do::Largest => json!(self.number(&items)?),
        })
    }

    fn inside<'v>(&self, item: &'v Value) -> &'v Value {
        let path: Vec<&str> = self.key.iter().map(String::as_str).collect();
        merge_field::find(item, &path).unwrap_or(&Value::Null)
    }

    /// A figure of the numbers; elements without one do not count.
    fn number(&self, items: &[Value]) -> Result<String, String> {
        let numbers: Vec<Decimal> =
            items.iter().filter_map(|item| decimal::parse(&text_of(self.inside(item))?)).collect();
        let sum = || numbers.iter().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number));
        let figure = match self.what {
            Do::Smallest => numbers.iter().min().copied(),
            Do::Largest => numbers.iter().max().copied(),
            Do::Average if numbers.is_empty() => None,
            Do::Average => {
                let average = sum().and_then(|sum| sum.checked_div(Decimal::from(numbers.len())));
                Some(average.ok_or(decimal::TOO_LARGE)?)
            }
            _ => Some(sum().ok_or(decimal::TOO_LARGE)?),
        };
        Ok(figure.map(decimal::text).unwrap_or_default())
    }
}

/// A single value, so that an element that is a list itself is not taken for the list.
trait Single {
    fn into_single(self) -> Value;
}

impl Single for Value {
    fn into_single(self) -> Value {
        match self {
            Value::Array(_) => Value::String(self.to_string()),
            Value::Null => Value::String(String::new()),
            other => other,
        }
    }
}

/// A place from the beginning, or from the end when it is negative.
fn place(at: i64, count: usize) -> usize {
    match usize::try_from(at) {
        Ok(at) => at,
        Err(_) => count.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(count)),
    }
}

/// Numbers before texts, numbers by size, texts without regard to case.
fn order(a: &Value, b: &Value) -> Ordering {
    let text = |value: &Value| text_of(value).unwrap_or_default();
    let (a, b) = (text(a), text(b));
    match (decimal::parse(&a), decimal::parse(&b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults, result};
    use super::*;

    fn after(value: &str, operations: Value) -> Value {
        let r = json!({
            "items": [{"name": "Tea", "price": {"amount": "3.10"}}, {"name": "milk", "price": {"amount": 20}}, {"name": "Bread"}],
            "tags": ["b", "A", "b", "10", "9"], "nested": [[1, 2], [3]], "one": 7
        });
        result(&KIND, &json!({"value": value, "operations": operations}), r)
    }

    #[test]
    fn the_table_of_operations() {
        let (items, tags) = ("{{r.items}}", "{{r.tags}}");
        for (value, operations, expected) in [
            (
                items,
                json!([{"do": "map", "key": "name"}, {"do": "join", "by": " + "}]),
                json!("Tea + milk + Bread"),
            ),
            (
                items,
                json!([{"do": "filter", "key": "price.amount", "operator": "greater_than", "to": "5"}, {"do": "map", "key": "name"}]),
                json!(["milk"]),
            ),
            (
                items,
                json!([{"do": "filter", "key": "price", "operator": "is_empty"}, {"do": "count"}]),
                json!("1"),
            ),
            (
                items,
                json!([{"do": "sort", "key": "name", "descending": true}, {"do": "map", "key": "name"}]),
                json!(["Tea", "milk", "Bread"]),
            ),
            (items, json!([{"do": "sum", "key": "price.amount"}]), json!("23.1")),
            (items, json!([{"do": "average", "key": "price.amount"}]), json!("11.55")),
            (items, json!([{"do": "smallest", "key": "price.amount"}]), json!("3.1")),
            (items, json!([{"do": "largest", "key": "price.amount"}]), json!("20")),
            (tags, json!([{"do": "sort"}]), json!(["9", "10", "A", "b", "b"])),
            (tags, json!([{"do": "unique"}, {"do": "reverse"}]), json!(["9", "10", "A", "b"])),
            (tags, json!([{"do": "slice", "from": 1, "length": 2}]), json!(["A", "b"])),
            (tags, json!([{"do": "slice", "from": -2}]), json!(["10", "9"])),
            (tags, json!([{"do": "first"}]), json!("b")),
            (tags, json!([{"do": "last"}]), json!("9")),
            (tags, json!([{"do": "item", "at": -2}]), json!("10")),
            (tags, json!([{"do": "item", "at": 99}]), json!("")),
            (tags, json!([{"do": "item", "at": -99}]), json!("")),
            (tags, json!([{"do": "contains", "to": "a"}]), json!("true")),
            (tags, json!([{"do": "position", "to": "nobody"}]), json!("-1")),
            ("{{r.nested}}", json!([{"do": "flatten"}, {"do": "sum"}]), json!("6")),
            ("{{r.nested}}", json!([{"do": "first"}]), json!("[1,2]")),
            ("{{r.nothing}}", json!([{"do": "average"}]), json!("")),
            ("a, b,,c", json!([{"do": "reverse"}]), json!(["c", "b", "a"])),
            ("{{r.one}}", json!([{"do": "sum"}]), json!("7")),
            (
                tags,
                json!([{"do": "count"}, {"do": "sort"}]),
                json!("failed: Only the last operation of this step may make one value of the list."),
            ),
        ] {
            assert_eq!(after(value, operations.clone()), expected, "{value} {operations}");
        }
    }

    #[test]
    fn a_list_does_not_outgrow_its_bound() {
        let many = "a,".repeat(10_001);
        assert!(after(&many, json!([{"do": "count"}])).to_string().contains("10001 elements"));
    }

    #[test]
    fn attributes_say_what_is_wrong() {
        insta::assert_snapshot!(faults(&KIND, &json!({"value": "{{r.x}}", "operations": [
            {"do": "shuffle"}, {"do": "map"}, {"do": "filter", "operator": "resembles"}, {"do": "sum", "key": "a b"}, {"do": "contains"}]})), @"
        operations[0].do: `shuffle` is not one of filter, map, sort, reverse, unique, slice, flatten, first, last, item, count, join, contains, position, sum, average, smallest, largest
        operations[1].key: name the value inside each element that is taken
        operations[2].operator: `resembles` is not one of is, is_not, contains, not_contains, is_empty, is_not_empty, greater_than, less_than, includes_any
        operations[3].key: `a b` is no path such as price.amount
        operations[4].to: `to` is missing; it must be a text, a number or a boolean
        ");
    }
}
