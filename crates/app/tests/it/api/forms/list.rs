//! `GET /forms/` and `GET /surveys/`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact_us, made};

#[tokio::test]
async fn forms_and_surveys_are_listed_apart_and_by_pages() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    for name in ["First", "Second", "Third"] {
        let mut body = contact_us();
        body["name"] = json!(name);
        made(&app, &body).await;
        app.clock.advance(1000);
    }
    let slides = json!([{"fields": [{"type": "contact", "key": "email"}]}]);
    let survey = json!({"name": "Survey", "slides": slides});
    app.post("/leadhold/v1/surveys").json(&survey).send().await.expect(201);
    for version in ["2021-07-28", "v3"] {
        let list = app.get(&format!("/forms/?locationId={here}&skip=1&limit=1")).version(version);
        let list = list.send().await.expect(200).json();
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(list, { ".**.id" => "[form]", ".**.locationId" => "[location]" }, @r#"
            {
              "forms": [
                {
                  "id": "[form]",
                  "name": "Second",
                  "locationId": "[location]"
                }
              ],
              "total": 3
            }
            "#);
        }
        let surveys = app.get(&format!("/surveys/?locationId={here}&type=survey")).version(version);
        let surveys = surveys.send().await.expect(200).json();
        let names: Vec<&Value> =
            surveys["surveys"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
        assert_eq!((names, &surveys["total"]), (vec![&json!("Survey")], &json!(1)));
    }
    let other = app.get("/forms/").token(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(other, json!({"forms": [], "total": 0}));
}

#[tokio::test]
async fn a_longer_page_is_refused() {
    let app = TestApp::start().await;
    let refused = app.get("/forms/?limit=51&skip=-1&x=1").send().await.expect(422).json();
    let faults =
        ["property x should not exist", "skip must not be less than 0", "limit must not be greater than 50"];
    assert_eq!(refused["message"], json!(faults));
}
