//! Reads the body of a search, finding every fault at once.

use leadhold_kernel::{Error, fold, words};
use serde_json::{Map, Value};

use super::Search;
use super::compile::NO_NUMBER;
use super::field::{self, OfRecords, SortKey};
use crate::http::fields::Fields;
use crate::http::filters::{self, Filter, MAX_TEXT, Test};
use crate::objects::model::Shape;
use crate::search::{Key, KeyKind, MAX_WINDOW, Sort, parse};

/// What the body calls the size of a page; it has to say it.
const PAGE_LIMIT: (&str, bool) = ("pageLimit", true);
/// Properties by which one result can be ordered.
const MAX_SORTS: usize = 5;

/// What to search. Where, the body says too, and has been decided.
///
/// # Errors
/// `Validation` with all faults of shape; `BadRequest` (`Invalid field x`) for the first field that does not exist.
pub(super) fn search(shape: &Shape, body: &Map<String, Value>) -> Result<Search, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId");
    let limit = parse::limit_of_page(&mut fields, PAGE_LIMIT);
    let page = fields.integer("page", 1, MAX_WINDOW).unwrap_or(1);
    let (sort, sortable) = sort(&mut fields, shape);
    let after = after(&mut fields, &sort);
    let query = fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default();
    let (filter, known) = filters::read(&mut fields, &OfRecords(shape));
    // Clients have to send both, and the place behind a record is the better one.
    let window = parse::window(&mut fields, PAGE_LIMIT.0, page, limit, after);
    fields.finish()?;
    known?;
    sortable?;
    let (words, filter) = worded(shape, &query, filter);
    Ok(Search { object_key: shape.object.key.clone(), limit, window, sort, words, filter })
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
    (words::asked(query), filter)
}

/// The order asked for; newest first when none is.
fn sort(fields: &mut Fields<'_>, shape: &Shape) -> (Vec<Sort<SortKey>>, Result<(), Error>) {
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
    let mut order = parse::each_once(fields, asked.unwrap_or_default().into_iter().flatten());
    if order.len() > MAX_SORTS {
        fields.too_many("sort", MAX_SORTS);
    }
    if order.is_empty() {
        order.push(Sort { key: SortKey::Created, descending: true });
    }
    let unknown = unknown.map(|name| Error::bad_request(format!("Invalid field {name}")));
    (order, unknown.map_or(Ok(()), Err))
}

/// The `searchAfter` of the last record of the previous page; an empty text is none.
fn after(fields: &mut Fields<'_>, sort: &[Sort<SortKey>]) -> Option<(Vec<Key>, String)> {
    if fields.value("searchAfter").and_then(Value::as_str) == Some("") {
        return None;
    }
    parse::cursor(fields, "record", sort.len(), |at, value| key(value, &sort[at].key))
}

fn key(value: &Value, key: &SortKey) -> Option<Key> {
    match key {
        SortKey::Created | SortKey::Updated => parse::key(value, KeyKind::Number),
        SortKey::Text(_) => parse::key(value, KeyKind::Text),
        SortKey::Number(_) if value.is_null() => Some(Key::Real(NO_NUMBER)),
        SortKey::Number(_) => parse::key(value, KeyKind::Real),
    }
}
