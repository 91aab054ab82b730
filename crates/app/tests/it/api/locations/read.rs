//! `GET /locations/{locationId}`, `/locations/search` and `/locations/{locationId}/timezones`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{body, path};

#[tokio::test]
async fn a_location_is_read_by_itself_and_by_its_agency_alone() {
    let app = TestApp::start().await;
    let own = app.get(&path(&app)).send().await.expect(200).json();
    assert_eq!(own["location"]["name"], "First Location");
    assert_eq!(app.get(&path(&app)).token(&app.agency.token).send().await.expect(200).json(), own);
    for token in [&app.agency.second_token, &app.other.location_token, &app.other.token] {
        let refused = app.get(&path(&app)).token(token).send().await.expect(403).json();
        assert_eq!(refused["message"], "The token does not have access to this location.");
    }
    app.get("/locations/nobody00000000000000").token(&app.agency.token).send().await.expect(403);
}

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let list =
        app.get(&format!("/locations/search{query}")).token(&app.agency.token).send().await.expect(200);
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    list.json()["locations"].as_array().expect("a list").iter().map(name).collect()
}

#[tokio::test]
async fn locations_are_searched() {
    let app = TestApp::start().await;
    for (name, email) in [("Third", "Third@example.com"), ("Fourth", "fourth@example.com")] {
        app.clock.advance(1000);
        let prospect =
            json!({"name": name, "prospectInfo": {"firstName": "A", "lastName": "B", "email": email}});
        app.post("/locations/").token(&app.agency.token).json(&body(&app, prospect)).send().await.expect(200);
    }
    let company = app.agency.company.company_id();
    assert_eq!(names(&app, &format!("?companyId={company}&skip=2")).await, ["Third", "Fourth"]);
    assert_eq!(names(&app, "?order=desc&limit=1").await, ["Fourth"]);
    assert_eq!(names(&app, "?email=third@EXAMPLE.com").await, ["Third"]);
    assert!(names(&app, "?email=nobody@example.com").await.is_empty());
    let first = app.get("/locations/search?email=third@example.com").token(&app.agency.token).send().await;
    insta::assert_json_snapshot!(first.json(), { ".**.id" => "[location]" }, @r#"
    {
      "locations": [
        {
          "id": "[location]",
          "name": "Third",
          "country": "US",
          "timezone": "America/Chicago",
          "email": "Third@example.com",
          "settings": {
            "allowDuplicateContact": false,
            "allowDuplicateOpportunity": false,
            "allowFacebookNameMerge": false,
            "disableContactTimezone": false
          },
          "social": {}
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_search_is_the_agencys_and_has_faults_of_its_own() {
    let app = TestApp::start().await;
    let refused = app.get("/locations/search").send().await.expect(403).json();
    assert_eq!(refused["message"], "Forbidden resource");
    let other = app.other.company.company_id();
    app.get(&format!("/locations/search?companyId={other}"))
        .token(&app.agency.token)
        .send()
        .await
        .expect(403);
    let url = "/locations/search?limit=0&skip=x&order=up&name=y";
    let refused = app.get(url).token(&app.agency.token).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property name should not exist",
      "order must be one of the following values: asc, desc",
      "skip must be a number conforming to the specified constraints",
      "limit must not be less than 1"
    ]
    "#);
}

#[tokio::test]
async fn the_time_zones_are_those_that_a_location_can_have() {
    let app = TestApp::start().await;
    let zones = app.get(&format!("{}/timezones", path(&app))).send().await.expect(200).json();
    let zones = zones["timeZones"].as_array().expect("a list");
    for zone in ["America/Chicago", "Europe/Berlin", "US/Central", "UTC"] {
        assert!(zones.contains(&json!(zone)), "{zone}");
    }
    app.get(&format!("{}/timezones", path(&app))).token(&app.agency.second_token).send().await.expect(403);
}
