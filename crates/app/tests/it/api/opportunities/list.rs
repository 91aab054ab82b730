//! `GET /opportunities/search`

use serde_json::{Value, json};

use super::Board;
use crate::api::contacts;

/// Three opportunities of as many contacts, a second apart.
async fn three() -> (Board, Vec<String>) {
    let board = Board::start().await;
    let mut ids = Vec::new();
    for (name, status, value) in [("Alpha", "open", 10), ("beta", "won", 20), ("Gamma", "lost", 30)] {
        let contact = json!({"firstName": name, "email": format!("{name}@b.co"), "country": "DE"});
        let contact = contacts::make(&board.app, contact).await;
        let stage = board.stage(ids.len());
        let more = json!({
            "name": format!("Deal {name}"), "contactId": contact, "status": status, "monetaryValue": value,
            "pipelineStageId": stage, "assignedTo": format!("user{}", ids.len()),
        });
        ids.push(board.make(more).await);
        board.app.clock.advance(1000);
    }
    (board, ids)
}

async fn list(board: &Board, query: &str) -> Value {
    board.app.get(&format!("/opportunities/search?{query}")).send().await.expect(200).json()
}

fn ids(list: &Value) -> Vec<String> {
    let id = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    list["opportunities"].as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test]
async fn the_newest_come_first_with_their_sums() {
    let (board, made) = three().await;
    let location = board.app.agency.location.location_id();
    let found = list(&board, &format!("location_id={location}")).await;
    assert_eq!(ids(&found), [&*made[2], &*made[1], &*made[0]]);
    insta::assert_json_snapshot!(json!([found["meta"], found["aggregations"]]), { ".**.startAfterId" => "[id]" }, @r#"
    [
      {
        "total": 3,
        "nextPageUrl": null,
        "startAfterId": "[id]",
        "startAfter": 1768471200000,
        "currentPage": 1,
        "nextPage": null,
        "prevPage": null
      },
      {
        "totalCount": 3,
        "totalValue": 60,
        "weightedValue": 20,
        "openValue": 10,
        "openWeightedValue": 0,
        "wonValue": 20
      }
    ]
    "#);
    let record = &found["opportunities"][2];
    assert_eq!(
        (&record["startAfterId"], &record["startAfter"]),
        (&json!(made[0]), &json!(1_768_471_200_000_i64))
    );
    let v3 = board.app.get(&format!("/opportunities/search?locationId={location}")).version("v3");
    assert_eq!(ids(&v3.send().await.expect(200).json()), ids(&found));
    let empty = board.app.get("/opportunities/search").token(&board.app.agency.second_token);
    let empty = empty.send().await.expect(200).json();
    assert_eq!((&empty["opportunities"], &empty["meta"]["total"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn every_parameter_narrows() {
    let (board, made) = three().await;
    let contact = board.shown(&made[1]).await["contactId"].as_str().unwrap().to_owned();
    for (query, expected) in [
        ("status=won".to_owned(), vec![1]),
        ("status=all".to_owned(), vec![2, 1, 0]),
        (format!("pipeline_stage_id={}", board.stage(2)), vec![2]),
        (format!("pipeline_id={}&status=open", board.pipeline.id), vec![0]),
        ("pipeline_id=nothing".to_owned(), vec![]),
        (format!("contact_id={contact}"), vec![1]),
        ("assigned_to=user0".to_owned(), vec![0]),
        (format!("id={}", made[2]), vec![2]),
        ("q=GAMMA%40b.co".to_owned(), vec![2]),
        ("q=deal+be".to_owned(), vec![1]),
        ("country=de".to_owned(), vec![2, 1, 0]),
        ("country=US".to_owned(), vec![]),
        ("campaignId=c".to_owned(), vec![]),
        ("date=01-15-2026&endDate=01-15-2026".to_owned(), vec![2, 1, 0]),
        ("date=01-16-2026".to_owned(), vec![]),
        ("endDate=01-14-2026".to_owned(), vec![]),
        ("order=added_asc".to_owned(), vec![0, 1, 2]),
        ("order=name_asc&getTasks=true&getNotes=false".to_owned(), vec![0, 1, 2]),
        ("order=name_desc".to_owned(), vec![2, 1, 0]),
        ("order=whatever".to_owned(), vec![2, 1, 0]),
        ("limit=1&page=2".to_owned(), vec![1]),
        ("limit=2&page=2".to_owned(), vec![0]),
        ("page=3".to_owned(), vec![]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(|at: usize| made[at].clone()).collect();
        let found = list(&board, &query).await;
        assert_eq!(ids(&found), expected, "{query}");
        if !query.contains("page") {
            assert_eq!(found["meta"]["total"], json!(expected.len()), "{query}");
        }
    }
}

#[tokio::test]
async fn a_cursor_goes_through_all_of_them_in_any_order() {
    let (board, made) = three().await;
    for order in ["added_desc", "added_asc", "name_desc", "name_asc", "updated_desc", "value_asc"] {
        let (mut seen, mut cursor, mut number) = (Vec::new(), String::new(), 1);
        loop {
            let page = list(&board, &format!("limit=1&order={order}{cursor}")).await;
            let meta = &page["meta"];
            assert_eq!((&meta["total"], &meta["currentPage"]), (&json!(3), &json!(number)), "{order}");
            seen.extend(ids(&page));
            cursor = format!(
                "&startAfter={}&startAfterId={}",
                meta["startAfter"],
                meta["startAfterId"].as_str().unwrap()
            );
            number += 1;
            match meta["nextPageUrl"].as_str() {
                Some(url) => {
                    assert!(url.contains(&format!("startAfterId={}", seen.last().unwrap())), "{url}")
                }
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        let mut all = made.clone();
        all.sort();
        assert_eq!(sorted, all, "{order}: {seen:?}");
    }
    board.app.get("/opportunities/search?startAfterId=unknown").send().await.expect(400);
}

#[tokio::test]
async fn each_version_has_its_own_names() {
    let board = Board::start().await;
    let v2 = board.app.get("/opportunities/search?pipelineId=x&limit=101&page=0&date=soon&status=done");
    insta::assert_json_snapshot!(v2.send().await.expect(422).json()["message"], @r#"
    [
      "property pipelineId should not exist",
      "status must be one of the following values: open, won, lost, abandoned, all",
      "date must be a date such as mm-dd-yyyy",
      "limit must not be greater than 100"
    ]
    "#);
    let v3 =
        board.app.get("/opportunities/search?pipeline_id=x").version("v3").send().await.expect(422).json();
    assert_eq!(v3["message"], json!(["property pipeline_id should not exist"]));
    let far = board.app.get("/opportunities/search?limit=100&page=101").send().await.expect(422).json();
    assert_eq!(
        far["message"],
        json!(["page times limit must not be greater than 10000: go on with startAfter"])
    );
    let foreign = format!("/opportunities/search?location_id={}", board.app.agency.location.location_id());
    board.app.get(&foreign).token(&board.app.other.location_token).send().await.expect(403);
}

#[tokio::test]
async fn what_is_left_blank_says_nothing() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    // The link to the next page as the real service's description shows it.
    let here = board.app.agency.location.location_id();
    let path = format!(
        "/opportunities/search?q=&location_id={here}&pipeline_id=&pipeline_stage_id=&status=&assigned_to+=&campaignId=&id=\
         &order=&endDate=&startAfter=&startAfterId=&date=&limit=&country=&page=&getTasks="
    );
    let list = board.app.get(&path).send().await.expect(200).json();
    assert_eq!((&list["opportunities"][0]["id"], &list["meta"]["total"]), (&json!(id), &json!(1)));
    let refused = board.app.get(&format!("{path}&assigned_to%20=x&status=x")).send().await.expect(422).json();
    assert_eq!(refused["message"][0], "property assigned_to  should not exist");
}
