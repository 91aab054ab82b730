//! `GET /users/`, `GET /users/search` and `POST /users/search/filter-by-email`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{add, add_agency_user};

/// Four people: two of the first location, one of the second, one of the agency.
async fn people(app: &TestApp) {
    add(app, json!({"firstName": "Zoë", "lastName": "Ä_1", "email": "zoe@example.com", "phone": "+1312"}))
        .await;
    app.clock.advance(1000);
    add(app, json!({"firstName": "Bob", "email": "bob@example.com", "role": "admin"})).await;
    app.clock.advance(1000);
    let second = [app.agency.second.location_id()];
    add(app, json!({"firstName": "Carl", "email": "carl@example.com", "locationIds": second})).await;
    add_agency_user(app, "ann@example.com").await;
}

fn emails(list: &Value) -> Vec<&str> {
    list["users"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["email"].as_str().expect("an address"))
        .collect()
}

async fn search(app: &TestApp, token: &str, query: &str) -> Value {
    let url = format!("/users/search?companyId={}{query}", app.agency.company.company_id());
    app.get(&url).token(token).send().await.expect(200).json()
}

#[tokio::test]
async fn people_are_searched_sorted_and_paged() {
    let app = TestApp::start().await;
    people(&app).await;
    let all = search(&app, &app.agency.token, "").await;
    assert_eq!(emails(&all), ["bob@example.com", "carl@example.com", "ann@example.com", "zoe@example.com"]);
    assert_eq!((&all["count"], &all["users"][0]["deleted"]), (&json!(4), &json!(false)));
    let first = app.agency.location.location_id();
    for (query, found) in [
        ("&sort=dateAdded&sortDirection=desc&limit=1&type=account", vec!["carl@example.com"]),
        ("&sort=email&skip=2", vec!["carl@example.com", "zoe@example.com"]),
        ("&query=zo%C3%8B+%C3%A4", vec!["zoe@example.com"]),
        ("&query=_", vec!["zoe@example.com"]),
        ("&query=1312", vec!["zoe@example.com"]),
        ("&query=%25", vec![]),
        ("&type=agency", vec!["ann@example.com"]),
        ("&role=admin&sort=email", vec!["ann@example.com", "bob@example.com"]),
        ("&enabled2waySync=true", vec![]),
        (&format!("&locationId={first}&enabled2waySync=false"), vec!["bob@example.com", "zoe@example.com"]),
    ] {
        assert_eq!(emails(&search(&app, &app.agency.token, query).await), found, "{query}");
    }
    let ids = format!("&ids={},nobody", all["users"][1]["id"].as_str().expect("an id"));
    assert_eq!(emails(&search(&app, &app.agency.token, &ids).await), ["carl@example.com"]);
    assert_eq!(search(&app, &app.agency.token, "&limit=1").await["count"], 4);
}

#[tokio::test]
async fn a_locations_credential_sees_its_own_people_alone() {
    let app = TestApp::start().await;
    people(&app).await;
    let own = ["bob@example.com", "zoe@example.com"];
    assert_eq!(emails(&search(&app, &app.agency.location_token, "").await), own);
    let url = format!("/users/?locationId={}", app.agency.location.location_id());
    let list = app.get(&url).send().await.expect(200).json();
    assert_eq!(emails(&list), own);
    assert!(list.get("count").is_none());
    app.get(&url).version("v3").send().await.expect(400);
    app.get(&url).token(&app.agency.second_token).send().await.expect(403);
    let second = app.agency.second.location_id();
    let company = app.agency.company.company_id();
    app.get(&format!("/users/search?companyId={company}&locationId={second}")).send().await.expect(403);
    app.get(&format!("/users/search?locationId={second}")).token(&app.other.token).send().await.expect(403);
    let nobody = search(&app, &app.agency.token, "&ids=").await;
    assert_eq!(nobody["count"], 4, "an empty filter is none");
}

#[tokio::test]
async fn the_lists_refuse_what_the_real_ones_refuse() {
    let app = TestApp::start().await;
    let refused = app.get("/users/search").token(&app.agency.token).send().await.expect(401).json();
    assert_eq!(refused["message"], "E01 - Unauthorized request");
    let here = app.agency.location.location_id();
    let refused = app.get(&format!("/users/search?locationId={here}")).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["companyId must be a string", "companyId should not be empty"]));
    let company = app.agency.company.company_id();
    let refused =
        app.get(&format!("/users/?locationId={here}&companyId={company}")).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["property companyId should not exist"]));
    let url = format!(
        "/users/search?companyId={company}&limit=0&type=x&role=y&sort=z&sortDirection=up&deleted=true"
    );
    let refused = app.get(&url).token(&app.agency.token).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property deleted should not exist",
      "sort must be one of the following values: dateAdded, name, firstName, email",
      "type must be one of the following values: account, agency",
      "role must be one of the following values: admin, user",
      "sortDirection must be one of the following values: asc, desc",
      "limit must not be less than 1"
    ]
    "#);
}

#[tokio::test]
async fn people_are_found_by_their_addresses() {
    let app = TestApp::start().await;
    people(&app).await;
    let company = app.agency.company.company_id();
    let path = "/users/search/filter-by-email";
    let asked = json!({"companyId": company, "emails": "BOB@example.com, ann@example.com,x@y.z", "limit": "1", "skip": "1"});
    let found = app.post(path).token(&app.agency.token).json(&asked).send().await.expect(200).json();
    insta::assert_json_snapshot!(found, { ".users[].id" => "[user]" }, @r#"
    {
      "users": [
        {
          "id": "[user]",
          "email": "ann@example.com"
        }
      ],
      "count": 2
    }
    "#);
    let asked = json!({"companyId": company, "emails": ["bob@example.com"], "projection": "all", "limit": 5});
    let found =
        app.post(path).token(&app.agency.token).version("v3").json(&asked).send().await.expect(200).json();
    assert_eq!((&found["count"], &found["users"][0]["firstName"]), (&json!(1), &json!("Bob")));
    let asked = json!({"companyId": company, "emails": "bob@example.com", "projection": "firstName,phone"});
    let found = app.post(path).token(&app.agency.token).json(&asked).send().await.expect(200).json();
    assert_eq!(found["users"][0].as_object().map(serde_json::Map::len), Some(2));
    let refused =
        app.post(path).token(&app.agency.token).json(&json!({"limit": "0", "skip": "x"})).send().await;
    insta::assert_json_snapshot!(refused.expect(422).json()["message"], @r#"
    [
      "companyId must be a string",
      "companyId should not be empty",
      "emails must be a string",
      "emails should not be empty",
      "skip must be a number from 0 to 100000",
      "limit must be a number from 1 to 1000"
    ]
    "#);
    app.post(path).json(&asked).send().await.expect(403);
    app.post(path).token(&app.other.token).json(&asked).send().await.expect(403);
}
