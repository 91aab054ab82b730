//! Turns a [`Search`] into one statement over `object_records r`. Every value is bound; only text of this file is pasted.

use leadhold_kernel::{Id, id};
use leadhold_store::Dynamic;

use super::Search;
use super::field::{Field, SortKey};
use crate::http::filters::Test;
use crate::search::compile::{Plan, any_of, filter, part, range};

/// Where records without a number stand among those that have one: before them, on either engine.
pub(super) const NO_NUMBER: f64 = -1.0e308;

/// `head` (`select … from object_records r where r.location_id = `) with all conditions, the window and the order.
pub(super) fn page(head: &str, here: &Id<id::Location>, search: &Search, plan: Plan) -> Dynamic {
    let mut sql = matching(head, here, search, plan);
    let columns: Vec<String> = search.sort.iter().map(|sort| column(&mut sql, &sort.key)).collect();
    let order: Vec<_> =
        columns.iter().zip(&search.sort).map(|(column, sort)| (column.as_str(), sort.descending)).collect();
    part(&mut sql, &order, "r.id", &search.window, search.limit);
    sql
}

/// `head` with the conditions alone: for counting.
pub(super) fn matching(head: &str, here: &Id<id::Location>, search: &Search, plan: Plan) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here);
    sql.push(" and r.object_key = ").bind(search.object_key.clone());
    for run in &search.words {
        with_words(&mut sql, run, plan);
    }
    if !search.filter.is_open() {
        sql.push(" and ");
        filter(&mut sql, &search.filter, &|sql, field, test| condition(sql, field, test, plan));
    }
    sql
}

/// Records whose search text has a run of words.
fn with_words(sql: &mut Dynamic, run: &str, plan: Plan) {
    sql.push(match plan {
        Plan::Sparse => " and r.no in (select s.rowid from object_records_search s where s.location_id = $1 and ",
        Plan::Dense => {
            " and exists (select 1 from object_records_search s where s.rowid = r.no and s.location_id = $1 and "
        }
    });
    sql.has_words("object_records_search", "s", run).push(")");
}

/// What a sort compares. A property's values are found by their record, so the work is that of the records that match.
fn column(sql: &mut Dynamic, key: &SortKey) -> String {
    let (least, property, otherwise) = match key {
        SortKey::Created => return "r.created_at".to_owned(),
        SortKey::Updated => return "r.updated_at".to_owned(),
        SortKey::Text(property) => ("min(v.head)", property, "''".to_owned()),
        SortKey::Number(property) => ("min(v.number)", property, sql.hold(NO_NUMBER)),
    };
    let property = sql.hold(property.clone());
    format!(
        "coalesce((select {least} from object_record_values v where v.record_no = r.no and v.property = {property}), \
         {otherwise})"
    )
}

fn condition(sql: &mut Dynamic, field: &Field, test: &Test, plan: Plan) {
    match (field, test) {
        (Field::Exact(column), Test::NotEq(values)) => any_of(sql.push(column), " not in (", values),
        (Field::Exact(column), Test::Eq(values)) => any_of(sql.push(column), " in (", values),
        (Field::Moment(column), Test::Range(limits)) => range(sql, column, limits),
        // Every record has an id and its moments.
        (Field::Exact(_) | Field::Moment(_), test) => {
            sql.push(if test.is_negative() { "1 = 0" } else { "1 = 1" });
        }
        (Field::Property { key, option, by_number }, test) => {
            let compared = if *by_number { "v.number" } else { "v.head" };
            property(sql, key, option.as_deref(), compared, test, plan);
        }
    }
}

fn property(sql: &mut Dynamic, key: &str, option: Option<&str>, compared: &str, test: &Test, plan: Plan) {
    let probe = test.is_negative() || plan == Plan::Dense;
    sql.push(if test.is_negative() { "not " } else { "" });
    sql.push(if probe { "exists (select 1 from " } else { "r.no in (select v.record_no from " });
    sql.push("object_record_values v where v.location_id = $1 and v.object_key = $2");
    if probe {
        sql.push(" and v.record_no = r.no");
    }
    sql.push(" and v.property = ").bind(key.to_owned());
    if let Some(option) = option {
        sql.push(" and v.option_id = ").bind(option.to_owned());
    }
    match test {
        Test::Exists | Test::NotExists => {}
        Test::Eq(values) | Test::NotEq(values) => any_of(sql.push(" and ").push(compared), " in (", values),
        Test::Contains(part) | Test::NotContains(part) => drop(sql.push(" and v.body").has(part)),
        Test::Range(limits) => range(sql.push(" and "), "v.number", limits),
    }
    sql.push(")");
}
