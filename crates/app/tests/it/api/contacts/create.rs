//! `POST /contacts/`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{lenient, location_with, make, shown};

#[tokio::test]
async fn a_contact_is_made_with_all_it_can_have() {
    let app = TestApp::start().await;
    let body = json!({
        "locationId": app.agency.location.location_id(), "firstName": " Rosan ", "lastName": "Deo", "email": "Rosan@Deos.com",
        "gender": "male", "phone": "(888) 888-8888", "address1": "3535 1st St N", "city": "Dolomite", "state": "AL",
        "postalCode": "35061", "website": "https://www.example.com", "timezone": "America/Chihuahua", "dnd": true,
        "dndSettings": {"SMS": {"status": "active", "message": "stop", "code": "30007"}},
        "inboundDndSettings": {"all": {"status": "inactive"}},
        "tags": [" VIP ", "lead", "vip"], "source": "public api", "dateOfBirth": "09/25/1990", "country": "US",
        "companyName": "DGS VolMAX", "assignedTo": "y0BeYjuRIlDwsDcOHOJo", "customFields": [],
    });
    let answer = app.post("/contacts/").json(&body).send().await.expect(201);
    insta::assert_json_snapshot!(answer.json(), {
        ".traceId" => "[trace]", ".contact.id" => "[contact]", ".contact.locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "contact": {
        "id": "[contact]",
        "name": "Rosan Deo",
        "contactName": "Rosan Deo",
        "locationId": "[location]",
        "firstName": "Rosan",
        "firstNameLowerCase": "rosan",
        "lastName": "Deo",
        "lastNameLowerCase": "deo",
        "fullNameLowerCase": "rosan deo",
        "email": "Rosan@Deos.com",
        "emailLowerCase": "rosan@deos.com",
        "phone": "+18888888888",
        "companyName": "DGS VolMAX",
        "address1": "3535 1st St N",
        "city": "Dolomite",
        "state": "AL",
        "postalCode": "35061",
        "country": "US",
        "website": "https://www.example.com",
        "timezone": "America/Chihuahua",
        "gender": "male",
        "type": "lead",
        "source": "public api",
        "assignedTo": "y0BeYjuRIlDwsDcOHOJo",
        "dnd": true,
        "dndSettings": {
          "SMS": {
            "status": "active",
            "message": "stop",
            "code": "30007"
          }
        },
        "inboundDndSettings": {
          "all": {
            "status": "inactive"
          }
        },
        "tags": [
          "vip",
          "lead"
        ],
        "customFields": [],
        "additionalEmails": [],
        "additionalPhones": [],
        "followers": [],
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "createdBy": {
          "source": "INTEGRATION",
          "channel": "OAUTH",
          "sourceId": "[token]",
          "timestamp": "2026-01-15T10:00:00.000Z"
        },
        "lastUpdatedBy": {
          "source": "INTEGRATION",
          "channel": "OAUTH",
          "sourceId": "[token]",
          "timestamp": "2026-01-15T10:00:00.000Z"
        },
        "dateOfBirth": "1990-09-25T00:00:00.000Z",
        "birthMonth": 9,
        "birthDay": 25,
        "deleted": false,
        "bounceEmail": false,
        "unsubscribeEmail": false,
        "offers": [],
        "products": []
      },
      "traceId": "[trace]"
    }
    "#);
    let events = app.new_events().await;
    assert_eq!(
        events.iter().map(|event| event.0.as_str()).collect::<Vec<_>>(),
        ["ContactCreate", "ContactTagUpdate"]
    );
    assert_eq!(events[0].1, answer.json()["contact"]["id"]);
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[contact]", ".contactId" => "[contact]", ".locationId" => "[location]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[contact]",
      "contactId": "[contact]",
      "name": "Rosan Deo",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dnd": true,
      "tags": [
        "vip",
        "lead"
      ],
      "attachments": [],
      "customFields": [],
      "firstName": "Rosan",
      "lastName": "Deo",
      "email": "Rosan@Deos.com",
      "phone": "+18888888888",
      "companyName": "DGS VolMAX",
      "address1": "3535 1st St N",
      "city": "Dolomite",
      "state": "AL",
      "country": "US",
      "postalCode": "35061",
      "website": "https://www.example.com",
      "timezone": "America/Chihuahua",
      "source": "public api",
      "assignedTo": "y0BeYjuRIlDwsDcOHOJo",
      "dateOfBirth": "1990-09-25T00:00:00.000Z"
    }
    "#);
    assert_eq!(events[0].2, events[1].2);
}

#[tokio::test]
async fn what_was_answered_is_what_is_read() {
    let app = TestApp::start().await;
    let answer =
        app.post("/contacts/").json(&json!({"name": "Ada Lovelace", "tags": ["x"]})).send().await.expect(201);
    let mut created = answer.json()["contact"].clone();
    for only_there in ["deleted", "bounceEmail", "unsubscribeEmail", "offers", "products"] {
        assert!(created.as_object_mut().unwrap().remove(only_there).is_some());
    }
    assert_eq!(shown(&app, created["id"].as_str().unwrap()).await, created);
    assert_eq!((&created["firstName"], &created["lastName"]), (&json!("Ada"), &json!("Lovelace")));
}

