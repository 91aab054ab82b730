//! Turns a [`Search`] into one statement over `contacts c`. Every value is bound; only text of this file is pasted.
//!
//! How a test is written decides the plan, and at a million contacts the plan decides between milliseconds and seconds.
//! So each search has a [`Plan`], chosen by how many contacts match.

use leadhold_kernel::{Id, id};
use leadhold_store::{Dynamic, Value};

use super::field::{Field, SortKey};
use super::{Bound, Filter, Key, Limit, Operand, Search, Sort, Test, Window};

/// How a test on rows beside the contact (tags, facets, custom fields, words) is written, where it is no negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::contacts) enum Plan {
    /// `c.no in (select …)`: begins with the rows that match, then sorts their contacts. For few matches.
    Sparse,
    /// `exists (…)`: walks the contacts in the order asked for and probes each, until the page is full. For many.
    Dense,
}

impl Plan {
    /// The cheaper plan when `matching` of `all` contacts match. The walk meets a match every `all / matching` steps, and
    /// can stop early only where an index has the order.
    pub(in crate::contacts) fn of(search: &Search, matching: i64, all: i64) -> Self {
        let offset = match search.window {
            Window::Page(number) => (number - 1) * search.limit,
            Window::After(..) => 0,
        };
        let indexed =
            matches!(search.sort[..], [Sort { key: SortKey::DateAdded | SortKey::DateUpdated, .. }]);
        let steps = (offset + search.limit).saturating_mul(all / matching.max(1));
        if indexed && steps < matching { Self::Dense } else { Self::Sparse }
    }
}

/// `head` (`select … from contacts c where c.location_id = `) with all conditions, the window and the order.
pub(in crate::contacts) fn page(head: &str, here: &Id<id::Location>, search: &Search, plan: Plan) -> Dynamic {
    let mut sql = matching(head, here, search, plan);
    if let Window::After(keys, id) = &search.window {
        after(&mut sql, &search.sort, keys, id);
    }
    sql.push(" order by ");
    for sort in &search.sort {
        sql.push(sort.key.column()).push(direction(sort.descending)).push(", ");
    }
    sql.push("c.id").push(direction(search.sort.last().is_some_and(|sort| sort.descending)));
    sql.push(" limit ").bind(search.limit);
    if let Window::Page(number @ 2..) = search.window {
        sql.push(" offset ").bind((number - 1) * search.limit);
    }
    sql
}

/// `head` with the conditions alone: for counting.
pub(in crate::contacts) fn matching(
    head: &str,
    here: &Id<id::Location>,
    search: &Search,
    plan: Plan,
) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here);
    for word in &search.words {
        with_word(&mut sql, word, plan);
    }
    if !search.filter.is_open() {
        sql.push(" and ");
        filter(&mut sql, &search.filter, plan);
    }
    sql
}

/// What a short word is looked for in, which the index knows as one text.
const NAMED_BY: [&str; 4] = ["c.name_lower", "c.email_lower", "c.phone_lower", "c.company_name_lower"];

/// Contacts whose name, address, number or company has `word` in it, wherever it stands.
pub(in crate::contacts) fn with_word(sql: &mut Dynamic, word: &str, plan: Plan) {
    // A trigram index answers only for three plain characters in a row.
    if !Dynamic::is_indexed(word) {
        for (at, column) in NAMED_BY.into_iter().enumerate() {
            sql.push(if at == 0 { " and (" } else { " or " }).push(column).has(word);
        }
        sql.push(")");
        return;
    }
    sql.push(match plan {
        Plan::Sparse => " and c.no in (select s.rowid from contacts_search s where s.location_id = $1",
        Plan::Dense => {
            " and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1"
        }
    });
    sql.and_indexed("s.body", word).push(")");
}

fn direction(descending: bool) -> &'static str {
    if descending { " desc" } else { " asc" }
}

