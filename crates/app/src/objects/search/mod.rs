//! `POST /objects/{schemaKey}/records/search`: a client composes filters, we compile them to one statement.
//!
//! Cast: `http::filters` knows the grammar; `field` says what the records of an object can be filtered and sorted by;
//! `parse` reads the JSON into a [`Search`], with every fault at once; `compile` turns it into SQL whose values are all
//! bound.
//!
//! What is guaranteed is what `contacts::search` guarantees: texts are compared without regard to case, a negation is the
//! complement, a property with several values satisfies `eq` when any of them does.

mod compile;
mod field;
mod parse;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use self::compile::Plan;
use self::field::{Field, SortKey};
use super::model::{Record, Shape};
use super::{rows, sql};
use crate::http::filters::{Filter, Test};
use crate::tenant::LocationScope;

/// How far pages with numbers reach; beyond it `searchAfter` goes on.
const MAX_WINDOW: i64 = 10_000;

/// What a client asked for, valid once built.
#[derive(Clone, Debug, PartialEq)]
struct Search {
    object_key: String,
    limit: i64,
    window: Window,
    sort: Vec<Sort>,
    words: Vec<String>,
    filter: Filter<Field>,
}

/// Which part of the ordered result.
#[derive(Clone, Debug, PartialEq)]
enum Window {
    /// The page of this number, from 1.
    Page(i64),
    /// What comes after the record with these sort values and this id.
    After(Vec<Key>, String),
}

/// One step of the order; the id is always the last.
#[derive(Clone, Debug, PartialEq)]
struct Sort {
    key: SortKey,
    descending: bool,
}

/// A sort value of a record, as `searchAfter` carries it.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Text(String),
    Millis(i64),
    Number(f64),
}

/// A record that was found, and what `searchAfter` has to be to go on behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its sort values and its id.
    pub search_after: Vec<Value>,
}

/// Reads a search and answers a page of it, and how many records match in all.
///
/// # Errors
/// 422 with all faults of the body, 400 for a field that does not exist; when the store fails.
pub fn search(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    body: &Map<String, Value>,
) -> Result<(Vec<Found>, i64), Error> {
    let search = parse::search(shape, body)?;
    let all = rows::total(tx, here, &search.object_key)?;
    let matching = if search.words.is_empty() && search.filter.is_open() {
        all
    } else {
        let counted = compile::matching(sql::COUNT_HEAD, here.location_id(), &search, Plan::Sparse);
        tx.query_dynamic(&counted, |row| row.get(0))?.first().copied().unwrap_or(0)
    };
    if matching == 0 {
        return Ok((Vec::new(), 0));
    }
    let plan = Plan::of(&search, matching, all);
    let page = compile::page(sql::head(), here.location_id(), &search, plan);
    let found = tx.query_dynamic(&page, rows::read)?;
    let found =
        found.into_iter().map(|record| Found { search_after: after(shape, &search, &record), record });
    Ok((found.collect(), matching))
}

/// The sort values of a record, as the statement compares them, and its id.
fn after(shape: &Shape, search: &Search, record: &Record) -> Vec<Value> {
    let least = |property: &str| {
        let value = record.properties.get(property)?;
        let entries = crate::custom_fields::value::entries(shape.type_of(property), value);
        entries.into_iter().min_by(|a, b| a.head.cmp(&b.head))
    };
    let keys = search.sort.iter().map(|sort| match &sort.key {
        SortKey::Created => json!(record.created_at.millis()),
        SortKey::Updated => json!(record.updated_at.millis()),
        SortKey::Text(property) => json!(least(property).map(|entry| entry.head).unwrap_or_default()),
        SortKey::Number(property) => json!(least(property).and_then(|entry| entry.number)),
    });
    keys.chain([json!(record.id)]).collect()
}

/// Tests that a record passes by lacking something.
fn is_negative(test: &Test) -> bool {
    matches!(test, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists)
}
