//! Turns a [`Search`] into one statement. Every value is bound; only text of this room and of catalogues is pasted.
//!
//! How a test is written decides the plan, and at a million records the plan decides between milliseconds and seconds.
//! So each search has a [`Plan`], chosen by how many records match.

use leadhold_kernel::{Id, id};
use leadhold_store::{Dynamic, Value};

use super::{Bound, Catalogue, Field, Key, Limit, Operand, Rows, Search, Sort, Test, Window};
use crate::http::filters;

/// How a test on rows beside the record (tags, custom fields, words) is written, where it is no negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// `c.no in (select …)`: begins with the rows that match, then sorts their records. For few matches.
    Sparse,
    /// `exists (…)`: walks the records in the order asked for and probes each, until the page is full. For many.
    Dense,
}

impl Plan {
    /// The cheaper plan when `matching` of `all` records match.
    #[must_use]
    pub fn of(search: &Search, matching: i64, all: i64) -> Self {
        let indexed = matches!(search.sort[..], [Sort { key, .. }] if key.indexed);
        Self::cheaper(&search.window, search.limit, indexed, matching, all)
    }

    /// As [`Plan::of`], of any search. The walk meets a match every `all / matching` steps, and can stop early only where
    /// an index has the order.
    #[must_use]
    pub fn cheaper(window: &Window, limit: i64, indexed: bool, matching: i64, all: i64) -> Self {
        let offset = match window {
            Window::Page(number) => (number - 1) * limit,
            Window::After(..) => 0,
        };
        let steps = (offset + limit).saturating_mul(all / matching.max(1));
        if indexed && steps < matching { Self::Dense } else { Self::Sparse }
    }
}

/// `head` (`select … from contacts c where c.location_id = `) with all conditions, the window and the order.
#[must_use]
pub fn page(
    head: &str,
    catalogue: &Catalogue,
    here: &Id<id::Location>,
    search: &Search,
    plan: Plan,
) -> Dynamic {
    let mut sql = matching(head, catalogue, here, search, plan);
    let order: Vec<_> = search.sort.iter().map(|sort| (sort.key.column, sort.descending)).collect();
    part(&mut sql, &order, catalogue.id, &search.window, search.limit);
    sql
}

/// The part of the ordered result that `window` and `limit` name: `order` has each column with whether it descends, and
/// `id` is the last of them.
pub fn part(sql: &mut Dynamic, order: &[(&str, bool)], id: &str, window: &Window, limit: i64) {
    let last = order.last().is_some_and(|(_, descending)| *descending);
    if let Window::After(keys, of) = window {
        let sorted = order.iter().zip(keys);
        let mut steps: Vec<(&str, bool, Value<'static>)> =
            sorted.map(|((column, descending), key)| (*column, *descending, bound(key))).collect();
        steps.push((id, last, of.clone().into()));
        sql.push(" and ").after(&steps);
    }
    sql.push(" order by ");
    for (column, descending) in order {
        sql.push(column).push(direction(*descending)).push(", ");
    }
    sql.push(id).push(direction(last)).push(" limit ").bind(limit);
    if let Window::Page(number @ 2..) = window {
        sql.push(" offset ").bind((number - 1) * limit);
    }
}

/// `head` with the conditions alone: for counting.
#[must_use]
pub fn matching(
    head: &str,
    catalogue: &Catalogue,
    here: &Id<id::Location>,
    search: &Search,
    plan: Plan,
) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here);
    if !search.words.is_empty() {
        (catalogue.with_words)(&mut sql, &search.words, plan);
    }
    if !search.filter.is_open() {
        sql.push(" and ");
        filter(&mut sql, &search.filter, &|sql, field, test| condition(sql, field, test, plan));
    }
    sql
}

fn direction(descending: bool) -> &'static str {
    if descending { " desc" } else { " asc" }
}

/// A sort value as it is bound.
#[must_use]
pub fn bound(key: &Key) -> Value<'static> {
    match key {
        Key::Text(text) => text.clone().into(),
        Key::Number(number) => (*number).into(),
        Key::Real(number) => (*number).into(),
        Key::Flag(flag) => (*flag).into(),
    }
}

/// A composed condition, each part of which `condition` writes.
pub fn filter<F>(
    sql: &mut Dynamic,
    filter: &filters::Filter<F>,
    condition: &impl Fn(&mut Dynamic, &F, &Test),
) {
    let (parts, joint) = match filter {
        filters::Filter::Is(field, test) => return condition(sql, field, test),
        filters::Filter::All(parts) => (parts, " and "),
        filters::Filter::Any(parts) => (parts, " or "),
    };
    if parts.is_empty() {
        sql.push("1 = 1");
        return;
    }
    sql.push("(");
    for (at, part) in parts.iter().enumerate() {
        sql.push(if at == 0 { "" } else { joint });
        self::filter(sql, part, condition);
    }
    sql.push(")");
}

