//! `GET /opportunities/lost-reason` and `/leadhold/v1/lost-reasons`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

const OWN: &str = "/leadhold/v1/lost-reasons";

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let url = format!("/opportunities/lost-reason?locationId={}{query}", app.agency.location.location_id());
    let list = app.get(&url).send().await.expect(200).json();
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    list["lostReasons"].as_array().expect("a list").iter().map(name).collect()
}

#[tokio::test]
async fn a_location_begins_with_a_list_of_reasons() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let list = app.get("/opportunities/lost-reason?getCount=true&limit=2").send().await.expect(200).json();
    insta::assert_json_snapshot!(list, { ".**.locationId" => "[location]" }, @r#"
    {
      "lostReasons": [
        {
          "id": "LostReasonPrice00001",
          "name": "Price too high",
          "locationId": "[location]",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "updatedAt": "2026-01-15T10:00:00.000Z"
        },
        {
          "id": "LostReasonCompetitor",
          "name": "Chose a competitor",
          "locationId": "[location]",
          "createdAt": "2026-01-15T10:00:00.001Z",
          "updatedAt": "2026-01-15T10:00:00.001Z"
        }
      ],
      "total": 6
    }
    "#);
    assert_eq!(names(&app, "&skip=5").await, ["Not a good fit"]);
    assert_eq!(names(&app, "&query=PRICE").await, ["Price too high"]);
    assert_eq!(names(&app, "&name=no+need").await, ["No need"]);
    assert!(names(&app, "&deleted=true").await.is_empty());
    assert_eq!(app.database.content().await, before, "reading writes nothing");
    let v3 = app.get("/opportunities/lost-reason").version("v3").send().await.expect(200).json();
    assert!(v3.get("total").is_none());
    app.get("/opportunities/lost-reason?limit=101&foo=1").send().await.expect(422);
}

#[tokio::test]
async fn reasons_are_added_renamed_and_removed() {
    let app = TestApp::start().await;
    app.clock.advance(1000);
    let made = app.post(OWN).json(&json!({"name": " Went bankrupt "})).send().await.expect(201).json();
    let id = made["lostReason"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made["lostReason"]["name"], "Went bankrupt");
    assert_eq!(names(&app, "").await.len(), 7);
    let path = format!("{OWN}/{id}");
    let changed = app.put(&path).json(&json!({"name": "Bankrupt"})).send().await.expect(200).json();
    assert_eq!(changed["lostReason"]["name"], "Bankrupt");
    let taken = json!({"name": "NO NEED"});
    app.put(&path).json(&taken).send().await.expect(400);
    app.post(OWN).json(&taken).send().await.expect(400);
    app.post(OWN).json(&json!({"name": " "})).send().await.expect(422);
    assert_eq!(app.delete(&path).send().await.expect(200).json(), json!({"success": true}));
    app.delete(&path).send().await.expect(400);
    app.put(&path).json(&json!({"name": "x"})).send().await.expect(400);
    assert_eq!(names(&app, "").await.len(), 6);
    assert_eq!(names(&app, "&deleted=true").await, ["Bankrupt"]);
    app.post(OWN).json(&json!({"name": "Bankrupt"})).send().await.expect(201);
    assert!(app.new_events().await.is_empty());
}
