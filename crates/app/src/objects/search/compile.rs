//! Turns a [`Search`] into one statement over `object_records r`. Every value is bound; only text of this file is pasted.

use leadhold_kernel::{Id, id};
use leadhold_store::{Dynamic, Value};

use super::field::{Field, SortKey};
use super::{Key, Search, Sort, Window, is_negative};
use crate::http::filters::{Bound, Filter, Limit, Operand, Test};

/// Where records without a number stand among those that have one: before them, on either engine.
pub(super) const NO_NUMBER: f64 = -1.0e308;

/// How a test on rows beside the record is written, where it is no negation: see `contacts::search`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// `r.no in (select …)`: begins with the rows that match, then sorts their records. For few matches.
    Sparse,
    /// `exists (…)`: walks the records in the order asked for and probes each, until the page is full. For many.
    Dense,
}

impl Plan {
    /// The cheaper plan when `matching` of `all` records match.
    pub(super) fn of(search: &Search, matching: i64, all: i64) -> Self {
        let offset = match search.window {
            Window::Page(number) => (number - 1) * search.limit,
            Window::After(..) => 0,
        };
        let indexed = matches!(&search.sort[..], [Sort { key: SortKey::Created | SortKey::Updated, .. }]);
        let steps = (offset + search.limit).saturating_mul(all / matching.max(1));
        if indexed && steps < matching { Self::Dense } else { Self::Sparse }
    }
}

/// `head` (`select … from object_records r where r.location_id = `) with all conditions, the window and the order.
pub(super) fn page(head: &str, here: &Id<id::Location>, search: &Search, plan: Plan) -> Dynamic {
    let mut sql = matching(head, here, search, plan);
    let columns: Vec<String> = search.sort.iter().map(|sort| column(&mut sql, &sort.key)).collect();
    let last = search.sort.last().is_some_and(|sort| sort.descending);
    if let Window::After(keys, id) = &search.window {
        let sorted = columns.iter().zip(&search.sort).zip(keys);
        let mut steps: Vec<(&str, bool, Value<'static>)> =
            sorted.map(|((column, sort), key)| (column.as_str(), sort.descending, bound(key))).collect();
        steps.push(("r.id", last, id.clone().into()));
        sql.push(" and ").after(&steps);
    }
    sql.push(" order by ");
    for (column, sort) in columns.iter().zip(&search.sort) {
        sql.push(column).push(direction(sort.descending)).push(", ");
    }
    sql.push("r.id").push(direction(last)).push(" limit ").bind(search.limit);
    if let Window::Page(number @ 2..) = search.window {
        sql.push(" offset ").bind((number - 1) * search.limit);
    }
    sql
}

/// `head` with the conditions alone: for counting.
pub(super) fn matching(head: &str, here: &Id<id::Location>, search: &Search, plan: Plan) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here);
    sql.push(" and r.object_key = ").bind(search.object_key.clone());
    for word in &search.words {
        with_word(&mut sql, word, plan);
    }
    if !search.filter.is_open() {
        sql.push(" and ");
        filter(&mut sql, &search.filter, plan);
    }
    sql
}

/// Records whose search text has `word` in it.
fn with_word(sql: &mut Dynamic, word: &str, plan: Plan) {
    // A trigram index answers only for three plain characters in a row, and only without `escape` on SQLite. So special
    // characters first match anything, then themselves.
    let indexed = word.split(is_special).any(|run| run.chars().count() >= 3);
    sql.push(if indexed && plan == Plan::Sparse {
        " and r.no in (select s.rowid from object_records_search s where s.location_id = $1"
    } else {
        " and exists (select 1 from object_records_search s where s.rowid = r.no and s.location_id = $1"
    });
    if indexed {
        sql.push(" and s.body like ").bind(format!("%{}%", word.replace(is_special, "_")));
    }
    if !indexed || word.contains(is_special) {
        sql.push(" and s.body").has(word);
    }
    sql.push(")");
}

/// Characters that `like` takes for something else, on one engine or the other.
fn is_special(char: char) -> bool {
    matches!(char, '%' | '_' | '\\')
}

fn direction(descending: bool) -> &'static str {
    if descending { " desc" } else { " asc" }
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

fn bound(key: &Key) -> Value<'static> {
    match key {
        Key::Text(text) => text.clone().into(),
        Key::Millis(millis) => (*millis).into(),
        Key::Number(number) => (*number).into(),
    }
}

fn filter(sql: &mut Dynamic, filter: &Filter<Field>, plan: Plan) {
    let (parts, joint) = match filter {
        Filter::Is(field, test) => return condition(sql, field, test, plan),
        Filter::All(parts) => (parts, " and "),
        Filter::Any(parts) => (parts, " or "),
    };
    if parts.is_empty() {
        sql.push("1 = 1");
        return;
    }
    sql.push("(");
    for (at, part) in parts.iter().enumerate() {
        sql.push(if at == 0 { "" } else { joint });
        self::filter(sql, part, plan);
    }
    sql.push(")");
}

fn condition(sql: &mut Dynamic, field: &Field, test: &Test, plan: Plan) {
    match (field, test) {
        (Field::Exact(column), Test::NotEq(values)) => any_of(sql.push(column), " not in (", values),
        (Field::Exact(column), Test::Eq(values)) => any_of(sql.push(column), " in (", values),
        (Field::Moment(column), Test::Range(limits)) => range(sql, column, limits),
        // Every record has an id and its moments.
        (Field::Exact(_) | Field::Moment(_), test) => {
            sql.push(if is_negative(test) { "1 = 0" } else { "1 = 1" });
        }
        (Field::Property { key, option, by_number }, test) => {
            let compared = if *by_number { "v.number" } else { "v.head" };
            property(sql, key, option.as_deref(), compared, test, plan);
        }
    }
}

fn property(sql: &mut Dynamic, key: &str, option: Option<&str>, compared: &str, test: &Test, plan: Plan) {
    let probe = is_negative(test) || plan == Plan::Dense;
    sql.push(if is_negative(test) { "not " } else { "" });
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

fn any_of(sql: &mut Dynamic, open: &str, values: &[Operand]) {
    let values = values.iter().map(|value| match value {
        Operand::Text(text) => text.clone().into(),
        Operand::Flag(flag) => (*flag).into(),
        Operand::Number(number) => (*number).into(),
    });
    sql.push(open).list(values).push(")");
}

fn range(sql: &mut Dynamic, column: &str, limits: &[(Bound, Limit)]) {
    sql.push("(");
    for (at, (bound, limit)) in limits.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " and " }).push(column).push(bound.sign());
        match limit {
            Limit::Millis(millis) => sql.bind(*millis),
            Limit::Number(number) => sql.bind(*number),
        };
    }
    sql.push(")");
}