#[tokio::test]
async fn the_parts_of_a_name_win_over_the_whole() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"name": "Ada Byron King", "firstName": "Augusta"})).await;
    assert_eq!(shown(&app, &id).await["name"], "Augusta Byron King");
}

#[tokio::test]
async fn every_fault_of_a_body_is_named_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let body = json!({"email": "nobody", "tags": "lead", "dnd": "yes", "firstName": 5, "additionalEmails": [], "ssn": "1"});
    let answer = app.post("/contacts/").json(&body).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 422,
      "message": [
        "property additionalEmails should not exist",
        "property ssn should not exist",
        "firstName must be a string",
        "email must be an email",
        "dnd must be a boolean value",
        "tags must be an array"
      ],
      "error": "Unprocessable Entity",
      "traceId": "[trace]"
    }
    "#);
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.get("/contacts/").send().await.expect(200).json()["count"], 0);
}

#[tokio::test]
async fn somebody_has_to_be_named() {
    let app = TestApp::start().await;
    for body in [
        json!({}),
        json!({"locationId": app.agency.location.location_id(), "tags": ["a"], "city": "Rome", "firstName": " "}),
    ] {
        let answer = app.post("/contacts/").json(&body).send().await.expect(400);
        assert_eq!(
            answer.json()["message"],
            "A contact needs at least one of firstName, lastName, name, email, phone or companyName."
        );
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn another_location_is_out_of_reach() {
    let app = TestApp::start().await;
    for location in [&app.agency.second, &app.other.location] {
        let body = json!({"locationId": location.location_id(), "firstName": "Eve"});
        let answer = app.post("/contacts/").json(&body).send().await.expect(403);
        assert_eq!(answer.json()["message"], "The token does not have access to this location.");
    }
}

#[tokio::test]
async fn a_duplicate_is_refused_and_names_the_other() {
    let app = TestApp::start().await;
    let id = make(
        &app,
        json!({"firstName": "Ada", "lastName": "L", "email": "Ada@Example.com", "phone": "+14155552671"}),
    )
    .await;
    app.new_events().await;
    for (body, field) in [
        (json!({"email": "ADA@example.COM"}), "email"),
        (json!({"firstName": "X", "phone": "(415) 555-2671"}), "phone"),
        (json!({"email": "ada@example.com", "phone": "(415) 555-2671"}), "email"),
    ] {
        let answer = app.post("/contacts/").json(&body).send().await.expect(400).json();
        assert_eq!(answer["message"], "This location does not allow duplicated contacts.");
        assert_eq!(answer["meta"], json!({"contactId": id, "contactName": "Ada L", "matchingField": field}));
    }
    assert!(app.new_events().await.is_empty());
    // The same person in another location is another contact.
    let body = json!({"email": "ada@example.com"});
    app.post("/contacts/").token(&app.agency.second_token).json(&body).send().await.expect(201);
}

#[tokio::test]
async fn a_location_that_allows_duplicates_gets_them() {
    let app = TestApp::start().await;
    let (_, token) = location_with(&app, lenient()).await;
    for _ in 0..2 {
        app.post("/contacts/")
            .token(&token)
            .json(&json!({"email": "ada@example.com"}))
            .send()
            .await
            .expect(201);
    }
    let list = app.get("/contacts/").token(&token).send().await.expect(200).json();
    assert_eq!(list["meta"]["total"], 2);
}

#[tokio::test]
async fn contacts_without_address_and_number_are_never_duplicates() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        make(&app, json!({"firstName": "John", "lastName": "Doe"})).await;
    }
}

#[tokio::test]
async fn a_number_no_plan_knows_is_kept_as_given() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"phone": " +1234567890 "})).await;
    assert_eq!(shown(&app, &id).await["phone"], "+1234567890");
}

#[tokio::test]
async fn the_location_learns_new_tags() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "A", "tags": ["Zebra", "ant"]})).await;
    make(&app, json!({"firstName": "B", "tags": ["ant", "bee"]})).await;
    let path = format!("/locations/{}/tags", app.agency.location.location_id());
    let tags = app.get(&path).send().await.expect(200).json();
    let names: Vec<_> = tags["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
    assert_eq!(names, ["ant", "bee", "zebra"]);
}

#[tokio::test]
async fn a_contact_with_hundreds_of_tags_is_kept_whole() {
    let app = TestApp::start().await;
    let tags: Vec<String> = (0..450).map(|number| format!("tag {number}")).collect();
    let id = make(&app, json!({"firstName": "A", "tags": tags})).await;
    assert_eq!(shown(&app, &id).await["tags"], json!(tags));
}

#[tokio::test]
async fn no_write_names_more_tags_than_one_contact_can_bear() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let body = json!({"tags": vec!["x"; 1001], "firstName": "B"});
    let tags = json!({"tags": body["tags"]});
    for write in [
        app.post("/contacts/").json(&body),
        app.post("/contacts/upsert").json(&body),
        app.put(&format!("/contacts/{id}")).json(&body),
        app.post(&format!("/contacts/{id}/tags")).json(&tags),
        app.delete(&format!("/contacts/{id}/tags")).json(&tags),
    ] {
        let answer = write.send().await.expect(422).json();
        assert_eq!(answer["message"], json!(["tags must contain no more than 1000 elements"]));
    }
    assert!(app.new_events().await.is_empty());
}
