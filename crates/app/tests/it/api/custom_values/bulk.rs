//! `POST /leadhold/v1/custom-values/bulk`, and the older `PUT /locations/{locationId}/customValues/bulk`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{make, path};

const BULK: &str = "/leadhold/v1/custom-values/bulk";

/// Name and text of all, in their order.
async fn all(app: &TestApp) -> Vec<(String, String)> {
    let list = app.get(&path(app)).send().await.expect(200).json();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    list["customValues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "name"), text(one, "value")))
        .collect()
}

#[tokio::test]
async fn each_is_set_by_what_names_it_or_made() {
    let app = TestApp::start().await;
    let a = make(&app, "A", "1").await;
    make(&app, "B", "1").await;
    make(&app, "C", "1").await;
    let body = json!({"customValues": [
        {"id": a["id"], "value": "2"},
        {"key": "{{ custom_values.b }}", "name": "Bee", "value": "2"},
        {"name": "C", "value": "2"},
        {"name": "D", "value": "2"},
        {"name": "D", "value": "3"},
        {"id": "nothing", "name": "E", "value": "2"},
        {"key": "nothing", "value": "2"},
    ]});
    let answer = app.post(BULK).json(&body).send().await.expect(200).json();
    insta::assert_json_snapshot!(answer, { ".**.id" => "[value]", ".**.locationId" => "[location]" }, @r#"
    {
      "succeeded": 5,
      "failed": 2,
      "results": [
        {
          "status": 200,
          "customValue": {
            "id": "[value]",
            "name": "A",
            "fieldKey": "{{ custom_values.a }}",
            "value": "2",
            "locationId": "[location]"
          }
        },
        {
          "status": 200,
          "customValue": {
            "id": "[value]",
            "name": "Bee",
            "fieldKey": "{{ custom_values.b }}",
            "value": "2",
            "locationId": "[location]"
          }
        },
        {
          "status": 200,
          "customValue": {
            "id": "[value]",
            "name": "C",
            "fieldKey": "{{ custom_values.c }}",
            "value": "2",
            "locationId": "[location]"
          }
        },
        {
          "status": 201,
          "customValue": {
            "id": "[value]",
            "name": "D",
            "fieldKey": "{{ custom_values.d }}",
            "value": "2",
            "locationId": "[location]"
          }
        },
        {
          "status": 200,
          "customValue": {
            "id": "[value]",
            "name": "D",
            "fieldKey": "{{ custom_values.d }}",
            "value": "3",
            "locationId": "[location]"
          }
        },
        {
          "status": 404,
          "message": "The custom value id is invalid."
        },
        {
          "status": 404,
          "message": "The custom value id is invalid."
        }
      ]
    }
    "#);
    let mut now = all(&app).await;
    now.sort();
    let expected = [("A", "2"), ("Bee", "2"), ("C", "2"), ("D", "3")];
    assert_eq!(now, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn all_or_none_when_asked_for() {
    let app = TestApp::start().await;
    make(&app, "A", "1").await;
    let mut body = json!({"mode": "all", "customValues": [
        {"name": "A", "value": "2"}, {"id": "nothing", "value": "2"}, {"name": "B", "value": "2"},
    ]});
    let refused = app.post(BULK).json(&body).send().await.expect(400).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "customValues.1 was refused, so none was changed.",
      "error": "Bad Request",
      "results": [
        {
          "status": 424,
          "message": "Not done, since another one was refused."
        },
        {
          "status": 404,
          "message": "The custom value id is invalid."
        },
        {
          "status": 424,
          "message": "Not done, since another one was refused."
        }
      ],
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(all(&app).await, [("A".to_owned(), "1".to_owned())]);
    body["customValues"].as_array_mut().unwrap().remove(1);
    let done = app.post(BULK).json(&body).send().await.expect(200).json();
    assert_eq!((&done["succeeded"], &done["failed"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn a_thousand_are_done_in_one_request_and_no_more() {
    let app = TestApp::start().await;
    let many = |count: usize, value: &str| -> Value {
        (0..count).map(|number| json!({"name": format!("Value {number}"), "value": value})).collect()
    };
    for (value, status) in [("1", 201), ("2", 200)] {
        let body = json!({"mode": "all", "customValues": many(1000, value)});
        let done = app.post(BULK).json(&body).send().await.expect(200).json();
        let results = done["results"].as_array().unwrap();
        assert!(results.iter().all(|one| one["status"] == status && one["customValue"]["value"] == value));
    }
    assert_eq!(all(&app).await.len(), 1000);
    for (body, fault) in [
        (json!({"customValues": many(1001, "3")}), "customValues must contain no more than 1000 elements"),
        (json!({"customValues": []}), "customValues should not be empty"),
        (json!({}), "customValues must be an array"),
        (
            json!({"mode": "some", "customValues": many(1, "3")}),
            "mode must be one of the following values: all, each",
        ),
        (json!({"customValues": [{"value": "x"}]}), "customValues.0.name should not be empty"),
    ] {
        assert_eq!(app.post(BULK).json(&body).send().await.expect(422).json()["message"], json!([fault]));
    }
    assert!(all(&app).await.iter().all(|(_, value)| value == "2"));
}

#[tokio::test]
async fn older_clients_put_them_to_the_location() {
    let app = TestApp::start().await;
    let a = make(&app, "A", "1").await;
    let body = json!({"customValues": [{"id": a["id"], "value": "2"}]});
    let bulk = format!("{}/bulk", path(&app));
    let done = app.put(&bulk).json(&body).send().await.expect(200).json();
    assert_eq!(done["results"][0]["customValue"]["value"], "2");
    app.put(&bulk).token(&app.agency.second_token).json(&body).send().await.expect(403);
    let foreign = app.post(BULK).token(&app.agency.second_token).json(&body).send().await.expect(200).json();
    assert_eq!(foreign["results"], json!([{"status": 404, "message": "The custom value id is invalid."}]));
    assert_eq!(all(&app).await, [("A".to_owned(), "2".to_owned())]);
}
