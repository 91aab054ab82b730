//! Turns a [`Search`] into one statement over `contacts c`. Every value is bound; only text of this file is pasted.
//!
//! Which plan is chosen matters at a million contacts: a positive test on tags, facets, custom fields and words is written
//! as `c.no in (…)`, which both engines can drive from the inner index; a negative one as `not exists`, a probe per row.

use leadhold_kernel::{Id, id};
use leadhold_store::{Dynamic, Value};

use super::field::Field;
use super::{Bound, Filter, Key, Limit, Operand, Search, Sort, Test, Window};

/// `head` (`select … from contacts c where c.location_id = `) with all conditions, the window and the order.
pub(in crate::contacts) fn page(head: &str, here: &Id<id::Location>, search: &Search) -> Dynamic {
    let mut sql = matching(head, here, search);
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
pub(in crate::contacts) fn matching(head: &str, here: &Id<id::Location>, search: &Search) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here);
    for word in &search.words {
        with_word(&mut sql, word);
    }
    if !search.filter.is_open() {
        sql.push(" and ");
        filter(&mut sql, &search.filter);
    }
    sql
}

/// Contacts whose text has `word` in it, wherever it stands.
pub(in crate::contacts) fn with_word(sql: &mut Dynamic, word: &str) {
    // A trigram index answers only for three plain characters in a row; a shorter needle probes each contact instead.
    let indexed = word.split(is_special).any(|run| run.chars().count() >= 3);
    sql.push(match indexed {
        true => " and c.no in (select s.rowid from contacts_search s where s.location_id = $1",
        false => " and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1",
    });
    // The trigram index of SQLite does not serve `escape`. So special characters first match anything, then themselves.
    sql.push(" and s.body like ").bind(format!("%{}%", word.replace(is_special, "_")));
    if word.contains(is_special) {
        sql.push(" and s.body like ").bind(containing(word)).push(" escape '!'");
    }
    sql.push(")");
}

/// Characters that `like` takes for something else, on one engine or the other.
fn is_special(char: char) -> bool {
    matches!(char, '%' | '_' | '\\')
}

/// The pattern for `like … escape '!'` of texts that contain `part` literally.
fn containing(part: &str) -> String {
    let mut pattern = String::from("%");
    for char in part.chars() {
        if matches!(char, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

fn direction(descending: bool) -> &'static str {
    if descending { " desc" } else { " asc" }
}

/// Rows after the given sort values: one row comparison where all directions agree, else step by step.
fn after(sql: &mut Dynamic, sort: &[Sort], keys: &[Key], id: &str) {
    let descending = sort.last().is_some_and(|sort| sort.descending);
    let mut steps: Vec<(&str, bool, Value<'static>)> =
        sort.iter().zip(keys).map(|(sort, key)| (sort.key.column(), sort.descending, bound(key))).collect();
    steps.push(("c.id", descending, id.to_owned().into()));
    if steps.iter().all(|(_, direction, _)| *direction == descending) {
        let columns: Vec<_> = steps.iter().map(|(column, ..)| *column).collect();
        sql.push(" and (").push(&columns.join(", ")).push(if descending { ") < (" } else { ") > (" });
        list(sql, steps.into_iter().map(|(.., value)| value));
        sql.push(")");
        return;
    }
    sql.push(" and (");
    for (at, (column, descending, value)) in steps.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " or (" });
        for (column, _, value) in &steps[..at] {
            sql.push(column).push(" = ").bind(value.clone()).push(" and ");
        }
        sql.push(column).push(if *descending { " < " } else { " > " }).bind(value.clone()).push(")");
    }
    sql.push(")");
}

fn bound(key: &Key) -> Value<'static> {
    match key {
        Key::Text(text) => text.clone().into(),
        Key::Number(number) => (*number).into(),
        Key::Flag(flag) => (*flag).into(),
    }
}

fn list(sql: &mut Dynamic, values: impl Iterator<Item = Value<'static>>) {
    for (at, value) in values.enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value);
    }
}

fn filter(sql: &mut Dynamic, filter: &Filter) {
    let (parts, joint) = match filter {
        Filter::Is(field, test) => return condition(sql, field, test),
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
        self::filter(sql, part);
    }
    sql.push(")");
}

fn condition(sql: &mut Dynamic, field: &Field, test: &Test) {
    match field {
        Field::Exact(column) | Field::Text(column) => text(sql, column, test),
        Field::Flag(column) => flag(sql, column, test, "1 = 0"),
        Field::MaybeFlag(column) => flag(sql, column, test, &format!("{column} is null")),
        Field::Moment(column) => moment(sql, column, test),
        Field::Tags => {
            rows(sql, &Rows { table: "contact_tags", keys: &[], value: "r.tag", part: "r.tag" }, test)
        }
        Field::Facet(name) => {
            let keys = [("r.facet", name.as_str())];
            rows(
                sql,
                &Rows { table: "contact_facets", keys: &keys, value: "r.value", part: "r.value" },
                test,
            );
        }
        Field::Custom { id, option } => {
            let mut keys = vec![("r.field_id", id.as_str())];
            keys.extend(option.as_deref().map(|option| ("r.option_id", option)));
            rows(
                sql,
                &Rows { table: "contact_field_values", keys: &keys, value: "r.head", part: "r.body" },
                test,
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
        Test::Contains(part) => drop(sql.push(" like ").bind(containing(part)).push(" escape '!'")),
        Test::NotContains(part) => drop(sql.push(" not like ").bind(containing(part)).push(" escape '!'")),
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
    sql.push(open);
    list(
        sql,
        values.iter().map(|value| match value {
            Operand::Text(text) => text.clone().into(),
            Operand::Flag(flag) => (*flag).into(),
        }),
    );
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

fn rows(sql: &mut Dynamic, rows: &Rows<'_>, test: &Test) {
    let negative = matches!(test, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists);
    sql.push(if negative { "not exists (select 1 from " } else { "c.no in (select r.contact_no from " });
    sql.push(rows.table).push(" r where r.location_id = $1");
    if negative {
        sql.push(" and r.contact_no = c.no");
    }
    for (column, key) in rows.keys {
        sql.push(" and ").push(column).push(" = ").bind((*key).to_owned());
    }
    match test {
        Test::Exists | Test::NotExists => {}
        Test::Eq(values) | Test::NotEq(values) => any_of(sql.push(" and ").push(rows.value), " in (", values),
        Test::Contains(part) | Test::NotContains(part) => {
            sql.push(" and ").push(rows.part).push(" like ").bind(containing(part)).push(" escape '!'");
        }
        Test::Range(limits) => range(sql.push(" and "), "r.number", limits),
    }
    sql.push(")");
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use serde_json::json;

    fn compiled(body: serde_json::Value) -> String {
        let mut whole = json!({"locationId": "loc", "pageLimit": 20});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let search = parse::search(whole.as_object().unwrap()).unwrap();
        let here = Id::parse("loc").unwrap();
        let sql = page("where c.location_id = ", &here, &search);
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
        insta::assert_snapshot!(compiled(json!({"query": "ab 50%_off"})), @r#"
        where c.location_id = $1 and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1 and s.body like $2) and c.no in (select s.rowid from contacts_search s where s.location_id = $1 and s.body like $3 and s.body like $4 escape '!') order by c.date_added desc, c.id desc limit $5
        [Text("loc"), Text("%ab%"), Text("%50__off%"), Text("%50!%!_off%"), Int(20)]
        "#);
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
