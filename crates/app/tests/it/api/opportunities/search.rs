//! `POST /opportunities/search`

use serde_json::{Value, json};

use super::Board;
use crate::api::contacts;

async fn search(board: &Board, more: Value) -> Value {
    let mut body = json!({"locationId": board.app.agency.location.location_id()});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let call = board.app.post("/opportunities/search").version("v3").json(&body);
    call.send().await.expect(200).json()
}

fn names(found: &Value) -> Vec<String> {
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    found["opportunities"].as_array().expect("a list").iter().map(name).collect()
}

fn filter(field: &str, operator: &str, value: Value) -> Value {
    json!({"filters": [{"field": field, "operator": operator, "value": value}]})
}

/// Four deals: A and B are open, C is won, D is lost; a second lies between each and the next.
async fn four() -> Board {
    let board = Board::start().await;
    let path = format!("/locations/{}/customFields", board.app.agency.location.location_id());
    for (name, data_type) in [("Size", "NUMERICAL"), ("Colour", "TEXT")] {
        let body = json!({"name": name, "dataType": data_type, "model": "opportunity"});
        board.app.post(&path).json(&body).send().await.expect(201);
    }
    let bob = contacts::make(&board.app, json!({"firstName": "Bob", "tags": ["cold"]})).await;
    for (at, (name, status, value)) in
        [("A", "open", 100.25), ("B", "open", 200.0), ("C", "won", 50.5), ("D", "lost", 7.0)]
            .into_iter()
            .enumerate()
    {
        let contact = if at % 2 == 0 { &board.contact } else { &bob };
        let more = json!({
            "name": name, "status": status, "monetaryValue": value, "contactId": contact,
            "pipelineStageId": board.stage(at.min(2)), "source": if at == 0 { "Web" } else { "" },
            "customFields": [{"key": "size", "field_value": at}, {"key": "colour", "field_value": format!("Red {at}")}],
        });
        let id = board.make(more).await;
        if at == 1 {
            board.change(&id, json!({"forecastProbability": 50})).await;
            let followers = json!({"followers": ["u1"]});
            board
                .app
                .post(&format!("/opportunities/{id}/followers"))
                .json(&followers)
                .send()
                .await
                .expect(201);
        }
        board.app.clock.advance(1000);
    }
    board
}

#[tokio::test]
async fn every_field_finds() {
    let board = four().await;
    let first = search(&board, filter("name", "eq", json!("a"))).await["opportunities"][0]["id"].clone();
    for (field, operator, value, expected) in [
        ("id", "eq", first, "A"),
        ("pipeline_id", "eq", json!(board.pipeline.id), "DCBA"),
        ("pipelineStageId", "eq", json!([board.stage(0), board.stage(1)]), "BA"),
        ("pipeline_stage_id", "not_eq", json!(board.stage(0)), "DCB"),
        ("contact_id", "eq", json!(board.contact), "CA"),
        ("status", "eq", json!(["open", "won"]), "CBA"),
        ("status", "not_eq", json!("open"), "DC"),
        ("assigned_to", "exists", json!(null), ""),
        ("assigned_to", "not_exists", json!(null), "DCBA"),
        ("lost_reason_id", "not_exists", json!(null), "DCBA"),
        ("name", "contains", json!("B"), "B"),
        ("source", "eq", json!("web"), "A"),
        ("source", "not_exists", json!(null), "DCB"),
        ("monetary_value", "eq", json!([100.25, 7]), "DA"),
        ("monetary_value", "range", json!({"gt": 50.5, "lte": 200}), "BA"),
        ("monetaryValue", "range", json!({"lt": 50.5}), "D"),
        ("date_added", "range", json!({"gte": "2026-01-15T10:00:02Z"}), "DC"),
        ("dateAdded", "range", json!({"lt": 1_768_471_201_000_i64}), "A"),
        ("last_status_change_date", "exists", json!(null), "DCBA"),
        ("tags", "eq", json!("VIP"), "CA"),
        ("tags", "not_eq", json!("vip"), "DB"),
        ("followers", "eq", json!("u1"), "B"),
        ("followers", "not_exists", json!(null), "DCA"),
        ("custom_fields.size", "range", json!({"gte": 2}), "DC"),
        ("custom_fields.opportunity.size", "eq", json!(0), "A"),
        ("customFields.colour", "contains", json!("RED"), "DCBA"),
        ("custom_fields.colour", "not_eq", json!("red 1"), "DCA"),
        ("custom_fields.unknown", "exists", json!(null), ""),
    ] {
        let mut asked = filter(field, operator, value);
        if asked["filters"][0]["value"].is_null() {
            asked["filters"][0].as_object_mut().unwrap().remove("value");
        }
        let found = search(&board, asked.clone()).await;
        assert_eq!(names(&found).concat(), expected, "{asked}");
        assert_eq!(found["total"], json!(expected.len()), "{asked}");
        assert_eq!(found["aggregations"]["totalCount"], json!(expected.len()), "{asked}");
    }
    for (query, expected) in
        [("ada", "CA"), ("bob", "DB"), ("ad", "CA"), ("lovelace ada@b.co", "CA"), ("b", "DCBA"), ("x", "")]
    {
        assert_eq!(names(&search(&board, json!({ "query": query })).await).concat(), expected, "{query}");
    }
}

