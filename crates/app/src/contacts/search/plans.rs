//! The plans that SQLite chooses for searches and statements of contacts.

use std::collections::BTreeSet;

use leadhold_kernel::Id;
use leadhold_store::{Dynamic, Sql};
use serde_json::{Value, json};

use super::{CATALOGUE, read};
use crate::contacts::{STATEMENTS, sql};
use crate::search::compile::{Plan, page};
use crate::search::explained::explained;

async fn plan_of_search(more: Value, plan: Plan) -> Option<String> {
    let mut body = json!({"locationId": "loc", "pageLimit": 20});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let search = read(body.as_object().unwrap()).unwrap();
    let head = format!("explain query plan {}", sql::head());
    explained(page(&head, &CATALOGUE, &Id::parse("loc").unwrap(), &search, plan)).await
}

async fn plan_of_statement(name: &str) -> Option<String> {
    let statement: &Sql = STATEMENTS.iter().find(|statement| statement.name() == name).unwrap();
    let (head, rest) = statement.text().split_once("$1").unwrap();
    let mut sql = Dynamic::in_location(&format!("explain query plan {head}"), &Id::parse("loc").unwrap());
    for piece in rest.split_inclusive(['2', '3']).map(|piece| piece.trim_end_matches(['2', '3'])) {
        match piece.strip_suffix('$') {
            Some(text) => drop(sql.push(text).bind("x".to_owned())),
            None => drop(sql.push(piece)),
        }
    }
    explained(sql).await
}

/// SQLite writes each index whose columns a statement names, whether their values change or not.
#[tokio::test]
async fn a_change_names_no_column_of_an_index_but_its_own_date() {
    let head = "select 0, 0, 0, coalesce(sql, '') from sqlite_schema where type = 'index' and tbl_name = 'contacts' and 'loc' = ";
    let Some(indexes) = explained(Dynamic::in_location(head, &Id::parse("loc").unwrap())).await else {
        return;
    };
    let indexed: BTreeSet<&str> = indexes.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let columns = sql::CHANGE.text().split_once(" set ").unwrap().1.split_once(" where ").unwrap().0;
    let named = columns.split(',').map(|one| one.split('=').next().unwrap().trim());
    assert_eq!(named.filter(|column| indexed.contains(column)).collect::<Vec<_>>(), ["date_updated"]);
}

#[tokio::test]
async fn an_address_is_looked_up_and_not_searched_for() {
    for (name, index) in [
        ("BY_EMAIL", "contacts_by_email (location_id=? AND email_lower=?)"),
        ("BY_PHONE", "contacts_by_phone (location_id=? AND phone_lower=?)"),
        ("GET", "sqlite_autoindex_contacts_1 (id=?)"),
        ("CARRYING_TAG", "contact_tags_by_tag (location_id=? AND tag=?)"),
        ("CARRYING_FIELD", "contact_field_values_by_text (location_id=? AND field_id=?)"),
    ] {
        let Some(plan) = plan_of_statement(name).await else { return };
        assert!(plan.contains(index), "{name}: {plan}");
    }
}

#[tokio::test]
async fn a_search_begins_where_the_fewest_rows_are() {
    let eq = |field: &str| json!({"filters": [{"field": field, "operator": "eq", "value": "x"}]});
    for (more, plan, steps) in [
        (json!({}), Plan::Sparse, vec!["contacts_by_date_added (location_id=?)"]),
        (
            json!({"searchAfter": [1, "x"]}),
            Plan::Sparse,
            vec!["contacts_by_date_added (location_id=? AND (date_added,id)<"],
        ),
        (eq("email"), Plan::Sparse, vec!["contacts_by_email (location_id=? AND email_lower=?)"]),
        (eq("phone"), Plan::Sparse, vec!["contacts_by_phone (location_id=? AND phone_lower=?)"]),
        (eq("id"), Plan::Sparse, vec!["sqlite_autoindex_contacts_1 (id=?)"]),
        (
            eq("tags"),
            Plan::Sparse,
            vec!["SEARCH c USING INTEGER PRIMARY KEY", "contact_tags_by_tag (location_id=? AND tag=?)"],
        ),
        (eq("tags"), Plan::Dense, vec!["contacts_by_date_added (location_id=?)", "contact_no=?"]),
        (
            eq("customFields.f"),
            Plan::Sparse,
            vec![
                "SEARCH c USING INTEGER PRIMARY KEY",
                "contact_field_values_by_text (location_id=? AND field_id=? AND head=?)",
            ],
        ),
        (
            json!({"query": "lovelace"}),
            Plan::Sparse,
            vec!["SEARCH c USING INTEGER PRIMARY KEY", "SCAN s VIRTUAL TABLE INDEX 0:M2"],
        ),
    ] {
        let Some(explained) = plan_of_search(more.clone(), plan).await else { return };
        for step in steps {
            assert!(explained.contains(step), "{more} {plan:?}: {step} is missing in\n{explained}");
        }
    }
}
