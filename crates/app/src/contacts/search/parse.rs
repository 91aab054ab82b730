//! Reads the body of a search, finding every fault at once.

use leadhold_kernel::{Error, Timestamp, date::Date, fold, phone};
use serde_json::{Map, Value};

use super::field::{self, Field, Operator, SortKey};
use super::{
    Bound, Filter, Key, Limit, MAX_CONDITIONS, MAX_DEPTH, MAX_TEXT, MAX_VALUES, MAX_WINDOW, Operand, Search,
    Sort, Test, Window,
};
use crate::http::fields::Fields;

const DAY: i64 = 86_400_000;

/// What to search. Where, the body says too, and has been decided.
///
/// # Errors
/// `Validation` with all faults of shape; `BadRequest` (`Invalid field x`) for the first field that does not exist.
pub(in crate::contacts) fn search(body: &Map<String, Value>) -> Result<Search, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId");
    let limit = required_limit(&mut fields);
    let page = fields.integer("page", 1, MAX_WINDOW);
    let sort = sort(&mut fields);
    let after = after(&mut fields, &sort);
    let words = fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default();
    let mut reader = Reader::default();
    let filters = fields.objects("filters", |filter| reader.filter(filter, 1)).unwrap_or_default();
    if reader.conditions > MAX_CONDITIONS {
        fields.fault("filters", format!("must contain no more than {MAX_CONDITIONS} conditions"));
    }
    if page.is_some() && after.is_some() {
        fields.fault("page", "should not exist together with searchAfter");
    }
    let page = page.unwrap_or(1);
    if page.saturating_mul(limit) > MAX_WINDOW {
        fields.fault(
            "page",
            format!("times pageLimit must not be greater than {MAX_WINDOW}: go on with searchAfter"),
        );
    }
    fields.finish()?;
    if let Some(name) = reader.unknown {
        return Err(Error::bad_request(format!("Invalid field {name}")));
    }
    let window = after.map_or(Window::Page(page), |(keys, id)| Window::After(keys, id));
    Ok(Search { limit, window, sort, words: self::words(&words), filter: Filter::All(filters) })
}

/// What a person typed into the search box, folded, as parts that must all be found. A telephone number is one part.
pub(in crate::contacts) fn words(query: &str) -> Vec<String> {
    match phone::searched_digits(query) {
        Some(digits) => vec![digits],
        None => fold(query).split_whitespace().map(str::to_owned).collect(),
    }
}

fn required_limit(fields: &mut Fields<'_>) -> i64 {
    if fields.value("pageLimit").is_none_or(Value::is_null) {
        fields.fault("pageLimit", "must be a number conforming to the specified constraints");
        fields.fault("pageLimit", "should not be empty");
    }
    fields.integer("pageLimit", 1, 500).unwrap_or(1)
}

/// The order asked for; newest first when none is.
fn sort(fields: &mut Fields<'_>) -> Vec<Sort> {
    let asked = fields.objects("sort", |sort| {
        let name = sort.one_of("field", &SortKey::names());
        if sort.value("field").is_none() {
            sort.fault("field", "should not be empty");
        }
        let direction = sort.one_of("direction", &["asc", "desc"]);
        let key = name.and_then(SortKey::parse)?;
        Some(Sort { key, descending: direction == Some("desc") })
    });
    let mut order: Vec<Sort> = Vec::new();
    for sort in asked.unwrap_or_default().into_iter().flatten() {
        if order.iter().any(|earlier| earlier.key == sort.key) {
            fields.fault("sort", "must not name a field twice");
        } else {
            order.push(sort);
        }
    }
    if order.is_empty() { vec![Sort { key: SortKey::DateAdded, descending: true }] } else { order }
}

/// The `searchAfter` of the last contact of the previous page: its sort values, then its id.
fn after(fields: &mut Fields<'_>, sort: &[Sort]) -> Option<(Vec<Key>, String)> {
    let given = match fields.value("searchAfter")? {
        Value::Null => return None,
        Value::Array(given) if given.is_empty() => return None,
        Value::Array(given) => given.clone(),
        _ => {
            fields.fault("searchAfter", "must be an array");
            return None;
        }
    };
    let read = || {
        let (id, values) = given.split_last()?;
        if values.len() != sort.len() {
            return None;
        }
        let keys: Option<Vec<Key>> =
            values.iter().zip(sort).map(|(value, sort)| key(value, sort.key)).collect();
        Some((keys?, id.as_str()?.to_owned()))
    };
    let read = read();
    if read.is_none() {
        fields.fault("searchAfter", "must be copied from the last contact of a page with the same sort");
    }
    read
}

fn key(value: &Value, key: SortKey) -> Option<Key> {
    match key {
        SortKey::Dnd => value.as_bool().map(Key::Flag),
        SortKey::DateAdded | SortKey::DateUpdated => value.as_i64().map(Key::Number),
        SortKey::Email | SortKey::Source | SortKey::FirstName | SortKey::LastName => {
            Some(Key::Text(value.as_str()?.to_owned()))
        }
    }
}

/// Walks the tree of filters.
#[derive(Default)]
struct Reader {
    conditions: usize,
    /// The first field that does not exist.
    unknown: Option<String>,
}

impl Reader {
    fn filter(&mut self, fields: &mut Fields<'_>, depth: usize) -> Filter {
        if fields.value("group").is_some() { self.group(fields, depth) } else { self.condition(fields) }
    }

