//! `/businesses`

mod members;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

fn here(app: &TestApp) -> String {
    app.agency.location.location_id().to_string()
}

async fn make(app: &TestApp, name: &str) -> String {
    let body = json!({"name": name, "locationId": here(app)});
    let made = app.post("/businesses/").json(&body).send().await.expect(201).json();
    made["buiseness"]["id"].as_str().expect("an id").to_owned()
}

async fn list(app: &TestApp, query: &str) -> Vec<String> {
    let url = format!("/businesses/?locationId={}{query}", here(app));
    let list = app.get(&url).send().await.expect(200).json();
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    list["businesses"].as_array().expect("a list").iter().map(name).collect()
}

#[tokio::test]
async fn a_business_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "Microsoft", "locationId": here(&app), "phone": "+18832327657", "email": "john@deo.com",
        "website": "www.xyz.com", "address": "street adress", "city": "new york", "postalCode": "12312312",
        "state": "new york", "country": "us", "description": "business description",
    });
    let made = app.post("/businesses/").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".**.id" => "[business]", ".**.locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "success": true,
      "buiseness": {
        "id": "[business]",
        "locationId": "[location]",
        "name": "Microsoft",
        "phone": "+18832327657",
        "email": "john@deo.com",
        "website": "www.xyz.com",
        "address": "street adress",
        "city": "new york",
        "state": "new york",
        "postalCode": "12312312",
        "country": "us",
        "description": "business description",
        "createdBy": {
          "source": "INTEGRATION",
          "channel": "OAUTH",
          "sourceId": "[token]",
          "createdAt": "2026-01-15T10:00:00.000Z"
        },
        "updatedBy": {
          "source": "INTEGRATION",
          "channel": "OAUTH",
          "sourceId": "[token]",
          "createdAt": "2026-01-15T10:00:00.000Z"
        },
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let id = made["buiseness"]["id"].as_str().expect("an id");
    let path = format!("/businesses/{id}");
    let read = app.get(&path).version("v3").send().await.expect(200).json();
    assert_eq!(read["business"], made["buiseness"]);
    let change = json!({"name": "Contoso", "city": null});
    let changed = app.put(&path).json(&change).send().await.expect(200).json();
    assert_eq!((&changed["success"], &changed["buiseness"]["name"]), (&json!(true), &json!("Contoso")));
    assert!(changed["buiseness"].get("city").is_none());
    app.put(&path).json(&change).send().await.expect(200); // changes nothing, announces nothing
    assert_eq!(app.delete(&path).send().await.expect(200).json(), json!({"success": true}));
    let gone = app.get(&path).send().await.expect(400).json();
    assert_eq!(gone["message"], format!("Business with id {id} not found"));
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["RecordCreate", "RecordUpdate", "RecordDelete"]);
    insta::assert_json_snapshot!(events[1].2, { ".id" => "[business]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[business]",
      "locationId": "[location]",
      "owners": [],
      "followers": [],
      "properties": [
        {
          "key": "name",
          "valueString": "Contoso"
        },
        {
          "key": "phone",
          "valueString": "+18832327657"
        },
        {
          "key": "email",
          "valueString": "john@deo.com"
        },
        {
          "key": "website",
          "valueString": "www.xyz.com"
        },
        {
          "key": "address",
          "valueString": "street adress"
        },
        {
          "key": "state",
          "valueString": "new york"
        },
        {
          "key": "postalCode",
          "valueString": "12312312"
        },
        {
          "key": "country",
          "valueString": "us"
        },
        {
          "key": "description",
          "valueString": "business description"
        }
      ],
      "timestamp": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn businesses_are_listed_by_age_and_in_pages() {
    let app = TestApp::start().await;
    for name in ["A", "B", "C"] {
        make(&app, name).await;
        app.clock.advance(1000);
    }
    assert_eq!(list(&app, "").await, ["A", "B", "C"]);
    assert_eq!(list(&app, "&skip=1&limit=1").await, ["B"]);
    let url = format!("/businesses/?locationId={}&limit=many&skip=-1&foo=1", here(&app));
    let refused = app.get(&url).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "skip must not be less than 0",
      "limit must be a number conforming to the specified constraints"
    ]
    "#);
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let body = json!({"email": "x", "phone": 1, "owner": "me"});
    let refused = app.post("/businesses/").json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 422,
      "message": [
        "property owner should not exist",
        "name must be a string",
        "name should not be empty",
        "locationId must be a string",
        "locationId should not be empty",
        "phone must be a string",
        "email must be an email"
      ],
      "error": "Unprocessable Entity",
      "traceId": "[trace]"
    }
    "#);
    let id = "aaaaaaaaaaaaaaaaaaaaaaaa";
    app.put(&format!("/businesses/{id}")).json(&json!({})).send().await.expect(400);
    app.delete(&format!("/businesses/{id}")).send().await.expect(400);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn another_locations_business_is_out_of_reach() {
    let app = TestApp::start().await;
    let path = format!("/businesses/{}", make(&app, "Mine").await);
    let before = app.database.content().await;
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
        app.put(&path).token(token).json(&json!({"name": "Theirs"})).send().await.expect(403);
        app.delete(&path).token(token).send().await.expect(403);
    }
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn contacts_of_a_removed_business_belong_to_none() {
    let app = TestApp::start().await;
    let business = make(&app, "Firm").await;
    let contact = super::contacts::make(&app, json!({"firstName": "A"})).await;
    let (here, firm) = (here(&app), business.clone());
    leadhold_store::statements! {
        JOIN across tenants "no operation puts contacts into a business yet" =
            "update contacts set business_id = $2, business_name_lower = 'firm' where location_id = $1";
    }
    app.write(move |tx, _| Ok(tx.exec(JOIN, leadhold_store::params![&here, &firm])?)).await;
    app.new_events().await;
    assert_eq!(super::contacts::shown(&app, &contact).await["businessId"], json!(business));
    app.delete(&format!("/businesses/{business}")).send().await.expect(200);
    assert!(super::contacts::shown(&app, &contact).await.get("businessId").is_none_or(Value::is_null));
    assert_eq!(app.new_event_kinds().await, ["RecordDelete"]);
}