/// Rows after the given sort values.
fn after(sql: &mut Dynamic, sort: &[Sort], keys: &[Key], id: &str) {
    let descending = sort.last().is_some_and(|sort| sort.descending);
    let mut steps: Vec<(&str, bool, Value<'static>)> =
        sort.iter().zip(keys).map(|(sort, key)| (sort.key.column(), sort.descending, bound(key))).collect();
    steps.push(("c.id", descending, id.to_owned().into()));
    sql.push(" and ").after(&steps);
}

fn bound(key: &Key) -> Value<'static> {
    match key {
        Key::Text(text) => text.clone().into(),
        Key::Number(number) => (*number).into(),
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
        Field::Tags => {
            rows(sql, &Rows { table: "contact_tags", keys: &[], value: "r.tag", part: "r.tag" }, test, plan)
        }
        Field::Facet(name) => {
            let keys = [("r.facet", name.as_str())];
            rows(
                sql,
                &Rows { table: "contact_facets", keys: &keys, value: "r.value", part: "r.value" },
                test,
                plan,
            );
        }
        Field::Custom { id, option } => {
            let mut keys = vec![("r.field_id", id.as_str())];
            keys.extend(option.as_deref().map(|option| ("r.option_id", option)));
            rows(
                sql,
                &Rows { table: "contact_field_values", keys: &keys, value: "r.head", part: "r.body" },
                test,
                plan,
            );
        }
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
        sql.push(match bound {
            Bound::Gt => " > ",
            Bound::Gte => " >= ",
            Bound::Lt => " < ",
            Bound::Lte => " <= ",
        });
        match limit {
            Limit::Millis(millis) => sql.bind(*millis),
            Limit::Number(number) => sql.bind(*number),
        };
    }
    sql.push(")");
}

/// A table with a row per value: which rows belong to the field, and which columns are compared.
struct Rows<'a> {
    table: &'static str,
    keys: &'a [(&'static str, &'a str)],
    /// For equality; indexed.
    value: &'static str,
    /// For `contains`.
    part: &'static str,
}

