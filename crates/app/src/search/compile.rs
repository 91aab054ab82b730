//! Turns a [`Search`] into one statement. Every value is bound; only text of this room and of catalogues is pasted.
//!
//! How a test is written decides the plan, and at a million records the plan decides between milliseconds and seconds.
//! So each search has a [`Plan`], chosen by how many records match.

use leadhold_kernel::{Id, id};
use leadhold_store::{Dynamic, Value};

use super::{Bound, Catalogue, Field, Filter, Key, Limit, Operand, Rows, Search, Sort, Test, Window};

/// How a test on rows beside the record (tags, custom fields, words) is written, where it is no negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// `c.no in (select …)`: begins with the rows that match, then sorts their records. For few matches.
    Sparse,
    /// `exists (…)`: walks the records in the order asked for and probes each, until the page is full. For many.
    Dense,
}

impl Plan {
    /// The cheaper plan when `matching` of `all` records match. The walk meets a match every `all / matching` steps, and
    /// can stop early only where an index has the order.
    #[must_use]
    pub fn of(search: &Search, matching: i64, all: i64) -> Self {
        let offset = match search.window {
            Window::Page(number) => (number - 1) * search.limit,
            Window::After(..) => 0,
        };
        let indexed = matches!(search.sort[..], [Sort { key, .. }] if key.indexed);
        let steps = (offset + search.limit).saturating_mul(all / matching.max(1));
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
    if let Window::After(keys, id) = &search.window {
        after(&mut sql, catalogue, &search.sort, keys, id);
    }
    sql.push(" order by ");
    for sort in &search.sort {
        sql.push(sort.key.column).push(direction(sort.descending)).push(", ");
    }
    sql.push(catalogue.id).push(direction(search.sort.last().is_some_and(|sort| sort.descending)));
    sql.push(" limit ").bind(search.limit);
    if let Window::Page(number @ 2..) = search.window {
        sql.push(" offset ").bind((number - 1) * search.limit);
    }
    sql
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
        filter(&mut sql, &search.filter, plan);
    }
    sql
}

fn direction(descending: bool) -> &'static str {
    if descending { " desc" } else { " asc" }
}

/// Rows after the given sort values.
fn after(sql: &mut Dynamic, catalogue: &Catalogue, sort: &[Sort], keys: &[Key], id: &str) {
    let descending = sort.last().is_some_and(|sort| sort.descending);
    let mut steps: Vec<(&str, bool, Value<'static>)> =
        sort.iter().zip(keys).map(|(sort, key)| (sort.key.column, sort.descending, bound(key))).collect();
    steps.push((catalogue.id, descending, id.to_owned().into()));
    sql.push(" and ").after(&steps);
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

fn filter(sql: &mut Dynamic, filter: &Filter, plan: Plan) {
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

fn any_of(sql: &mut Dynamic, open: &str, values: &[Operand]) {
    sql.push(open).list(values.iter().map(|value| match value {
        Operand::Text(text) => text.clone().into(),
        Operand::Flag(flag) => (*flag).into(),
        Operand::Number(number) => (*number).into(),
    }));
    sql.push(")");
}

fn range(sql: &mut Dynamic, column: &str, limits: &[(Bound, Limit)]) {
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
    let negative = matches!(test, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists);
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
