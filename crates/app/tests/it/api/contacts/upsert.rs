//! `POST /contacts/upsert`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{lenient, location_with, make, phone_first, shown};

async fn upsert(app: &TestApp, token: &str, body: Value) -> Value {
    app.post("/contacts/upsert").token(token).json(&body).send().await.expect(200).json()
}

#[tokio::test]
async fn an_unknown_person_is_made_and_a_known_one_changed() {
    let app = TestApp::start().await;
    let token = app.agency.location_token.clone();
    let first = upsert(
        &app,
        &token,
        json!({"email": "Ada@b.co", "firstName": "Ada", "tags": ["a"], "companyName": "X"}),
    )
    .await;
    assert_eq!(first["new"], true);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate", "ContactTagUpdate"]);
    let second =
        upsert(&app, &token, json!({"email": "ADA@B.co", "lastName": "L", "tags": ["b"], "gender": "f"}))
            .await;
    insta::assert_json_snapshot!(second, {
        ".traceId" => "[trace]", ".contact.id" => "[contact]", ".contact.locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "new": false,
      "contact": {
        "id": "[contact]",
        "name": "Ada L",
        "contactName": "Ada L",
        "locationId": "[location]",
        "firstName": "Ada",
        "firstNameLowerCase": "ada",
        "lastName": "L",
        "lastNameLowerCase": "l",
        "fullNameLowerCase": "ada l",
        "email": "ADA@B.co",
        "emailLowerCase": "ada@b.co",
        "companyName": "X",
        "gender": "f",
        "type": "lead",
        "dnd": false,
        "dndSettings": {},
        "inboundDndSettings": {},
        "tags": [
          "b"
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
        }
      },
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(first["contact"]["id"], second["contact"]["id"]);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactTagUpdate"]);
    upsert(&app, &token, json!({"email": "ADA@B.co", "lastName": "L"})).await;
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn the_first_field_of_the_match_order_decides_between_two_people() {
    let app = TestApp::start().await;
    let by_mail = make(&app, json!({"firstName": "Mail", "email": "m@b.co"})).await;
    let by_phone = make(&app, json!({"firstName": "Phone", "phone": "+14155552671"})).await;
    let token = app.agency.location_token.clone();
    let done =
        upsert(&app, &token, json!({"email": "m@b.co", "phone": "(415) 555-2671", "city": "Rome"})).await;
    assert_eq!((&done["new"], &done["contact"]["id"]), (&json!(false), &json!(by_mail)));
    assert_eq!(done["contact"].get("phone"), None, "the number stays with the other contact");
    assert_eq!(shown(&app, &by_phone).await.get("city"), None);

    let (_, token) = location_with(&app, phone_first()).await;
    for body in [
        json!({"firstName": "Mail", "email": "m@b.co"}),
        json!({"firstName": "Phone", "phone": "+14155552671"}),
    ] {
        app.post("/contacts/").token(&token).json(&body).send().await.expect(201);
    }
    let done =
        upsert(&app, &token, json!({"email": "m@b.co", "phone": "(415) 555-2671", "city": "Rome"})).await;
    assert_eq!((&done["contact"]["firstName"], done["contact"].get("email")), (&json!("Phone"), None));
}

#[tokio::test]
async fn a_second_contact_is_made_only_where_asked_and_allowed() {
    let app = TestApp::start().await;
    let (_, lenient) = location_with(&app, lenient()).await;
    let body = json!({"email": "m@b.co", "firstName": "A", "createNewIfDuplicateAllowed": true});
    for (token, second_is_new) in [(&lenient, true), (&app.agency.location_token, false)] {
        assert_eq!(upsert(&app, token, body.clone()).await["new"], true);
        assert_eq!(upsert(&app, token, body.clone()).await["new"], second_is_new);
    }
    let unasked = upsert(&app, &lenient, json!({"email": "m@b.co"})).await;
    assert_eq!(unasked["new"], false);
}

#[tokio::test]
async fn somebody_has_to_be_named_and_faults_are() {
    let app = TestApp::start().await;
    let call = |body: Value| app.post("/contacts/upsert").json(&body).send();
    call(json!({"tags": ["a"]})).await.expect(400);
    let answer =
        call(json!({"email": "nobody", "createNewIfDuplicateAllowed": 1, "extra": 1})).await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property extra should not exist",
      "createNewIfDuplicateAllowed must be a boolean value",
      "email must be an email"
    ]
    "#);
    call(json!({"locationId": "elsewhere", "firstName": "A"})).await.expect(403);
    assert!(app.new_events().await.is_empty());
}
