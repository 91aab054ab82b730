//! Reads the body of a search, finding every fault at once.

use leadhold_kernel::{Error, fold, phone};
use serde_json::{Map, Value};

use super::field::{self, SortKey};
use super::{Key, MAX_TEXT, MAX_WINDOW, Search, Sort, Window};
use crate::http::fields::Fields;
use crate::http::filters;

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
    let (filter, known) = filters::read(&mut fields, &field::OfContacts);
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
    known?;
    let window = after.map_or(Window::Page(page), |(keys, id)| Window::After(keys, id));
    Ok(Search { limit, window, sort, words: self::words(&words), filter })
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

#[cfg(test)]
mod tests;
