//! What both searches ask the store.

use leadhold_kernel::{Error, fold};
use leadhold_store::Tx;

use super::sums::{self, Sums};
use super::{CATALOGUE, FIELD_ID, FIELD_VALUES, sort_values};
use crate::custom_fields::{self, CustomField, Model};
use crate::opportunities::model::Opportunity;
use crate::opportunities::shown::{Details, Shown, add_details, shown};
use crate::opportunities::{sql, stored};
use crate::search::compile::{self, Plan};
use crate::search::{Field, Filter, Operand, Search, Sort, Test, Window};
use crate::tenant::LocationScope;

/// A page of a search.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Shown>,
    /// Whether there is a next one.
    pub(super) more: bool,
    /// How many match in all, and what they are worth.
    pub(super) sums: Sums,
}

/// The page that is asked for, and what all of the search's opportunities come to.
pub(super) fn search(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    search: &Search,
    details: Details,
) -> Result<Page, Error> {
    let mut search = search.clone();
    if has_custom(&search.filter) {
        let definitions = custom_fields::list(tx, here, &Model::Opportunity)?;
        name_by_id(&mut search.filter, &definitions);
    }
    let sums = sums::of_search(tx, here, &search)?;
    if sums.all.count == 0 {
        return Ok(Page { rows: Vec::new(), more: false, sums });
    }
    let (matching, all) = (sums.all.count, sums::total(tx, here)?);
    let plan = Plan::of(&search, matching, all);
    let reached = match search.window {
        Window::Page(number) => number * search.limit < matching,
        Window::After(..) => true,
    };
    // A cursor does not say where it stands: one more row does.
    let limit = search.limit;
    search.limit += i64::from(matches!(search.window, Window::After(..)));
    let sql = compile::page(sql::head(), &CATALOGUE, here.location_id(), &search, plan);
    let mut found = tx.query_dynamic(&sql, stored::read)?;
    let more = match search.window {
        Window::Page(_) => reached,
        Window::After(..) => found.len() as i64 > limit,
    };
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut rows = shown(tx, here, found)?;
    add_details(tx, here, &mut rows, details)?;
    Ok(Page { rows, more, sums })
}

/// The opportunities that have all of these values, each of a field by its name in a search (`pipelineId`,
/// `customFields.<id>`), compared as a search does; the newest first unless `oldest_first`, at most `most`.
///
/// # Errors
/// 400 when there is no such field; when the store fails.
pub fn with_values(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    values: &[(String, String)],
    oldest_first: bool,
    most: i64,
) -> Result<Vec<Opportunity>, Error> {
    let mut parts = Vec::new();
    for (name, value) in values {
        let found = (CATALOGUE.field)(name);
        let (field, _) = found.ok_or_else(|| Error::bad_request(format!("Invalid field {name}")))?;
        let value = value.trim();
        let value = if matches!(field, Field::Exact(_)) { value.to_owned() } else { fold(value) };
        parts.push(Filter::Is(field, Test::Eq(vec![Operand::Text(value)])));
    }
    let search = Search {
        limit: most,
        window: Window::Page(1),
        sort: vec![Sort { key: &CATALOGUE.sort_keys[0], descending: !oldest_first }],
        words: Vec::new(),
        filter: Filter::All(parts),
    };
    let sql = compile::page(sql::head(), &CATALOGUE, here.location_id(), &search, Plan::Sparse);
    Ok(tx.query_dynamic(&sql, stored::read)?)
}

/// How many of the search's opportunities stand before or at `last`, in its order of one key; at most `most`.
pub(super) fn before(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    search: &Search,
    last: &Opportunity,
    most: i64,
) -> Result<i64, Error> {
    let [sort] = search.sort.as_slice() else { return Ok(0) };
    let mut sql =
        compile::matching(sql::COUNT_BEFORE_HEAD, &CATALOGUE, here.location_id(), search, Plan::Dense);
    sql.push(" and (").push(sort.key.column).push(", o.id) ").push(if sort.descending {
        ">= ("
    } else {
        "<= ("
    });
    for key in sort_values(last, &search.sort) {
        sql.bind(compile::bound(&key)).push(", ");
    }
    sql.bind(last.id.to_string()).push(") limit ").bind(most).push(") as earlier");
    Ok(tx.query_dynamic(&sql, |row| row.get(0))?.first().copied().unwrap_or(0))
}

fn has_custom(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(has_custom),
        Filter::Is(Field::Rows(rows), _) => rows.table == FIELD_VALUES,
        Filter::Is(..) => false,
    }
}

/// Puts ids where clients named custom fields by their keys.
fn name_by_id(filter: &mut Filter, definitions: &[CustomField]) {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            parts.iter_mut().for_each(|part| name_by_id(part, definitions));
        }
        Filter::Is(Field::Rows(rows), _) if rows.table == FIELD_VALUES => {
            for (_, name) in rows.keys.iter_mut().filter(|(column, _)| *column == FIELD_ID) {
                if let Some(field) = definitions.iter().find(|field| field.is_named(name)) {
                    *name = field.id.to_string();
                }
            }
        }
        Filter::Is(..) => {}
    }
}
