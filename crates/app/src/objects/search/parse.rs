//! Reads the body of a search, finding every fault at once.

use leadhold_kernel::{Error, fold, phone};
use serde_json::{Map, Value};

use super::field::{self, OfRecords, SortKey};
use super::{Key, MAX_WINDOW, Search, Sort, Window};
use crate::http::fields::Fields;
use crate::http::filters::{self, Filter, MAX_TEXT, Test};
use crate::objects::model::Shape;

/// Properties by which one result can be ordered.
const MAX_SORTS: usize = 5;

/// What to search. Where, the body says too, and has been decided.
///
/// # Errors
/// `Validation` with all faults of shape; `BadRequest` (`Invalid field x`) for the first field that does not exist.
pub(super) fn search(shape: &Shape, body: &Map<String, Value>) -> Result<Search, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId");
    if fields.value("pageLimit").is_none_or(Value::is_null) {
        fields.fault("pageLimit", "must be a number conforming to the specified constraints");
        fields.fault("pageLimit", "should not be empty");
    }
    let limit = fields.integer("pageLimit", 1, 500).unwrap_or(1);
    let page = fields.integer("page", 1, MAX_WINDOW).unwrap_or(1);
    let (sort, sortable) = sort(&mut fields, shape);
    let after = after(&mut fields, &sort);
    let query = fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default();
    let (filter, known) = filters::read(&mut fields, &OfRecords(shape));
    if after.is_none() && page.saturating_mul(limit) > MAX_WINDOW {
        fields.fault(
            "page",
            format!("times pageLimit must not be greater than {MAX_WINDOW}: go on with searchAfter"),
        );
    }
    fields.finish()?;
    known?;
    sortable?;
    let (words, filter) = worded(shape, &query, filter);
    Ok(Search {
        object_key: shape.object.key.clone(),
        limit,
        // Clients have to send both, and the place behind a record is the better one.
        window: after.map_or(Window::Page(page), |(keys, id)| Window::After(keys, id)),
        sort,
        words,
        filter,
    })
}

/// What is looked for in the searchable properties; `name:Buddy` looks into that property alone.
fn worded(shape: &Shape, query: &str, filter: Filter<field::Field>) -> (Vec<String>, Filter<field::Field>) {
    if let Some((name, part)) = query.split_once(':')
        && let Some(named) = field::property(shape, name.trim())
        && !part.trim().is_empty()
    {
        let within = field::Field::Property { key: named.key, option: None, by_number: false };
        let is = Filter::Is(within, Test::Contains(fold(part.trim())));
        return (Vec::new(), Filter::All(vec![filter, is]));
    }
    let words = match phone::searched_digits(query) {
        Some(digits) => vec![digits],
        None => fold(query).split_whitespace().map(str::to_owned).collect(),
    };
    (words, filter)
}

/// The order asked for; newest first when none is.
fn sort(fields: &mut Fields<'_>, shape: &Shape) -> (Vec<Sort>, Result<(), Error>) {
    let mut unknown = None;
    let asked = fields.objects("sort", |sort| {
        let name = sort.required_text("field");
        let direction = sort.one_of("direction", &["asc", "desc"]);
        let key = field::sort_key(shape, &name);
        if key.is_none() && !name.is_empty() {
            unknown.get_or_insert(name);
        }
        Some(Sort { key: key?, descending: direction == Some("desc") })
    });
    let mut order: Vec<Sort> = Vec::new();
    for sort in asked.unwrap_or_default().into_iter().flatten() {
        if order.iter().any(|earlier| earlier.key == sort.key) {
            fields.fault("sort", "must not name a field twice");
        } else {
            order.push(sort);
        }
    }
    if order.len() > MAX_SORTS {
        fields.fault("sort", format!("must contain no more than {MAX_SORTS} elements"));
    }
    if order.is_empty() {
        order.push(Sort { key: SortKey::Created, descending: true });
    }
    let unknown = unknown.map(|name| Error::bad_request(format!("Invalid field {name}")));
    (order, unknown.map_or(Ok(()), Err))
}

/// The `searchAfter` of the last record of the previous page: its sort values, then its id.
fn after(fields: &mut Fields<'_>, sort: &[Sort]) -> Option<(Vec<Key>, String)> {
    let given = match fields.value("searchAfter")? {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
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
            values.iter().zip(sort).map(|(value, sort)| key(value, &sort.key)).collect();
        Some((keys?, id.as_str()?.to_owned()))
    };
    let read = read();
    if read.is_none() {
        fields.fault("searchAfter", "must be copied from the last record of a page with the same sort");
    }
    read
}

/// A value as it was answered. The description has texts here, so a number may come as one.
fn key(value: &Value, key: &SortKey) -> Option<Key> {
    let number = || value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|n: &f64| n.is_finite());
    match key {
        SortKey::Created | SortKey::Updated => {
            value.as_i64().or_else(|| value.as_str()?.parse().ok()).map(Key::Millis)
        }
        SortKey::Text(_) => Some(Key::Text(value.as_str()?.to_owned())),
        SortKey::Number(_) if value.is_null() => Some(Key::Number(super::compile::NO_NUMBER)),
        SortKey::Number(_) => number().map(Key::Number),
    }
}
