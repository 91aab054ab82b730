//! `PUT /contacts/{contactId}`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{lenient, location_with, make, shown};

async fn put(app: &TestApp, id: &str, body: Value) -> Value {
    let answer = app.put(&format!("/contacts/{id}")).json(&body).send().await.expect(200).json();
    assert_eq!(answer["succeded"], true);
    assert_eq!(answer["contact"], shown(app, id).await);
    answer["contact"].clone()
}

#[tokio::test]
async fn what_is_mentioned_changes_and_the_rest_stays() {
    let app = TestApp::start().await;
    let body = json!({"firstName": "John", "lastName": "Doe", "email": "j@d.co", "city": "Rome", "tags": ["lead"], "source": "web"});
    let id = make(&app, body).await;
    app.new_events().await;
    app.clock.advance(5_000);
    let after =
        put(&app, &id, json!({"firstName": "Jane", "city": null, "tags": ["lead", "Qualified"]})).await;
    insta::assert_json_snapshot!(after, {
        ".id" => "[contact]", ".locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "id": "[contact]",
      "name": "Jane Doe",
      "contactName": "Jane Doe",
      "locationId": "[location]",
      "firstName": "Jane",
      "firstNameLowerCase": "jane",
      "lastName": "Doe",
      "lastNameLowerCase": "doe",
      "fullNameLowerCase": "jane doe",
      "email": "j@d.co",
      "emailLowerCase": "j@d.co",
      "type": "lead",
      "source": "web",
      "dnd": false,
      "dndSettings": {},
      "inboundDndSettings": {},
      "tags": [
        "lead",
        "qualified"
      ],
      "customFields": [],
      "additionalEmails": [],
      "additionalPhones": [],
      "followers": [],
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "dateUpdated": "2026-01-15T10:00:05.000Z",
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
        "timestamp": "2026-01-15T10:00:05.000Z"
      }
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactTagUpdate"]);
}

#[tokio::test]
async fn what_changes_nothing_is_no_change() {
    let app = TestApp::start().await;
    let id = make(
        &app,
        json!({"firstName": "John", "email": "J@d.co", "phone": "+14155552671", "tags": ["a", "b"]}),
    )
    .await;
    let before = shown(&app, &id).await;
    app.new_events().await;
    app.clock.advance(5_000);
    for body in [
        json!({}),
        json!({"firstName": "John", "tags": ["B", "a"]}),
        json!({"phone": "(415) 555-2671", "lastName": null, "dnd": false, "dndSettings": {}}),
    ] {
        assert_eq!(put(&app, &id, body).await, before);
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn do_not_disturb_is_announced_and_changes_by_channel() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A", "dndSettings": {"Email": {"status": "active"}}})).await;
    app.new_events().await;
    let after =
        put(&app, &id, json!({"dnd": true, "dndSettings": {"SMS": {"status": "permanent", "code": "7"}}}))
            .await;
    assert_eq!(
        after["dndSettings"],
        json!({"Email": {"status": "active"}, "SMS": {"status": "permanent", "code": "7"}})
    );
    let events = app.new_events().await;
    assert_eq!(
        events.iter().map(|event| event.0.as_str()).collect::<Vec<_>>(),
        ["ContactUpdate", "ContactDndUpdate"]
    );
    assert_eq!(events[1].2["dndSettings"], after["dndSettings"]);
    assert_eq!((&events[1].2["dnd"], events[0].2.get("dndSettings")), (&json!(true), None));
    let after =
        put(&app, &id, json!({"inboundDndSettings": {"all": {"status": "active", "message": "no"}}})).await;
    assert_eq!(after["inboundDndSettings"], json!({"all": {"status": "active", "message": "no"}}));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate"]);
}

#[tokio::test]
async fn what_a_creation_knows_and_an_update_does_not_is_refused() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let here = app.agency.location.location_id().as_str();
    let body = json!({"locationId": here, "gender": "f", "companyName": "c", "firstName": "B"});
    let answer = app.put(&format!("/contacts/{id}")).json(&body).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property locationId should not exist",
      "property gender should not exist",
      "property companyName should not exist"
    ]
    "#);
    assert_eq!(shown(&app, &id).await["firstName"], "A");
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn an_unknown_contact_is_a_400_and_a_foreign_one_forbidden() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let body = json!({"firstName": "B"});
    app.put("/contacts/ocQHyuzHvysMo5N5VsXc").json(&body).send().await.expect(400);
    app.put(&format!("/contacts/{id}")).token(&app.other.location_token).json(&body).send().await.expect(403);
    // Whatever else is wrong with the request: a stranger is not told.
    let faulty = json!({"nonsense": 1});
    app.put(&format!("/contacts/{id}"))
        .token(&app.other.location_token)
        .json(&faulty)
        .send()
        .await
        .expect(403);
    assert_eq!(shown(&app, &id).await["firstName"], "A");
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn an_address_of_someone_else_is_refused_where_duplicates_are() {
    let app = TestApp::start().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@b.co"})).await;
    let bob = make(&app, json!({"firstName": "Bob", "email": "bob@b.co"})).await;
    app.new_events().await;
    let answer =
        app.put(&format!("/contacts/{bob}")).json(&json!({"email": "ADA@b.co"})).send().await.expect(400);
    assert_eq!(answer.json()["meta"]["contactId"], ada);
    assert!(app.new_events().await.is_empty());
    put(&app, &bob, json!({"email": "BOB@b.co"})).await; // one's own address in another spelling
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate"]);

    let (_, token) = location_with(&app, lenient()).await;
    let make = |email: &'static str| {
        let call = app.post("/contacts/").token(&token).json(&json!({"email": email}));
        async move { call.send().await.expect(201).json()["contact"]["id"].as_str().unwrap().to_owned() }
    };
    make("ada@b.co").await;
    let bob = make("bob@b.co").await;
    app.put(&format!("/contacts/{bob}"))
        .token(&token)
        .json(&json!({"email": "ada@b.co"}))
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_name_can_be_given_whole() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A", "lastName": "B"})).await;
    assert_eq!(put(&app, &id, json!({"name": "Grace Brewster Hopper"})).await["lastName"], "Brewster Hopper");
    assert_eq!(put(&app, &id, json!({"name": "Cher"})).await.get("lastName"), None);
}