    fn group(&mut self, fields: &mut Fields<'_>, depth: usize) -> Filter {
        let joined = fields.one_of("group", &["AND", "OR"]);
        if depth >= MAX_DEPTH {
            fields.declare("filters");
            fields.fault("filters", format!("must not be nested deeper than {MAX_DEPTH} groups"));
            return Filter::All(Vec::new());
        }
        let parts = fields.objects("filters", |filter| self.filter(filter, depth + 1));
        if parts.is_none() && fields.value("filters").is_none_or(Value::is_null) {
            fields.fault("filters", "must be an array");
        }
        let parts = parts.unwrap_or_default();
        if joined == Some("OR") && !parts.is_empty() { Filter::Any(parts) } else { Filter::All(parts) }
    }

    fn condition(&mut self, fields: &mut Fields<'_>) -> Filter {
        self.conditions += 1;
        let nothing = Filter::All(Vec::new());
        let name = fields.required_text("field");
        let word = fields.required_text("operator");
        let value = fields.value("value").cloned().unwrap_or(Value::Null);
        let Some((field, operators)) = field::find(&name) else {
            if !name.is_empty() {
                self.unknown.get_or_insert(name);
            }
            return nothing;
        };
        let Some(operator) = Operator::parse(&word).filter(|operator| operators.contains(operator)) else {
            if !word.is_empty() {
                let known: Vec<_> = operators.iter().map(|operator| operator.name()).collect();
                fields
                    .fault("operator", format!("must be one of the following values: {}", known.join(", ")));
            }
            return nothing;
        };
        match test(fields, &field, operator, &value) {
            Some(test) => Filter::Is(field, test),
            None => nothing,
        }
    }
}

/// The test with its operands; `None` after a fault.
fn test(fields: &mut Fields<'_>, field: &Field, operator: Operator, value: &Value) -> Option<Test> {
    Some(match operator {
        Operator::Exists | Operator::NotExists if !value.is_null() => {
            fields.fault("value", "should not exist");
            return None;
        }
        Operator::Exists => Test::Exists,
        Operator::NotExists => Test::NotExists,
        Operator::Eq => Test::Eq(operands(fields, field, value)?),
        Operator::NotEq => Test::NotEq(operands(fields, field, value)?),
        Operator::Contains => Test::Contains(part(fields, value)?),
        Operator::NotContains => Test::NotContains(part(fields, value)?),
        Operator::Range => Test::Range(range(fields, field)?),
    })
}

/// One value, or several of which any will do.
fn operands(fields: &mut Fields<'_>, field: &Field, value: &Value) -> Option<Vec<Operand>> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if values.is_empty() || values.iter().any(|value| value.is_null() || value.as_str() == Some("")) {
        fields.fault("value", "should not be empty");
        return None;
    }
    if values.len() > MAX_VALUES {
        fields.fault("value", format!("must contain no more than {MAX_VALUES} elements"));
        return None;
    }
    values.iter().map(|value| operand(fields, field, value)).collect()
}

fn operand(fields: &mut Fields<'_>, field: &Field, value: &Value) -> Option<Operand> {
    if matches!(field, Field::Flag(_) | Field::MaybeFlag(_)) {
        let flag = value.as_bool().or_else(|| value.as_str()?.parse().ok());
        if flag.is_none() {
            fields.fault("value", "must be a boolean value");
        }
        return flag.map(Operand::Flag);
    }
    let text = match value {
        Value::String(text) => short(fields, text)?.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => {
            fields.fault("value", "must be a string, a number, a boolean or an array of them");
            return None;
        }
    };
    Some(Operand::Text(if matches!(field, Field::Exact(_)) { text } else { fold(&text) }))
}

fn part(fields: &mut Fields<'_>, value: &Value) -> Option<String> {
    match value.as_str() {
        Some("") => fields.fault("value", "should not be empty"),
        Some(text) => return short(fields, text).map(fold),
        None => fields.fault("value", "must be a string"),
    }
    None
}

fn short<'t>(fields: &mut Fields<'_>, text: &'t str) -> Option<&'t str> {
    let fits = text.chars().count() <= MAX_TEXT;
    if !fits {
        fields.fault("value", format!("must be shorter than or equal to {MAX_TEXT} characters"));
    }
    fits.then_some(text)
}

/// `{gt, gte, lt, lte}`: dates for a moment, numbers or dates for a custom field.
fn range(fields: &mut Fields<'_>, field: &Field) -> Option<Vec<(Bound, Limit)>> {
    let moment = matches!(field, Field::Moment(_));
    let read = fields.object("value", |value| {
        let mut limits = Vec::new();
        for (name, bound) in Bound::ALL {
            let Some(given) = value.value(name).filter(|given| !given.is_null()).cloned() else { continue };
            match limit(&given, bound, moment) {
                Some(limit) => limits.push((bound, limit)),
                None if moment => value.fault(name, "must be a valid ISO 8601 date string"),
                None => value.fault(name, "must be a number or a valid ISO 8601 date string"),
            }
        }
        limits
    });
    let limits = read.into_option().unwrap_or_default();
    if limits.is_empty() && fields.sound() {
        fields.fault("value", "must be an object with at least one of gt, gte, lt, lte");
    }
    (!limits.is_empty()).then_some(limits)
}

fn limit(given: &Value, bound: Bound, moment: bool) -> Option<Limit> {
    if let Some(number) = given.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "saturates at the ends of time")]
        return Some(if moment { Limit::Millis(number as i64) } else { Limit::Number(number) });
    }
    let text = given.as_str()?.trim();
    if !moment && let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(Limit::Number(number));
    }
    let millis = match Timestamp::parse(text) {
        Some(at) => at.millis(),
        // A bare date means the whole day: what is after it, or up to it, begins or ends at its last millisecond.
        None => {
            Date::parse(text)?.millis() + if matches!(bound, Bound::Gt | Bound::Lte) { DAY - 1 } else { 0 }
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "four-digit years in milliseconds fit 53 bits")]
    Some(if moment { Limit::Millis(millis) } else { Limit::Number(millis as f64) })
}

#[cfg(test)]
mod tests;
