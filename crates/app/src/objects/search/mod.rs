//! `POST /objects/{schemaKey}/records/search`: a client composes filters, we compile them to one statement.
//!
//! Cast: `http::filters` knows the grammar; `field` says what the records of an object can be filtered and sorted by;
//! `parse` reads the JSON into a [`Search`], with every fault at once; `compile` turns it into SQL whose values are all
//! bound. Both are made of the pieces of `crate::search`, and guarantee what it guarantees.

mod compile;
mod field;
mod parse;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use self::field::{Field, SortKey};
use super::model::{Record, Shape};
use super::{rows, sql};
use crate::http::filters::Filter;
use crate::search::compile::Plan;
use crate::search::{Sort, Window};
use crate::tenant::LocationScope;

/// What a client asked for, valid once built.
#[derive(Clone, Debug, PartialEq)]
struct Search {
    object_key: String,
    limit: i64,
    window: Window,
    sort: Vec<Sort<SortKey>>,
    words: Vec<String>,
    filter: Filter<Field>,
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
    let indexed = matches!(&search.sort[..], [Sort { key: SortKey::Created | SortKey::Updated, .. }]);
    let plan = Plan::cheaper(&search.window, search.limit, indexed, matching, all);
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
