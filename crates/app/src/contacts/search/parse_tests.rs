//! How searches for contacts are read.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::*;
use crate::http::filters::{MAX_CONDITIONS, MAX_DEPTH};
use crate::search::*;

fn valid(extra: Value) -> Search {
    let mut body = json!({"locationId": "loc", "pageLimit": 20});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    read(body.as_object().unwrap()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(extra: Value) -> String {
    let mut body = json!({"locationId": "loc", "pageLimit": 20});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    match read(body.as_object().unwrap()) {
        Err(Error::Validation(faults)) => faults.join("\n"),
        Err(other) => format!("400 {other}"),
        Ok(search) => panic!("accepted: {search:?}"),
    }
}

fn filter(field: &str, operator: &str, value: Value) -> Value {
    json!({"filters": [{"field": field, "operator": operator, "value": value}]})
}

fn only(search: Search) -> (Field, Test) {
    match search.filter {
        Filter::All(mut parts) if parts.len() == 1 => match parts.remove(0) {
            Filter::Is(field, test) => (field, test),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_smallest_search_is_the_first_page_newest_first() {
    let search = valid(json!({}));
    assert_eq!(search.window, Window::Page(1));
    assert_eq!(search.sort, [Sort { key: DATE_ADDED, descending: true }]);
    assert!(search.filter.is_open() && search.words.is_empty());
}

#[test]
fn location_and_page_limit_are_required() {
    let faults = read(&Map::new()).expect_err("refused").to_string();
    insta::assert_snapshot!(faults, @"locationId must be a string, locationId should not be empty, pageLimit must be a number conforming to the specified constraints, pageLimit should not be empty");
}

#[test]
fn pages_reach_as_far_as_the_window() {
    assert_eq!(valid(json!({"pageLimit": 100, "page": 100})).window, Window::Page(100));
    insta::assert_snapshot!(refused(json!({"pageLimit": 100, "page": 101})), @"page times pageLimit must not be greater than 10000: go on with searchAfter");
    insta::assert_snapshot!(refused(json!({"pageLimit": 501, "page": 0})), @r"
    pageLimit must not be greater than 500
    page must not be less than 1
    ");
    insta::assert_snapshot!(refused(json!({"page": 1, "searchAfter": [1, "x"]})), @"page should not exist together with searchAfter");
}

#[test]
fn search_after_must_fit_the_sort() {
    let sort = json!([{"field": "email", "direction": "asc"}, {"field": "dnd", "direction": "desc"}]);
    let search = valid(json!({"sort": sort, "searchAfter": ["a@b.co", true, "id1"]}));
    assert_eq!(search.window, Window::After(vec![Key::Text("a@b.co".into()), Key::Flag(true)], "id1".into()));
    assert_eq!(valid(json!({"searchAfter": []})).window, Window::Page(1));
    for wrong in
        [json!([1, "id"]), json!(["a@b.co", true]), json!(["a@b.co", 1, "id"]), json!(["a@b.co", true, 5])]
    {
        assert!(
            refused(json!({"sort": sort, "searchAfter": wrong})).starts_with("searchAfter must be copied")
        );
    }
    assert_eq!(refused(json!({"searchAfter": "x"})), "searchAfter must be an array");
}

#[test]
fn a_sort_names_known_fields_once() {
    insta::assert_snapshot!(refused(json!({"sort": [{"field": "tags", "direction": "up"}, {"direction": "asc"}]})), @"
    sort.0.field must be one of the following values: dateAdded, dateUpdated, email, dnd, source, firstNameLowerCase, lastNameLowerCase
    sort.0.direction must be one of the following values: asc, desc
    sort.1.field should not be empty
    ");
    let twice = json!({"sort": [{"field": "email"}, {"field": "email", "direction": "desc"}]});
    assert_eq!(refused(twice), "sort must not name a field twice");
}

#[test]
fn a_field_that_does_not_exist_is_a_400_in_the_services_words() {
    for (name, nested) in
        [("additional_phones", false), ("firstName", true), ("dndSettings.Fax.status", true)]
    {
        let condition = json!({"field": name, "operator": "eq", "value": "1"});
        let body = if nested { json!([{"group": "OR", "filters": [condition]}]) } else { json!([condition]) };
        assert_eq!(refused(json!({"filters": body})), format!("400 Invalid field {name}"));
    }
    // A fault of shape comes first: the client repairs that before its fields are looked at.
    let both =
        json!({"filters": [{"field": "nope", "operator": "eq"}, {"field": "email", "operator": "eq"}]});
    assert_eq!(refused(both), "filters.1.value should not be empty");
}

#[test]
fn every_field_takes_its_operators_and_no_other() {
    let value = |operator: &str| match operator {
        "range" => json!({"gt": 1}),
        "exists" | "not_exists" => Value::Null,
        _ => json!("true"),
    };
    let table = [
        ("id", "eq not_eq"),
        ("email", "eq not_eq exists not_exists"),
        ("tags", "eq not_eq exists not_exists"),
        ("dnd", "eq not_eq exists not_exists"),
        ("dndSettings.SMS.status", "eq not_eq exists not_exists"),
        ("dndSettings.sms.status", "eq not_eq exists not_exists"),
        ("phone", "eq not_eq contains not_contains exists not_exists"),
        ("dateAdded", "range exists not_exists"),
        ("customFields.abc", "eq not_eq contains not_contains exists not_exists range"),
        ("customFields.abc.opt", "eq not_eq contains not_contains exists not_exists"),
    ];
    for (field, allowed) in table {
        for operator in [
            "eq",
            "not_eq",
            "contains",
            "not_contains",
            "exists",
            "not_exists",
            "range",
            "nested",
            "wildcard",
        ] {
            let body = json!({"locationId": "l", "pageLimit": 1,
                "filters": [{"field": field, "operator": operator, "value": value(operator)}]});
            let taken = allowed.split(' ').any(|name| name == operator);
            assert_eq!(read(body.as_object().unwrap()).is_ok(), taken, "{field} {operator}");
        }
    }
}

#[test]
fn values_are_folded_except_ids() {
    let eq = |field: &str| only(valid(filter(field, "eq", json!(" ÄbC ")))).1;
    assert_eq!(eq("city"), Test::Eq(vec![Operand::Text("äbc".into())]));
    assert_eq!(eq("assignedTo"), Test::Eq(vec![Operand::Text("ÄbC".into())]));
    let several = only(valid(filter("tags", "not_eq", json!(["A", 2, true])))).1;
    let texts = ["a", "2", "true"].map(|text| Operand::Text(text.into()));
    assert_eq!(several, Test::NotEq(texts.to_vec()));
    assert_eq!(only(valid(filter("dnd", "eq", json!("true")))).1, Test::Eq(vec![Operand::Flag(true)]));
}

#[test]
fn faults_of_values() {
    insta::assert_snapshot!(refused(filter("email", "eq", json!(""))), @"filters.0.value should not be empty");
    insta::assert_snapshot!(refused(filter("email", "eq", json!([]))), @"filters.0.value should not be empty");
    insta::assert_snapshot!(refused(filter("email", "eq", json!({"a": 1}))), @"filters.0.value must be a string, a number, a boolean or an array of them");
    insta::assert_snapshot!(refused(filter("dnd", "eq", json!("maybe"))), @"filters.0.value must be a boolean value");
    insta::assert_snapshot!(refused(filter("email", "exists", json!(true))), @"filters.0.value should not exist");
    insta::assert_snapshot!(refused(filter("city", "contains", json!(7))), @"filters.0.value must be a string");
    insta::assert_snapshot!(refused(filter("city", "contains", json!("x".repeat(76)))), @"filters.0.value must be shorter than or equal to 75 characters");
    insta::assert_snapshot!(refused(filter("id", "eq", json!(vec!["x"; 101]))), @"filters.0.value must contain no more than 100 elements");
    insta::assert_snapshot!(refused(json!({"query": "x".repeat(76), "filters": {}, "extra": 1})), @r"
    property extra should not exist
    query must be shorter than or equal to 75 characters
    filters must be an array
    ");
    insta::assert_snapshot!(refused(json!({"filters": [{"field": 1, "operator": "like", "value": 1, "more": 2}]})), @r"
    filters.0.property more should not exist
    filters.0.field must be a string
    filters.0.field should not be empty
    ");
}

#[test]
fn ranges_take_dates_and_numbers() {
    let millis = |range: Value| only(valid(filter("dateAdded", "range", range))).1;
    let day = 1_704_067_200_000; // 2024-01-01
    assert_eq!(
        millis(json!({"gte": "2024-01-01", "lte": "2024-01-01"})),
        Test::Range(vec![
            (Bound::Gte, Limit::Millis(day)),
            (Bound::Lte, Limit::Millis(day + 86_400_000 - 1))
        ])
    );
    assert_eq!(
        millis(json!({"gt": "2024-01-01T00:00:00.000Z", "lt": day + 5})),
        Test::Range(vec![(Bound::Gt, Limit::Millis(day)), (Bound::Lt, Limit::Millis(day + 5))])
    );
    let number = only(valid(filter("customFields.f", "range", json!({"gt": "1.5", "lte": 7})))).1;
    assert_eq!(number, Test::Range(vec![(Bound::Gt, Limit::Number(1.5)), (Bound::Lte, Limit::Number(7.0))]));
    insta::assert_snapshot!(refused(filter("dateAdded", "range", json!({"gt": "soon", "from": 1}))), @r"
    filters.0.value.property from should not exist
    filters.0.value.gt must be a valid ISO 8601 date string
    ");
    insta::assert_snapshot!(refused(filter("dateAdded", "range", json!({}))), @"filters.0.value must be an object with at least one of gt, gte, lt, lte");
    insta::assert_snapshot!(refused(filter("dateAdded", "range", json!("2024"))), @"filters.0.value must be an object");
}

#[test]
fn groups_nest_within_limits() {
    let condition = json!({"field": "dnd", "operator": "eq", "value": true});
    let nested = |depth: usize| {
        (0..depth).fold(condition.clone(), |inner, _| json!({"group": "AND", "filters": [inner]}))
    };
    valid(json!({"filters": [nested(MAX_DEPTH - 1)]}));
    assert!(
        refused(json!({"filters": [nested(MAX_DEPTH)]})).ends_with("must not be nested deeper than 8 groups")
    );
    valid(json!({"filters": vec![condition.clone(); MAX_CONDITIONS]}));
    let many = json!({"filters": vec![condition; MAX_CONDITIONS + 1]});
    assert_eq!(refused(many), "filters must contain no more than 50 conditions");
    insta::assert_snapshot!(refused(json!({"filters": [{"group": "XOR", "filters": []}, {"group": "OR"}]})), @r"
    filters.0.group must be one of the following values: AND, OR
    filters.1.filters must be an array
    ");
}