fn rows(sql: &mut Dynamic, rows: &Rows<'_>, test: &Test, plan: Plan) {
    let negative = matches!(test, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists);
    let probe = negative || plan == Plan::Dense;
    sql.push(if negative { "not " } else { "" });
    sql.push(if probe { "exists (select 1 from " } else { "c.no in (select r.contact_no from " });
    sql.push(rows.table).push(" r where r.location_id = $1");
    if probe {
        sql.push(" and r.contact_no = c.no");
    }
    for (column, key) in rows.keys {
        sql.push(" and ").push(column).push(" = ").bind((*key).to_owned());
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

#[cfg(test)]
mod plans;

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use serde_json::json;

    fn compiled(body: serde_json::Value) -> String {
        planned(body, Plan::Sparse)
    }

    fn planned(body: serde_json::Value, plan: Plan) -> String {
        let mut whole = json!({"locationId": "loc", "pageLimit": 20});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let search = parse::search(whole.as_object().unwrap()).unwrap();
        let here = Id::parse("loc").unwrap();
        let sql = page("where c.location_id = ", &here, &search, plan);
        format!("{}\n{:?}", sql.text(), sql.params())
    }

    #[test]
    fn an_open_search_is_a_keyset_walk() {
        insta::assert_snapshot!(compiled(json!({})), @r#"
        where c.location_id = $1 order by c.date_added desc, c.id desc limit $2
        [Text("loc"), Int(20)]
        "#);
        insta::assert_snapshot!(compiled(json!({"page": 3})), @r#"
        where c.location_id = $1 order by c.date_added desc, c.id desc limit $2 offset $3
        [Text("loc"), Int(20), Int(40)]
        "#);
        insta::assert_snapshot!(compiled(json!({"searchAfter": [5, "x"]})), @r#"
        where c.location_id = $1 and (c.date_added, c.id) < ($2, $3) order by c.date_added desc, c.id desc limit $4
        [Text("loc"), Int(5), Text("x"), Int(20)]
        "#);
    }

    #[test]
    fn mixed_directions_are_compared_step_by_step() {
        let sort = json!([{"field": "dnd", "direction": "desc"}, {"field": "email", "direction": "asc"}]);
        insta::assert_snapshot!(compiled(json!({"sort": sort, "searchAfter": [true, "e", "x"]})), @r#"
        where c.location_id = $1 and ((c.dnd < $2) or (c.dnd = $3 and c.email_lower > $4) or (c.dnd = $5 and c.email_lower = $6 and c.id > $7)) order by c.dnd desc, c.email_lower asc, c.id asc limit $8
        [Text("loc"), Bool(true), Bool(true), Text("e"), Bool(true), Text("e"), Text("x"), Int(20)]
        "#);
    }

    #[test]
    fn special_characters_of_a_needle_mean_themselves() {
        insta::assert_snapshot!(compiled(json!({"query": "a! 50%_off"})), @r#"
        where c.location_id = $1 and (c.name_lower like $2 escape '!' or c.email_lower like $3 escape '!' or c.phone_lower like $4 escape '!' or c.company_name_lower like $5 escape '!') and c.no in (select s.rowid from contacts_search s where s.location_id = $1 and s.body like $6 and s.body like $7 escape '!') order by c.date_added desc, c.id desc limit $8
        [Text("loc"), Text("%a!!%"), Text("%a!!%"), Text("%a!!%"), Text("%a!!%"), Text("%50__off%"), Text("%50!%!_off%"), Int(20)]
        "#);
    }

    #[test]
    fn many_matches_are_walked_and_few_are_looked_up() {
        let tag = json!({"filters": [{"field": "tags", "operator": "eq", "value": "a"}], "query": "ada"});
        insta::assert_snapshot!(planned(tag, Plan::Dense), @r#"
        where c.location_id = $1 and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1 and s.body like $2) and (exists (select 1 from contact_tags r where r.location_id = $1 and r.contact_no = c.no and r.tag in ($3))) order by c.date_added desc, c.id desc limit $4
        [Text("loc"), Text("%ada%"), Text("a"), Int(20)]
        "#);
        let search = |more: serde_json::Value| {
            let mut whole = json!({"locationId": "loc", "pageLimit": 20});
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            parse::search(whole.as_object().unwrap()).unwrap()
        };
        for (more, matching, all, plan) in [
            (json!({}), 450_000, 900_000, Plan::Dense),
            (json!({}), 100, 900_000, Plan::Sparse),
            (json!({}), 0, 900_000, Plan::Sparse),
            (json!({"page": 500}), 50_000, 900_000, Plan::Sparse),
            (json!({"searchAfter": [1, "x"]}), 50_000, 900_000, Plan::Dense),
            (json!({"sort": [{"field": "email", "direction": "asc"}]}), 450_000, 900_000, Plan::Sparse),
        ] {
            assert_eq!(Plan::of(&search(more.clone()), matching, all), plan, "{more} {matching}");
        }
    }

    #[test]
    fn groups_and_negations() {
        let filters = json!([
            {"group": "OR", "filters": [
                {"field": "tags", "operator": "eq", "value": ["a", "b"]},
                {"field": "tags", "operator": "not_exists"},
                {"group": "AND", "filters": []},
            ]},
            {"field": "customFields.f.o", "operator": "not_contains", "value": "x!"},
            {"field": "customFields.n", "operator": "range", "value": {"gt": 1, "lte": 2.5}},
            {"field": "isValidWhatsapp", "operator": "not_eq", "value": true},
            {"field": "email", "operator": "not_eq", "value": "A@b.co"},
        ]);
        insta::assert_snapshot!(compiled(json!({"filters": filters})), @r#"
        where c.location_id = $1 and ((c.no in (select r.contact_no from contact_tags r where r.location_id = $1 and r.tag in ($2, $3)) or not exists (select 1 from contact_tags r where r.location_id = $1 and r.contact_no = c.no) or 1 = 1) and not exists (select 1 from contact_field_values r where r.location_id = $1 and r.contact_no = c.no and r.field_id = $4 and r.option_id = $5 and r.body like $6 escape '!') and c.no in (select r.contact_no from contact_field_values r where r.location_id = $1 and r.field_id = $7 and (r.number > $8 and r.number <= $9)) and (c.valid_whatsapp is null or c.valid_whatsapp not in ($10)) and c.email_lower not in ($11)) order by c.date_added desc, c.id desc limit $12
        [Text("loc"), Text("a"), Text("b"), Text("f"), Text("o"), Text("%x!!%"), Text("n"), Real(1.0), Real(2.5), Bool(true), Text("a@b.co"), Int(20)]
        "#);
    }
}
