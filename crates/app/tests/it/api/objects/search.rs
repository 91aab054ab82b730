//! `POST /objects/{schemaKey}/records/search`

use leadhold_app::custom_fields::DataType;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, here, id, object, record, records, search};

/// Four pets, each a second younger than the one before.
async fn zoo(app: &TestApp) -> Vec<String> {
    object(app, "pet").await;
    field(app, "pet", "Legs", DataType::Numerical, &[]).await;
    field(app, "pet", "Born", DataType::Date, &[]).await;
    field(app, "pet", "Skills", DataType::Checkbox, &["Sit", "Roll"]).await;
    field(app, "pet", "Notes", DataType::TextboxList, &["Food"]).await;
    let mut ids = Vec::new();
    for properties in [
        json!({"name": "Rex", "legs": 4, "born": "2020-05-01", "skills": ["Sit"], "notes.food": "Bones"}),
        json!({"name": "Tweety Bird", "legs": 2, "born": "2021-01-01"}),
        json!({"name": "100% Nemo", "legs": 0, "skills": ["Sit", "Roll"]}),
        json!({"name": "Äffchen"}),
    ] {
        ids.push(id(&record(app, "custom_objects.pet", properties).await));
        app.clock.advance(1000);
    }
    ids
}

#[tokio::test]
async fn records_are_found_by_every_kind_of_property() {
    let app = super::unlimited().await;
    let ids = zoo(&app).await;
    let by = async |field: &str, operator: &str, value: Value| {
        let filter = match value {
            Value::Null => json!({"field": field, "operator": operator}),
            value => json!({"field": field, "operator": operator, "value": value}),
        };
        let extra = json!({"filters": [filter], "sort": [{"field": "createdAt", "direction": "asc"}]});
        search(&app, "custom_objects.pet", extra).await.0
    };
    assert_eq!(by("properties.name", "eq", json!("REX")).await, ["Rex"]);
    assert_eq!(by("properties.name", "contains", json!("0%")).await, ["100% Nemo"]);
    assert_eq!(by("properties.name", "not_contains", json!("e")).await, ["Äffchen"][..0].to_vec());
    assert_eq!(by("name", "eq", json!(["äffchen", "rex"])).await, ["Rex", "Äffchen"]);
    assert_eq!(by("properties.legs", "eq", json!("4.0")).await, ["Rex"]);
    assert_eq!(by("properties.legs", "not_eq", json!(4)).await, ["Tweety Bird", "100% Nemo", "Äffchen"]);
    assert_eq!(by("properties.legs", "range", json!({"gt": 0, "lte": 4})).await, ["Rex", "Tweety Bird"]);
    assert_eq!(by("properties.legs", "not_exists", Value::Null).await, ["Äffchen"]);
    assert_eq!(by("properties.born", "range", json!({"gte": "2021-01-01"})).await, ["Tweety Bird"]);
    assert_eq!(by("properties.born", "eq", json!("05/01/2020")).await, ["Rex"]);
    assert_eq!(by("properties.skills", "eq", json!("roll")).await, ["100% Nemo"]);
    assert_eq!(by("properties.skills", "exists", Value::Null).await, ["Rex", "100% Nemo"]);
    assert_eq!(by("properties.notes.food", "contains", json!("one")).await, ["Rex"]);
    assert_eq!(by("id", "eq", json!([ids[1]])).await, ["Tweety Bird"]);
    assert_eq!(
        by("createdAt", "range", json!({"gte": "2026-01-15T10:00:02Z"})).await,
        ["100% Nemo", "Äffchen"]
    );
    assert_eq!(by("owners", "exists", Value::Null).await, Vec::<String>::new());
}

#[tokio::test]
async fn words_are_looked_for_in_the_searchable_properties() {
    let app = super::unlimited().await;
    zoo(&app).await;
    let named = async |query: &str| search(&app, "custom_objects.pet", json!({"query": query})).await.0;
    assert_eq!(named("bird tweety").await, ["Tweety Bird"]);
    assert_eq!(named("100%").await, ["100% Nemo"]);
    assert_eq!(named("äf").await, ["Äffchen"]);
    assert_eq!(named("bones").await, Vec::<String>::new());
    assert_eq!(named("name:nem").await, ["100% Nemo"], "one property alone, as documented");
    assert_eq!(named("").await, ["Äffchen", "100% Nemo", "Tweety Bird", "Rex"]);
}

