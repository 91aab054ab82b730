//! `POST /contacts/bulk/tags/update/{type}`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{make, shown};

async fn update(app: &TestApp, kind: &str, body: Value) -> Value {
    let mut body = body;
    body["locationId"] = json!(app.agency.location.location_id());
    app.post(&format!("/contacts/bulk/tags/update/{kind}")).json(&body).send().await.expect(201).json()
}

#[tokio::test]
async fn each_contact_has_its_own_answer() {
    let app = TestApp::start().await;
    let (one, two) = (
        make(&app, json!({"firstName": "A", "tags": ["x"]})).await,
        make(&app, json!({"firstName": "B"})).await,
    );
    let stranger =
        app.post("/contacts/").token(&app.agency.second_token).json(&json!({"firstName": "S"})).send().await;
    let stranger = stranger.expect(201).json()["contact"]["id"].clone();
    app.new_events().await;
    let contacts = json!([one, two, one, "abc", "aaaaaaaaaaaaaaaaaaaa", stranger]);
    let answer = update(&app, "add", json!({"contacts": contacts, "tags": ["X", " Y "]})).await;
    insta::assert_json_snapshot!(answer, { ".responses[0:3].contactId" => "[own]", ".responses[5].contactId" => "[stranger]" }, @r#"
    {
      "succeded": true,
      "errorCount": 3,
      "responses": [
        {
          "contactId": "[own]",
          "message": "Tags updated",
          "type": "success",
          "oldTags": [
            "x"
          ],
          "tagsAdded": [
            "y"
          ],
          "tagsRemoved": []
        },
        {
          "contactId": "[own]",
          "message": "Tags updated",
          "type": "success",
          "oldTags": [],
          "tagsAdded": [
            "x",
            "y"
          ],
          "tagsRemoved": []
        },
        {
          "contactId": "[own]",
          "message": "Tags updated",
          "type": "success",
          "oldTags": [
            "x",
            "y"
          ],
          "tagsAdded": [],
          "tagsRemoved": []
        },
        {
          "contactId": "abc",
          "message": "contact id is not a valid firebase id",
          "type": "error"
        },
        {
          "contactId": "aaaaaaaaaaaaaaaaaaaa",
          "message": "contact not found",
          "type": "error"
        },
        {
          "contactId": "[stranger]",
          "message": "contact does not belong to location",
          "type": "error"
        }
      ]
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate", "ContactTagUpdate"]);
    assert_eq!(
        (&shown(&app, &one).await["tags"], &shown(&app, &two).await["tags"]),
        (&json!(["x", "y"]), &json!(["x", "y"]))
    );

    let answer = update(&app, "remove", json!({"contacts": [one, two], "tags": ["y", "z"]})).await;
    assert_eq!((&answer["errorCount"], &answer["responses"][0]["tagsRemoved"]), (&json!(0), &json!(["y"])));
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate", "ContactTagUpdate"]);
    let answer = update(&app, "remove", json!({"contacts": [one], "tags": [], "removeAllTags": true})).await;
    assert_eq!(answer["responses"][0]["oldTags"], json!(["x"]));
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);
    assert_eq!(
        (&shown(&app, &one).await["tags"], &shown(&app, &two).await["tags"]),
        (&json!([]), &json!(["x"]))
    );
    update(&app, "remove", json!({"contacts": [one], "tags": ["x"], "removeAllTags": true})).await;
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn faults_and_strangers_change_nothing() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let (url, here) = ("/contacts/bulk/tags/update/replace", app.agency.location.location_id());
    let answer =
        app.post(url).json(&json!({"locationId": here, "removeAllTags": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "contacts must be an array",
      "tags must be an array",
      "removeAllTags must be a boolean value",
      "type must be one of the following values: add, remove"
    ]
    "#);
    let body = json!({"locationId": here, "contacts": [id], "tags": ["x"], "removeAllTags": true});
    let answer = app.post("/contacts/bulk/tags/update/add").json(&body).send().await.expect(422).json();
    assert_eq!(answer["message"], json!(["removeAllTags can only be used with remove"]));
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post("/contacts/bulk/tags/update/add").token(token).json(&body).send().await.expect(403);
    }
    let own = json!({"locationId": app.agency.second.location_id(), "contacts": [id], "tags": ["x"]});
    let answer =
        app.post("/contacts/bulk/tags/update/add").token(&app.agency.second_token).version("v3").json(&own);
    let answer = answer.send().await.expect(201).json();
    assert_eq!((&answer["succeeded"], &answer["errorCount"]), (&json!(false), &json!(1)));
    assert!(app.new_events().await.is_empty());
}
