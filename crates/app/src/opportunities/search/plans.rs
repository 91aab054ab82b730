//! The plans that SQLite chooses for searches of opportunities.

use leadhold_kernel::Id;
use serde_json::{Value, json};

use super::{CATALOGUE, read};
use crate::opportunities::sql;
use crate::search::compile::{Plan, page};
use crate::search::explained::explained;

async fn plan(more: Value, plan: Plan) -> Option<String> {
    let mut body = json!({"locationId": "loc", "limit": 20});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (search, _) = read(body.as_object().unwrap()).unwrap();
    let head = format!("explain query plan {}", sql::head());
    explained(page(&head, &CATALOGUE, &Id::parse("loc").unwrap(), &search, plan)).await
}

fn is(field: &str, value: &str) -> Value {
    json!({"filters": [{"field": field, "operator": "eq", "value": value}]})
}

#[tokio::test]
async fn every_order_is_read_from_its_index() {
    for (sort, index) in [
        ("date_added", "opportunities_by_date_added"),
        ("date_updated", "opportunities_by_date_updated"),
        ("last_status_change_date", "opportunities_by_status_change"),
        ("name", "opportunities_by_name"),
        ("monetary_value", "opportunities_by_value"),
    ] {
        let sorted = json!({"sort": [{"field": sort, "direction": "desc"}]});
        let Some(plan) = plan(sorted, Plan::Dense).await else { return };
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sort}: {plan}");
    }
}

#[tokio::test]
async fn what_boards_show_is_read_from_an_index_in_its_order() {
    for (field, index) in [
        ("pipeline_id", "opportunities_by_pipeline"),
        ("pipeline_stage_id", "opportunities_by_stage"),
        ("status", "opportunities_by_status"),
        ("assigned_to", "opportunities_by_assignee"),
    ] {
        let Some(plan) = plan(is(field, "x"), Plan::Dense).await else { return };
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{field}: {plan}");
    }
    let Some(plan) = plan(is("contact_id", "x"), Plan::Sparse).await else { return };
    assert!(plan.contains("opportunities_by_contact"), "{plan}");
}

#[tokio::test]
async fn few_matches_are_looked_up() {
    for (search, index) in [
        (is("followers", "u"), "opportunity_followers_by_user"),
        (is("tags", "t"), "contact_tags_by_tag"),
        (is("custom_fields.f", "v"), "opportunity_field_values_by_text"),
        (json!({"query": "ada@b.co"}), "opportunities_by_contact"),
    ] {
        let Some(plan) = plan(search.clone(), Plan::Sparse).await else { return };
        assert!(plan.contains(index), "{search}: {plan}");
    }
}
