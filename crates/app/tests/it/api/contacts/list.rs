//! `GET /contacts/`

use std::collections::BTreeSet;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{make, unlimited};

async fn list(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/contacts/?{query}")).send().await.expect(200).json()
}

fn ids(page: &Value) -> Vec<String> {
    page["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| contact["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_page_shows_where_the_list_stands() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@b.co", "tags": ["x"]})).await;
    app.clock.advance(1_000);
    make(&app, json!({"firstName": "Bob"})).await;
    let location = app.agency.location.location_id();
    let page = list(&app, &format!("locationId={location}&limit=1")).await;
    assert_eq!(page["contacts"][0]["firstNameRaw"], "Bob");
    let next = page["meta"]["nextPageUrl"]
        .as_str()
        .unwrap()
        .strip_prefix("http://127.0.0.1:8080")
        .unwrap()
        .to_owned();
    insta::assert_json_snapshot!(page["meta"], { ".nextPageUrl" => "[url]", ".startAfterId" => "[contact]" }, @r#"
    {
      "total": 2,
      "nextPageUrl": "[url]",
      "startAfterId": "[contact]",
      "startAfter": 1768471201000,
      "currentPage": 1,
      "nextPage": 2,
      "prevPage": null
    }
    "#);
    let page = app.get(&next).send().await.expect(200).json();
    insta::assert_json_snapshot!(page, {
        ".traceId" => "[trace]", ".**.id" => "[contact]", ".**.startAfterId" => "[contact]", ".**.locationId" => "[location]",
    }, @r#"
    {
      "contacts": [
        {
          "id": "[contact]",
          "locationId": "[location]",
          "contactName": "ada lovelace",
          "firstName": "ada",
          "firstNameRaw": "Ada",
          "lastName": "lovelace",
          "lastNameRaw": "Lovelace",
          "email": "ada@b.co",
          "phone": null,
          "companyName": null,
          "timezone": null,
          "type": "lead",
          "source": null,
          "assignedTo": null,
          "dnd": false,
          "dndSettings": {},
          "tags": [
            "x"
          ],
          "customFields": [],
          "additionalEmails": [],
          "followers": [],
          "attributions": [],
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "startAfter": 1768471200000,
          "startAfterId": "[contact]"
        }
      ],
      "count": 2,
      "meta": {
        "total": 2,
        "nextPageUrl": null,
        "startAfterId": "[contact]",
        "startAfter": 1768471200000,
        "currentPage": 2,
        "nextPage": null,
        "prevPage": 1
      },
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn walking_the_pages_meets_everyone_once_whatever_is_added_meanwhile() {
    let app = unlimited().await;
    let mut made = BTreeSet::new();
    for number in 0..45 {
        made.insert(make(&app, json!({"firstName": format!("N{number}")})).await);
        if number % 3 == 0 {
            app.clock.advance(1); // many share a millisecond
        }
    }
    let mut seen = Vec::new();
    let mut query = "limit=10".to_owned();
    for page_number in 1.. {
        let page = list(&app, &query).await;
        assert_eq!(page["meta"]["currentPage"], page_number);
        seen.extend(ids(&page));
        app.clock.advance(1);
        make(&app, json!({"firstName": "newer"})).await;
        if page["meta"]["nextPage"].is_null() {
            assert_eq!(page["meta"]["nextPageUrl"], json!(null));
            break;
        }
        let meta = &page["meta"];
        query = format!(
            "limit=10&startAfter={}&startAfterId={}",
            meta["startAfter"],
            meta["startAfterId"].as_str().unwrap()
        );
        if page_number == 2 {
            query = format!("limit=10&startAfterId={}", meta["startAfterId"].as_str().unwrap()); // some send only the id
        }
    }
    assert_eq!(seen.len(), 45);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), made);
}

#[tokio::test]
async fn a_query_finds_beginnings_of_words_and_any_digits_of_a_number() {
    let app = TestApp::start().await;
    let ada = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada_100%@b.co", "phone": "+14155552671", "companyName": "Analytical Engines"});
    make(&app, ada).await;
    make(&app, json!({"firstName": "Zoë", "lastName": "ÅNGSTRÖM", "email": "ada-1000@b.co"})).await;
    let location = app.agency.location.location_id().to_string();
    for (query, names) in [
        ("lovel", vec!["Ada"]),
        ("LOVELACE+ada", vec!["Ada"]),
        ("a", vec!["Ada", "Zoë"]),
        ("(415)+555-2671", vec!["Ada"]),
        ("engines", vec!["Ada"]),
        ("ada_100%25", vec!["Ada", "Zoë"]),
        ("ada_100@b", vec!["Ada"]),
        ("2671", vec!["Ada"]),
        ("velace", vec![]),
        ("ångström", vec!["Zoë"]),
        ("zo%C3%8B", vec!["Zoë"]),
        ("nobody", vec![]),
        ("%25%25%25", vec![]),
        ("%5C", vec![]),
        ("'", vec![]),
    ] {
        let query = query.replace("å", "%C3%A5").replace("ö", "%C3%B6");
        let page = list(&app, &format!("query={query}")).await;
        let mut found: Vec<_> = page["contacts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|contact| contact["firstNameRaw"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, names, "{query}");
        assert_eq!(page["meta"]["total"], names.len());
        let body = json!({"locationId": location, "pageLimit": 10, "query": form_urlencoded::parse(format!("q={query}").as_bytes()).next().unwrap().1});
        let found = app.post("/contacts/search").json(&body).send().await.expect(200).json();
        assert_eq!(found["total"], names.len(), "search for {query}");
    }
}

#[tokio::test]
async fn too_much_is_refused_and_not_cut() {
    let app = TestApp::start().await;
    for (query, fault) in [
        ("limit=101", "limit must not be greater than 100"),
        ("limit=0", "limit must not be less than 1"),
        ("limit=all", "limit must be a number conforming to the specified constraints"),
        ("page=2", "property page should not exist"),
    ] {
        let answer = app.get(&format!("/contacts/?{query}")).send().await.expect(422);
        assert_eq!(answer.json()["message"], json!([fault]));
    }
    app.get("/contacts/?locationId=elsewhere").send().await.expect(403);
    app.get("/contacts/?startAfterId=nobody").send().await.expect(400);
}

#[tokio::test]
async fn each_location_has_its_own_list() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "Ada"})).await;
    for token in [&app.agency.second_token, &app.other.location_token] {
        let page = app.get("/contacts/?query=ada").token(token).send().await.expect(200).json();
        assert_eq!((&page["contacts"], &page["count"]), (&json!([]), &json!(0)));
        assert_eq!(page["meta"]["total"], 0);
    }
}

#[tokio::test]
async fn what_is_left_blank_says_nothing() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    let here = app.agency.location.location_id();
    let path = format!("/contacts/?locationId={here}&query=&limit=&startAfter=&startAfterId=");
    let list = app.get(&path).send().await.expect(200).json();
    assert_eq!((&list["contacts"][0]["id"], &list["meta"]["total"]), (&json!(id), &json!(1)));
    app.get(&format!("/contacts/search/duplicate?locationId={here}&email=&number=")).send().await.expect(422);
}