#[tokio::test]
async fn pages_go_on_by_number_or_behind_a_record() {
    let app = super::unlimited().await;
    zoo(&app).await;
    for sort in [
        json!([]),
        json!([{"field": "properties.legs", "direction": "asc"}]),
        json!([{"field": "properties.legs", "direction": "desc"}]),
        json!([{"field": "properties.name", "direction": "asc"}, {"field": "updatedAt", "direction": "desc"}]),
        json!([{"field": "properties.born", "direction": "desc"}, {"field": "name", "direction": "asc"}]),
    ] {
        let whole = search(&app, "custom_objects.pet", json!({"sort": sort})).await.0;
        let (mut after, mut walked, mut numbered) = (json!([]), Vec::new(), Vec::new());
        for page in 1..=4 {
            let body = json!({
                "locationId": here(&app), "page": 1, "pageLimit": 1, "query": "", "searchAfter": after, "sort": sort,
            });
            let url = format!("{}/search", records("custom_objects.pet"));
            let answer = app.post(&url).json(&body).send().await.expect(200).json();
            assert_eq!(answer["total"], 4);
            after = answer["records"][0]["searchAfter"].clone();
            walked.push(answer["records"][0]["properties"]["name"].as_str().expect("a name").to_owned());
            let extra = json!({"sort": sort, "page": page, "pageLimit": 1});
            numbered.extend(search(&app, "custom_objects.pet", extra).await.0);
        }
        assert_eq!((&walked, &numbered), (&whole, &whole), "{sort}");
    }
}

#[tokio::test]
async fn what_cannot_be_searched_is_refused_in_words() {
    let app = super::unlimited().await;
    zoo(&app).await;
    let refused = async |status: u16, body: Value| {
        let url = format!("{}/search", records("custom_objects.pet"));
        app.post(&url).json(&body).send().await.expect(status).json()["message"].clone()
    };
    let faulty = json!({
        "locationId": here(&app), "page": 0, "query": 1, "searchAfter": [1], "extra": 1,
        "filters": [
            {"field": "properties.legs", "operator": "contains", "value": "4"},
            {"field": "properties.legs", "operator": "eq", "value": "many"},
            {"field": "properties.skills", "operator": "exists", "value": 1},
            {"operator": "eq"},
        ],
        "sort": [{"field": "createdAt", "direction": "up"}, {"field": "dateAdded"}],
    });
    insta::assert_json_snapshot!(refused(422, faulty).await, @r#"
    [
      "property extra should not exist",
      "pageLimit must be a number conforming to the specified constraints",
      "pageLimit should not be empty",
      "page must not be less than 1",
      "sort.0.direction must be one of the following values: asc, desc",
      "sort must not name a field twice",
      "searchAfter must be copied from the last record of a page with the same sort",
      "query must be a string",
      "filters.0.operator must be one of the following values: eq, not_eq, range, exists, not_exists",
      "filters.1.value must be a number conforming to the specified constraints",
      "filters.2.value should not exist",
      "filters.3.field must be a string",
      "filters.3.field should not be empty"
    ]
    "#);
    let whole = |extra: Value| {
        let mut body = json!({"locationId": here(&app), "pageLimit": 10});
        body.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        body
    };
    let unknown =
        whole(json!({"filters": [{"field": "properties.colour", "operator": "eq", "value": "red"}]}));
    assert_eq!(refused(400, unknown).await, "Invalid field properties.colour");
    let unknown = whole(json!({"sort": [{"field": "properties.notes.food", "direction": "asc"}]}));
    assert_eq!(refused(400, unknown).await, "Invalid field properties.notes.food");
    let far = refused(422, whole(json!({"page": 1001}))).await;
    assert_eq!(far, json!(["page times pageLimit must not be greater than 10000: go on with searchAfter"]));
    let body = whole(json!({}));
    app.post("/objects/contact/records/search").json(&body).send().await.expect(400);
    app.post("/objects/custom_objects.boat/records/search").json(&body).send().await.expect(404);
}
