//! What searches for contacts are compiled to.

use leadhold_kernel::Id;
use serde_json::json;

use super::{CATALOGUE, read};
use crate::search::compile::{Plan, page};

fn compiled(body: serde_json::Value) -> String {
    planned(body, Plan::Sparse)
}

fn planned(body: serde_json::Value, plan: Plan) -> String {
    let mut whole = json!({"locationId": "loc", "pageLimit": 20});
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let search = read(whole.as_object().unwrap()).unwrap();
    let here = Id::parse("loc").unwrap();
    let sql = page("where c.location_id = ", &CATALOGUE, &here, &search, plan);
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
fn a_query_is_asked_for_by_its_words() {
    insta::assert_snapshot!(compiled(json!({"query": "a! 50%_off"})), @r#"
    where c.location_id = $1 and c.no in (select s.rowid from contacts_search s where s.location_id = $1 and {words contacts_search s $2}) order by c.date_added desc, c.id desc limit $3
    [Text("loc"), Text("a* 50 off*"), Int(20)]
    "#);
}

#[test]
fn many_matches_are_walked_and_few_are_looked_up() {
    let tag = json!({"filters": [{"field": "tags", "operator": "eq", "value": "a"}], "query": "ada"});
    insta::assert_snapshot!(planned(tag, Plan::Dense), @r#"
    where c.location_id = $1 and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1 and {words contacts_search s $2}) and (exists (select 1 from contact_tags r where r.location_id = $1 and r.contact_no = c.no and r.tag in ($3))) order by c.date_added desc, c.id desc limit $4
    [Text("loc"), Text("ada*"), Text("a"), Int(20)]
    "#);
    let search = |more: serde_json::Value| {
        let mut whole = json!({"locationId": "loc", "pageLimit": 20});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(whole.as_object().unwrap()).unwrap()
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