#[tokio::test]
async fn stages_are_summed_up_weighted_by_their_odds() {
    let board = four().await;
    let path = format!("/opportunities/pipelines/{}", board.pipeline.id);
    let stages = json!([{"id": board.stage(0), "forecastProbability": 10}, {"id": board.stage(1)}, {"id": board.stage(2)}]);
    board.app.put(&path).json(&json!({ "stages": stages })).send().await.expect(200);
    let kept = search(&board, json!({})).await;
    insta::assert_json_snapshot!(kept["aggregations"], @r#"
    {
      "totalCount": 4,
      "totalValue": 357.75,
      "weightedValue": 160.53,
      "openValue": 300.25,
      "openWeightedValue": 110.03,
      "wonValue": 50.5
    }
    "#);
    let stage = |found: &Value, at: usize| {
        let all = found["stageAggregations"].as_array().unwrap().clone();
        let one = all.into_iter().find(|one| one["pipelineStageId"] == json!(board.stage(at))).unwrap();
        json!([
            one["totalCount"],
            one["totalValue"],
            one["weightedValue"],
            one["openValue"],
            one["openWeightedValue"],
            one["wonValue"]
        ])
    };
    assert_eq!(stage(&kept, 0), json!([1, 100.25, 10.03, 100.25, 10.03, 0]));
    assert_eq!(stage(&kept, 1), json!([1, 200, 100, 200, 100, 0]), "its own probability");
    assert_eq!(stage(&kept, 2), json!([2, 57.5, 50.5, 0, 0, 50.5]));
    // The same figures, whether they are kept or added up for the question.
    let asked = search(&board, filter("monetary_value", "range", json!({"gt": 0}))).await;
    assert_eq!(
        (&asked["aggregations"], &asked["stageAggregations"]),
        (&kept["aggregations"], &kept["stageAggregations"])
    );
    let v2 = json!({"locationId": board.app.agency.location.location_id()});
    let v2 = board.app.post("/opportunities/search").json(&v2).send().await.expect(200).json();
    assert!(v2.get("stageAggregations").is_none());
}

#[tokio::test]
async fn search_after_goes_through_all_of_them() {
    let board = four().await;
    for (sort, expected) in [
        (json!([{"field": "date_added", "direction": "asc"}]), "ABCD"),
        (json!([{"field": "monetary_value", "direction": "desc"}]), "BACD"),
        (
            json!([{"field": "name", "direction": "desc"}, {"field": "dateUpdated", "direction": "asc"}]),
            "DCBA",
        ),
    ] {
        let (mut seen, mut after) = (String::new(), json!([]));
        loop {
            let asked = json!({
                "sort": sort, "limit": 1, "searchAfter": after, "page": 0, "query": "",
                "additionalDetails": {"notes": true, "tasks": true, "calendarEvents": false, "unReadConversations": false},
            });
            let found = search(&board, asked).await;
            assert_eq!(found["total"], 4);
            let Some(last) = found["opportunities"].as_array().unwrap().last() else { break };
            seen.push_str(last["name"].as_str().unwrap());
            after = last["searchAfter"].clone();
        }
        assert_eq!(seen, expected);
    }
    // The descriptions have texts in it.
    let first = search(&board, json!({"limit": 1})).await["opportunities"][0]["searchAfter"].clone();
    let texts = json!([first[0].to_string(), first[1]]);
    assert_eq!(names(&search(&board, json!({ "searchAfter": texts })).await).concat(), "CBA");
}

#[tokio::test]
async fn faults_of_a_search_are_told_at_once() {
    let board = Board::start().await;
    let body = json!({
        "limit": 501, "foo": 1, "sort": [{"field": "colour"}], "searchAfter": [1], "query": "x".repeat(76),
        "filters": [{"field": "status", "operator": "contains", "value": "o"}, {"field": "monetary_value", "operator": "eq", "value": "much"}],
        "additionalDetails": {"notes": "yes"},
    });
    let refused = board.app.post("/opportunities/search").json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "locationId must be a string",
      "locationId should not be empty",
      "additionalDetails.notes must be a boolean value",
      "limit must not be greater than 500",
      "sort.0.field must be one of the following values: date_added, date_updated, last_status_change_date, name, monetary_value, dateAdded, dateUpdated, lastStatusChangeDate, monetaryValue",
      "searchAfter must be copied from the last opportunity of a page with the same sort",
      "query must be shorter than or equal to 75 characters",
      "filters.0.operator must be one of the following values: eq, not_eq, exists, not_exists",
      "filters.1.value must be a number conforming to the specified constraints"
    ]
    "#);
    let here = board.app.agency.location.location_id();
    let unknown = json!({"locationId": here, "filters": [{"field": "colour", "operator": "eq", "value": 1}]});
    let refused = board.app.post("/opportunities/search").json(&unknown).send().await.expect(400).json();
    assert_eq!(refused["message"], "Invalid field colour");
    let foreign = json!({ "locationId": here });
    let call = board.app.post("/opportunities/search").token(&board.app.other.location_token).json(&foreign);
    call.send().await.expect(403);
}

#[tokio::test]
async fn a_contact_that_is_found_lists_its_opportunities() {
    let board = Board::start().await;
    contacts::make(&board.app, json!({"firstName": "Bob"})).await;
    let open = board.make(json!({"monetaryValue": 7.5})).await;
    let won = board.make(json!({"status": "won", "monetaryValue": 5000})).await;
    let body = json!({
        "locationId": board.app.agency.location.location_id(), "pageLimit": 10,
        "sort": [{"field": "firstNameLowerCase", "direction": "asc"}],
    });
    let found = board.app.post("/contacts/search").json(&body).send().await.expect(200).json();
    let deals = found["contacts"][0]["opportunities"].as_array().unwrap().clone();
    assert_eq!(deals.len(), 2);
    for (id, status, value) in [(open, "open", json!(7.5)), (won, "won", json!(5000))] {
        let deal = json!({
            "id": id, "pipelineId": board.pipeline.id, "pipelineStageId": board.stage(0), "monetaryValue": value,
            "status": status,
        });
        assert!(deals.contains(&deal), "{deal} in {deals:?}");
    }
    assert_eq!(found["contacts"][1]["opportunities"], json!([]));
}
