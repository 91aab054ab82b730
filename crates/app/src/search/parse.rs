//! Reads what a client searches for, finding every fault at once.

use leadhold_kernel::{Error, words};
use serde_json::Value;

use super::{Catalogue, Key, KeyKind, MAX_TEXT, MAX_WINDOW, Search, Sort, Window};
use crate::http::fields::Fields;
use crate::http::filters;

/// Records of a page when nothing is said.
const USUAL_LIMIT: i64 = 20;
/// Records of a page at most.
const MAX_LIMIT: i64 = 500;

/// What was read; good once its fields turned out to be sound.
#[derive(Debug)]
pub struct Read {
    search: Search,
    /// Whether all fields exist.
    known: Result<(), Error>,
}

impl Read {
    /// The search.
    ///
    /// # Errors
    /// `BadRequest` (`Invalid field x`) for the first field that does not exist.
    pub fn end(self) -> Result<Search, Error> {
        self.known.map(|()| self.search)
    }
}

/// Reads the fields of a search; faults go to `fields`.
pub fn read(fields: &mut Fields<'_>, catalogue: &'static Catalogue) -> Read {
    let limit = limit_of_page(fields, catalogue.limit);
    let page = fields.integer("page", catalogue.first_page, MAX_WINDOW).map(|page| page.max(1));
    let sort = sort(fields, catalogue);
    let after = cursor(fields, catalogue.noun, sort.len(), |at, value| key(value, sort[at].key.kind));
    let typed = fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default();
    let (filter, known) = filters::read(fields, catalogue);
    // The descriptions of some searches demand both; the cursor is what says where.
    if page.is_some() && after.is_some() && catalogue.first_page > 0 {
        fields.fault("page", "should not exist together with searchAfter");
    }
    let page = page.unwrap_or(1);
    let window = window(fields, catalogue.limit.0, page, limit, after);
    let search = Search { limit, window, sort, words: words::asked(&typed), filter };
    Read { search, known }
}

/// The size of a page, under the name that the body has for it, and whether it has to be there.
pub fn limit_of_page(fields: &mut Fields<'_>, (name, required): (&'static str, bool)) -> i64 {
    if required && fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, "must be a number conforming to the specified constraints");
        fields.fault(name, "should not be empty");
    }
    fields.integer(name, 1, MAX_LIMIT).unwrap_or(if required { 1 } else { USUAL_LIMIT })
}

/// Behind `after`, where there is one, else the page of this number, which cannot be too far; `name` is what the body calls
/// the size of a page.
pub fn window(
    fields: &mut Fields<'_>,
    name: &str,
    page: i64,
    limit: i64,
    after: Option<(Vec<Key>, String)>,
) -> Window {
    if after.is_none() && page.saturating_mul(limit) > MAX_WINDOW {
        fields.fault(
            "page",
            format!("times {name} must not be greater than {MAX_WINDOW}: go on with searchAfter"),
        );
    }
    after.map_or(Window::Page(page), |(keys, id)| Window::After(keys, id))
}

/// The order asked for; newest first when none is.
fn sort(fields: &mut Fields<'_>, catalogue: &'static Catalogue) -> Vec<Sort> {
    let names: Vec<&str> = catalogue.sort_keys.iter().map(|key| key.name).collect();
    let asked = fields.objects("sort", |sort| {
        let name = sort.one_of("field", &names);
        if sort.value("field").is_none() {
            sort.fault("field", "should not be empty");
        }
        let direction = sort.one_of("direction", &["asc", "desc"]);
        let key = name.and_then(|name| catalogue.sort_key(name))?;
        Some(Sort { key, descending: direction == Some("desc") })
    });
    let order = each_once(fields, asked.unwrap_or_default().into_iter().flatten());
    if order.is_empty() { vec![Sort { key: &catalogue.sort_keys[0], descending: true }] } else { order }
}

/// What is asked for more than once is a fault.
pub fn each_once<K: PartialEq>(
    fields: &mut Fields<'_>,
    asked: impl IntoIterator<Item = Sort<K>>,
) -> Vec<Sort<K>> {
    let mut order: Vec<Sort<K>> = Vec::new();
    for sort in asked {
        if order.iter().any(|earlier| earlier.key == sort.key) {
            fields.fault("sort", "must not name a field twice");
        } else {
            order.push(sort);
        }
    }
    order
}

/// The `searchAfter` of the last record of the previous page: its sort values, of which there are `keys` and `key` reads
/// each by its place, then its id. `noun` is the word for a record.
pub fn cursor(
    fields: &mut Fields<'_>,
    noun: &str,
    keys: usize,
    key: impl Fn(usize, &Value) -> Option<Key>,
) -> Option<(Vec<Key>, String)> {
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
        if values.len() != keys {
            return None;
        }
        let keys: Option<Vec<Key>> = values.iter().enumerate().map(|(at, value)| key(at, value)).collect();
        Some((keys?, id.as_str()?.to_owned()))
    };
    let read = read();
    if read.is_none() {
        fields.fault(
            "searchAfter",
            format!("must be copied from the last {noun} of a page with the same sort"),
        );
    }
    read
}

/// A number may also come as text: some descriptions say so.
#[must_use]
pub fn key(value: &Value, kind: KeyKind) -> Option<Key> {
    let text = value.as_str();
    match kind {
        KeyKind::Flag => value.as_bool().map(Key::Flag),
        KeyKind::Number => value.as_i64().or_else(|| text?.parse().ok()).map(Key::Number),
        KeyKind::Real => {
            let number = value.as_f64().or_else(|| text?.parse().ok())?;
            number.is_finite().then_some(Key::Real(number))
        }
        KeyKind::Text => Some(Key::Text(text?.to_owned())),
    }
}