fn condition(sql: &mut Dynamic, field: &Field, test: &Test, plan: Plan) {
    match field {
        Field::Exact(column) | Field::Text(column) => text(sql, column, test),
        Field::Flag(column) => flag(sql, column, test, "1 = 0"),
        Field::MaybeFlag(column) => flag(sql, column, test, &format!("{column} is null")),
        Field::Moment(column) => moment(sql, column, test),
        Field::Number(column) => number(sql, column, test),
        Field::Rows(fields) => rows(sql, fields, test, plan),
    }
}

/// A text column in which the empty string stands for nothing: no null can make a negation lose a row.
fn text(sql: &mut Dynamic, column: &str, test: &Test) {
    sql.push(column);
    match test {
        Test::Eq(values) => any_of(sql, " in (", values),
        Test::NotEq(values) => any_of(sql, " not in (", values),
        Test::Contains(part) => drop(sql.has(part)),
        Test::NotContains(part) => drop(sql.push(" not").has(part)),
        Test::NotExists => drop(sql.push(" = ''")),
        Test::Exists | Test::Range(_) => drop(sql.push(" <> ''")),
    }
}

fn flag(sql: &mut Dynamic, column: &str, test: &Test, missing: &str) {
    match test {
        Test::Eq(values) => any_of(sql.push(column), " in (", values),
        Test::NotEq(values) => {
            sql.push("(").push(missing).push(" or ").push(column);
            any_of(sql, " not in (", values);
            sql.push(")");
        }
        Test::NotExists => drop(sql.push(missing)),
        _ => drop(sql.push("not (").push(missing).push(")")),
    }
}

/// A number column that is never null.
fn number(sql: &mut Dynamic, column: &str, test: &Test) {
    match test {
        Test::Eq(values) => any_of(sql.push(column), " in (", values),
        Test::NotEq(values) => any_of(sql.push(column), " not in (", values),
        Test::Range(limits) => range(sql, column, limits),
        Test::NotExists => drop(sql.push("1 = 0")),
        _ => drop(sql.push("1 = 1")),
    }
}

fn moment(sql: &mut Dynamic, column: &str, test: &Test) {
    match test {
        Test::Range(limits) => range(sql, column, limits),
        Test::NotExists => drop(sql.push(column).push(" is null")),
        _ => drop(sql.push(column).push(" is not null")),
    }
}

/// The column before it is one of `values`, or none of them, as `open` says.
pub fn any_of(sql: &mut Dynamic, open: &str, values: &[Operand]) {
    sql.push(open).list(values.iter().map(|value| match value {
        Operand::Text(text) => text.clone().into(),
        Operand::Flag(flag) => (*flag).into(),
        Operand::Number(number) => (*number).into(),
    }));
    sql.push(")");
}

/// `column` is within all `limits`.
pub fn range(sql: &mut Dynamic, column: &str, limits: &[(Bound, Limit)]) {
    sql.push("(");
    for (at, (bound, limit)) in limits.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " and " }).push(column);
        sql.push(bound.sign());
        match limit {
            Limit::Millis(millis) => sql.bind(*millis),
            Limit::Number(number) => sql.bind(*number),
        };
    }
    sql.push(")");
}

fn rows(sql: &mut Dynamic, rows: &Rows, test: &Test, plan: Plan) {
    let negative = test.is_negative();
    let probe = negative || plan == Plan::Dense;
    sql.push(if negative { "not " } else { "" });
    let (of, owner) = rows.of;
    match probe {
        true => sql.push("exists (select 1"),
        false => sql.push(of).push(" in (select ").push(owner),
    };
    sql.push(" from ").push(rows.table).push(" where r.location_id = $1");
    if probe {
        sql.push(" and ").push(owner).push(" = ").push(of);
    }
    for (column, key) in &rows.keys {
        sql.push(" and ").push(column).push(" = ").bind(key.clone());
    }
    match test {
        Test::Exists | Test::NotExists => {}
        Test::Eq(values) | Test::NotEq(values) => any_of(sql.push(" and ").push(rows.value), " in (", values),
        Test::Contains(part) | Test::NotContains(part) => {
            sql.push(" and ").push(rows.part).has(part);
        }
        Test::Range(limits) => range(sql.push(" and "), "r.number", limits),
    }
    sql.push(")");
}
