//! `POST /contacts/search`: its answer, its pages and its faults. What the filters mean is held against a model in
//! `search_model`.

use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{field, make, unlimited};

async fn ask(app: &TestApp, more: Value) -> Answer {
    let mut body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 20});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post("/contacts/search").json(&body).send().await
}

async fn found(app: &TestApp, filters: Value) -> Vec<String> {
    let answer =
        ask(app, json!({"filters": filters, "sort": [{"field": "firstNameLowerCase", "direction": "asc"}]}))
            .await;
    let contacts = answer.expect(200).json()["contacts"].clone();
    contacts
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| contact["firstName"].as_str().unwrap_or("").to_owned())
        .collect()
}

#[tokio::test]
async fn a_result_has_the_documented_fields() {
    let app = TestApp::start().await;
    let colour = field(&app, "Colour", "TEXT", json!({})).await;
    let body = json!({"firstName": "Ada", "email": "Ada@b.co", "address1": "1 Main St", "tags": ["x"], "dateOfBirth": "1990-09-25",
        "dndSettings": {"SMS": {"status": "active"}}, "customFields": [{"id": colour, "value": "red"}]});
    make(&app, body).await;
    let answer = ask(&app, json!({})).await.expect(200);
    insta::assert_json_snapshot!(answer.json(), {
        ".traceId" => "[trace]", ".**.id" => "[id]", ".**.locationId" => "[location]", ".contacts[0].searchAfter[1]" => "[id]",
    }, @r#"
    {
      "contacts": [
        {
          "id": "[id]",
          "locationId": "[location]",
          "contactName": "Ada",
          "firstName": "Ada",
          "lastName": null,
          "firstNameLowerCase": "ada",
          "lastNameLowerCase": null,
          "email": "Ada@b.co",
          "validEmail": null,
          "phone": null,
          "phoneLabel": null,
          "companyName": null,
          "businessName": null,
          "businessId": null,
          "address": "1 Main St",
          "city": null,
          "state": null,
          "country": null,
          "postalCode": null,
          "website": null,
          "timezone": null,
          "source": null,
          "type": "lead",
          "dnd": false,
          "dndSettings": {
            "SMS": {
              "status": "active"
            }
          },
          "inboundDndSettings": {},
          "assignedTo": null,
          "followers": [],
          "tags": [
            "x"
          ],
          "additionalEmails": [],
          "additionalPhones": [],
          "customFields": [
            {
              "id": "[id]",
              "key": "contact.colour",
              "value": "red"
            }
          ],
          "opportunities": [],
          "dateOfBirth": "1990-09-25",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "searchAfter": [
            1768471200000,
            "[id]"
          ]
        }
      ],
      "total": 1,
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn a_contact_is_found_at_once_and_by_what_it_is_now() {
    let app = TestApp::start().await;
    let colour = field(&app, "Colour", "TEXT", json!({})).await;
    let id = make(&app, json!({"firstName": "Ada", "tags": ["old"], "city": "Rome", "customFields": [{"id": colour, "value": "red"}],
        "dndSettings": {"SMS": {"status": "active"}}})).await;
    let by = |field: &str, value: &str| json!([{"field": field, "operator": "eq", "value": value}]);
    let custom = format!("customFields.{colour}");
    let before = [("tags", "old"), ("city", "ROME"), (&custom, "Red"), ("dndSettings.SMS.status", "active")];
    for (field, value) in before {
        assert_eq!(found(&app, by(field, value)).await, ["Ada"], "{field}");
    }
    let body = json!({"tags": ["new"], "city": "Oslo", "customFields": [{"id": colour, "value": "blue"}],
        "dndSettings": {"SMS": {"status": "inactive"}}});
    app.put(&format!("/contacts/{id}")).json(&body).send().await.expect(200);
    for (field, value) in before {
        assert_eq!(found(&app, by(field, value)).await, Vec::<String>::new(), "{field}");
    }
    for (field, value) in
        [("tags", "new"), ("city", "oslo"), (&custom, "blue"), ("dndSettings.sms.status", "inactive")]
    {
        assert_eq!(found(&app, by(field, value)).await, ["Ada"], "{field}");
    }
    assert_eq!(ask(&app, json!({"query": "ada"})).await.expect(200).json()["total"], 1);
    app.put(&format!("/contacts/{id}")).json(&json!({"firstName": "Eve"})).send().await.expect(200);
    assert_eq!(ask(&app, json!({"query": "ada"})).await.expect(200).json()["total"], 0);
    assert_eq!(ask(&app, json!({"query": "eve"})).await.expect(200).json()["total"], 1);
}

#[tokio::test]
async fn boxes_of_a_text_box_list_are_found_one_by_one() {
    let app = TestApp::start().await;
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let body = json!({"name": "Boxes", "dataType": "TEXTBOX_LIST", "textBoxListOptions": [{"label": "One"}, {"label": "Two"}]});
    let boxes = app.post(&path).json(&body).send().await.expect(201).json()["customField"].clone();
    let (id, one) = (boxes["id"].as_str().unwrap(), boxes["textBoxListOptions"][0]["id"].as_str().unwrap());
    make(&app, json!({"firstName": "A", "customFields": [{"id": id, "value": {"One": "tea"}}]})).await;
    make(&app, json!({"firstName": "B", "customFields": [{"id": id, "value": {"Two": "tea"}}]})).await;
    let first = format!("customFields.{id}.{one}");
    assert_eq!(found(&app, json!([{"field": first, "operator": "contains", "value": "EA"}])).await, ["A"]);
    assert_eq!(found(&app, json!([{"field": first, "operator": "not_exists"}])).await, ["B"]);
    assert_eq!(
        found(&app, json!([{"field": format!("customFields.{id}"), "operator": "exists"}])).await,
        ["A", "B"]
    );
}

#[tokio::test]
async fn a_field_by_name_finds_nothing_and_an_unknown_one_is_refused() {
    let app = TestApp::start().await;
    field(&app, "Colour", "TEXT", json!({})).await;
    make(&app, json!({"firstName": "A"})).await;
    assert_eq!(
        found(&app, json!([{"field": "customFields.Colour", "operator": "exists"}])).await,
        Vec::<String>::new()
    );
    let answer = ask(&app, json!({"filters": [{"field": "additional_phones", "operator": "exists"}]}))
        .await
        .expect(400);
    insta::assert_json_snapshot!(answer.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "Invalid field additional_phones",
      "error": "Bad Request",
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn pages_by_number_and_by_cursor_are_the_same() {
    let app = unlimited().await;
    for number in 0..23 {
        app.clock.advance(i64::from(number % 2));
        make(&app, json!({"firstName": format!("N{}", number % 5), "dnd": number % 3 == 0})).await;
    }
    for sort in [
        json!([]),
        json!([{"field": "dnd", "direction": "desc"}, {"field": "firstNameLowerCase", "direction": "asc"}]),
    ] {
        let mut by_number = Vec::new();
        for page in 1..=5 {
            let answer =
                ask(&app, json!({"pageLimit": 5, "page": page, "sort": sort})).await.expect(200).json();
            assert_eq!(answer["total"], 23);
            by_number.extend(answer["contacts"].as_array().unwrap().clone());
        }
        let mut by_cursor: Vec<Value> = Vec::new();
        loop {
            let after = by_cursor.last().map_or(json!([]), |last| last["searchAfter"].clone());
            let answer = ask(&app, json!({"pageLimit": 5, "searchAfter": after, "sort": sort}))
                .await
                .expect(200)
                .json();
            assert_eq!(answer["total"], 23, "a cursor does not change the total");
            let contacts = answer["contacts"].as_array().unwrap();
            by_cursor.extend(contacts.clone());
            if contacts.is_empty() {
                break;
            }
        }
        assert_eq!(by_number.len(), 23);
        assert_eq!(by_number, by_cursor);
    }
}

#[tokio::test]
async fn faults_are_named_and_other_locations_are_out_of_reach() {
    let app = TestApp::start().await;
    let answer = app
        .post("/contacts/search")
        .json(&json!({"filters": [{"field": "tags", "operator": "contains"}]}))
        .send()
        .await;
    insta::assert_json_snapshot!(answer.expect(422).json()["message"], @r#"
    [
      "locationId must be a string",
      "locationId should not be empty",
      "pageLimit must be a number conforming to the specified constraints",
      "pageLimit should not be empty",
      "filters.0.operator must be one of the following values: eq, not_eq, exists, not_exists"
    ]
    "#);
    ask(&app, json!({"locationId": app.agency.second.location_id()})).await.expect(403);
}

#[tokio::test]
async fn v3_spells_the_channels_its_own_way() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "A", "dndSettings": {"SMS": {"status": "active"}}})).await;
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 1,
        "filters": [{"field": "dndSettings.sms.status", "operator": "eq", "value": "active"}]});
    let answer = app.post("/contacts/search").version("v3").json(&body).send().await.expect(200).json();
    assert_eq!(answer["contacts"][0]["dndSettings"], json!({"sms": {"status": "active"}}));
}
