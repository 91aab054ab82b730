//! `POST /leadhold/v1/batch`

use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_kernel::{Scope, ScopeSet};
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::contacts::{make, shown};
use super::opportunities::Board;

async fn send(app: &TestApp, body: &Value) -> Answer {
    app.post("/leadhold/v1/batch").json(body).send().await
}

fn create(name: &str) -> Value {
    json!({"method": "POST", "path": "/contacts/", "body": {"firstName": name, "email": format!("{name}@example.com")}})
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let results = answer.json()["results"].as_array().cloned().expect("results");
    results.iter().map(|result| result["status"].as_u64().expect("a status")).collect()
}

#[tokio::test]
async fn every_operation_answers_as_the_single_call_does() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let other = make(&app, json!({"firstName": "Grace", "email": "grace@example.com"})).await;
    app.new_events().await;
    let answer = send(&app, &json!({"mode": "all", "operations": [
        {"id": "new", "method": "POST", "path": "/contacts/", "body": {"firstName": "Alan", "email": "alan@example.com"}},
        {"method": "PUT", "path": format!("/contacts/{id}"), "body": {"city": "London"}},
        {"method": "POST", "path": "/contacts/upsert", "body": {"email": "ALAN@example.com", "lastName": "Turing"}},
        {"method": "POST", "path": format!("/contacts/{id}/tags"), "body": {"tags": ["vip", "lead"]}},
        {"method": "DELETE", "path": format!("/contacts/{id}/tags/"), "body": {"tags": ["vip"]}},
        {"method": "DELETE", "path": format!("/contacts/{other}")},
    ]}))
    .await
    .expect(200);
    let mut body = answer.json();
    assert_eq!(body["results"][0]["body"]["contact"]["firstName"], "Alan");
    for at in 0..3 {
        body["results"][at]["body"]["contact"] = json!("[contact]");
    }
    insta::assert_json_snapshot!(body, { ".traceId" => "[trace]", ".**.traceId" => "[trace]" }, @r#"
    {
      "mode": "all",
      "succeeded": 6,
      "failed": 0,
      "results": [
        {
          "id": "new",
          "status": 201,
          "body": {
            "contact": "[contact]",
            "traceId": "[trace]"
          }
        },
        {
          "status": 200,
          "body": {
            "succeded": true,
            "contact": "[contact]"
          }
        },
        {
          "status": 200,
          "body": {
            "new": false,
            "contact": "[contact]",
            "traceId": "[trace]"
          }
        },
        {
          "status": 201,
          "body": {
            "tags": [
              "vip",
              "lead"
            ],
            "tagsAdded": [
              "vip",
              "lead"
            ],
            "traceId": "[trace]"
          }
        },
        {
          "status": 200,
          "body": {
            "tags": [
              "lead"
            ],
            "tagsRemoved": [
              "vip"
            ],
            "traceId": "[trace]"
          }
        },
        {
          "status": 200,
          "body": {
            "succeded": true
          }
        }
      ],
      "traceId": "[trace]"
    }
    "#);
    let kinds = app.new_event_kinds().await;
    insta::assert_snapshot!(kinds.join("\n"), @"
    ContactCreate
    ContactUpdate
    ContactUpdate
    ContactTagUpdate
    ContactTagUpdate
    ContactDelete
    ");
    let ada = shown(&app, &id).await;
    assert_eq!((&ada["city"], &ada["tags"]), (&json!("London"), &json!(["lead"])));
    app.get(&format!("/contacts/{other}")).send().await.expect(400);
}

#[tokio::test]
async fn opportunities_are_done_in_the_same_transaction() {
    let board = Board::start().await;
    let won = board.make(json!({})).await;
    let gone = board.make(json!({"name": "Mill", "status": "lost"})).await;
    let answer = send(&board.app, &json!({"mode": "all", "operations": [
        {"method": "POST", "path": "/opportunities/", "body": board.body(json!({"name": "Loom", "monetaryValue": 50, "status": "lost"}))},
        {"method": "PUT", "path": format!("/opportunities/{won}"), "body": {"stageId": board.stage(1)}},
        {"method": "PUT", "path": format!("/opportunities/{won}/status"), "body": {"status": "won"}},
        {"method": "DELETE", "path": format!("/opportunities/{gone}")},
    ]}))
    .await
    .expect(200);
    assert_eq!(statuses(&answer), [201, 200, 200, 200]);
    assert_eq!(answer.json()["results"][0]["body"]["opportunity"]["monetaryValue"], 50);
    let shown = board.shown(&won).await;
    assert_eq!((&shown["status"], &shown["pipelineStageId"]), (&json!("won"), &json!(board.stage(1))));
    insta::assert_snapshot!(board.app.new_event_kinds().await.join("\n"), @"
    OpportunityCreate
    OpportunityUpdate
    OpportunityUpdate
    OpportunityStageUpdate
    OpportunityUpdate
    OpportunityStatusUpdate
    OpportunityWon
    OpportunityDelete
    OpportunityUpdate
    ");

    let refused = send(
        &board.app,
        &json!({"mode": "all", "operations": [
            {"method": "PUT", "path": format!("/opportunities/{won}"), "body": {"name": "Other"}},
            {"method": "DELETE", "path": format!("/opportunities/{gone}")},
        ]}),
    )
    .await
    .expect(400);
    assert_eq!(statuses(&refused), [424, 400]);
    assert_eq!(board.shown(&won).await, shown);
    assert_eq!(board.app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn the_versions_spelling_is_that_of_the_header() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    let body = json!({"operations": [{"method": "PUT", "path": format!("/contacts/{id}"), "body": {"city": "Paris"}}]});
    let v3 = app.post("/leadhold/v1/batch").version("v3").json(&body).send().await.expect(200).json();
    assert_eq!(v3["results"][0]["body"]["succeeded"], true);
    let v2 = send(&app, &body).await.expect(200).json();
    assert_eq!(v2["results"][0]["body"]["succeded"], true);
    app.post("/leadhold/v1/batch").version("v9").json(&body).send().await.expect(401);
}

#[tokio::test]
async fn each_leaves_the_others_when_one_is_refused() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    app.new_events().await;
    let answer = send(&app, &json!({"mode": "each", "operations": [
        create("alan"),
        {"id": "duplicate", "method": "POST", "path": "/contacts/", "body": {"email": "ada@example.com", "tags": ["x"]}},
        {"id": "faulty", "method": "POST", "path": "/contacts/", "body": {"email": "nobody", "tags": "x"}},
        {"id": "unknown", "method": "PUT", "path": "/contacts/aaaaaaaaaaaaaaaaaaaa", "body": {"city": "Rome"}},
        {"id": "nowhere", "method": "POST", "path": "/contacts/search", "body": {}},
        create("grace"),
    ]}))
    .await
    .expect(200);
    let mut body = answer.json();
    body["results"][0]["body"] = json!("[contact]");
    body["results"][5]["body"] = json!("[contact]");
    body["results"][1]["body"]["meta"]["contactId"] = json!("[contact]");
    insta::assert_json_snapshot!(body, { ".traceId" => "[trace]", ".**.traceId" => "[trace]" }, @r#"
    {
      "mode": "each",
      "succeeded": 2,
      "failed": 4,
      "results": [
        {
          "status": 201,
          "body": "[contact]"
        },
        {
          "id": "duplicate",
          "status": 400,
          "body": {
            "statusCode": 400,
            "message": "This location does not allow duplicated contacts.",
            "error": "Bad Request",
            "meta": {
              "contactId": "[contact]",
              "contactName": "Ada",
              "matchingField": "email"
            },
            "traceId": "[trace]"
          }
        },
        {
          "id": "faulty",
          "status": 422,
          "body": {
            "statusCode": 422,
            "message": [
              "email must be an email",
              "tags must be an array"
            ],
            "error": "Unprocessable Entity",
            "traceId": "[trace]"
          }
        },
        {
          "id": "unknown",
          "status": 400,
          "body": {
            "statusCode": 400,
            "message": "Contact with id aaaaaaaaaaaaaaaaaaaa not found",
            "error": "Bad Request",
            "traceId": "[trace]"
          }
        },
        {
          "id": "nowhere",
          "status": 404,
          "body": {
            "statusCode": 404,
            "message": "A batch has no operation POST /contacts/search. It takes: POST /contacts, POST /contacts/upsert, PUT /contacts/{contactId}, DELETE /contacts/{contactId}, POST /contacts/{contactId}/tags, DELETE /contacts/{contactId}/tags, POST /opportunities, POST /opportunities/upsert, PUT /opportunities/{id}, PUT /opportunities/{id}/status, DELETE /opportunities/{id}.",
            "error": "Not Found",
            "traceId": "[trace]"
          }
        },
        {
          "status": 201,
          "body": "[contact]"
        }
      ],
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate", "ContactCreate"]);
    let list = app.get("/contacts/?limit=10").send().await.expect(200).json();
    assert_eq!(list["count"], 3);
}

#[tokio::test]
async fn all_does_nothing_when_one_is_refused() {
    let app = TestApp::start().await;
    make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    app.new_events().await;
    let before = app.database.content().await;
    // By its body, which is read before anything is done: all faults are told.
    let faulty = send(
        &app,
        &json!({"mode": "all", "operations": [
            create("alan"),
            {"id": "a", "method": "POST", "path": "/contacts/", "body": {"email": "nobody", "tags": "x"}},
            {"method": "POST", "path": "/contacts/", "body": {"phone": 1}},
        ]}),
    )
    .await
    .expect(400);
    insta::assert_json_snapshot!(faulty.json(), { ".traceId" => "[trace]", ".**.traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "operations.1 was refused, so nothing of the batch was done.",
      "error": "Bad Request",
      "results": [
        {
          "status": 424,
          "body": {
            "statusCode": 424,
            "message": "Not done, since another operation of the batch was refused."
          }
        },
        {
          "id": "a",
          "status": 422,
          "body": {
            "statusCode": 422,
            "message": [
              "email must be an email",
              "tags must be an array"
            ],
            "error": "Unprocessable Entity",
            "traceId": "[trace]"
          }
        },
        {
          "status": 422,
          "body": {
            "statusCode": 422,
            "message": [
              "phone must be a string"
            ],
            "error": "Unprocessable Entity",
            "traceId": "[trace]"
          }
        }
      ],
      "traceId": "[trace]"
    }
    "#);
    // By what there is, which is seen on the way: what was done before is undone.
    let refused = send(
        &app,
        &json!({"mode": "all", "operations": [
            create("alan"),
            {"id": "b", "method": "POST", "path": "/contacts/", "body": {"email": "ada@example.com"}},
            create("grace"),
        ]}),
    )
    .await
    .expect(400);
    assert_eq!(statuses(&refused), [424, 400, 424]);
    assert_eq!(refused.json()["message"], "operations.1 was refused, so nothing of the batch was done.");
    assert_eq!(refused.json()["results"][1]["id"], "b");
    assert_eq!(app.database.content().await, before);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn a_body_that_is_no_batch_is_refused() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    for body in
        [json!({}), json!({"operations": []}), json!({"operations": [{"method": "PATCH", "path": "/x"}]})]
    {
        send(&app, &body).await.expect(422);
    }
    let many = json!({"operations": vec![create("a"); 1001]});
    let refused = send(&app, &many).await.expect(422);
    assert_eq!(refused.json()["message"], json!(["operations must contain no more than 1000 elements"]));
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn nobody_reaches_another_location_or_beyond_their_scopes() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    let before = app.database.content().await;
    let body = json!({"operations": [
        {"method": "PUT", "path": format!("/contacts/{id}"), "body": {"city": "Rome"}},
        {"method": "DELETE", "path": format!("/contacts/{id}?locationId={}", app.agency.location.location_id())},
        {"method": "POST", "path": "/contacts/", "body": {"locationId": app.agency.location.location_id(), "name": "x"}},
    ]});
    let strange = app.post("/leadhold/v1/batch").token(&app.agency.second_token).json(&body);
    assert_eq!(statuses(&strange.send().await.expect(200)), [403, 403, 403]);
    app.post("/leadhold/v1/batch").token(&app.agency.token).json(&body).send().await.expect(401);

    let here = app.agency.location.clone();
    let scopes: ScopeSet = [Scope::parse("opportunities.write").expect("a scope")].into_iter().collect();
    let narrow = app.write(move |tx, cx| {
        tokens::create(tx, cx, &Owner::Location(here.clone()), Kind::Private, "narrow", scopes)
    });
    let narrow = narrow.await.secret;
    let answer = app.post("/leadhold/v1/batch").token(&narrow).json(&body).send().await.expect(200).json();
    assert_eq!(answer["results"][0]["body"]["message"], "The token is not authorized for this scope.");
    app.write(|_, _| Ok(())).await;
    assert_eq!(shown(&app, &id).await["city"], Value::Null);
    let after = app.database.content().await;
    assert_eq!(before.get("contacts"), after.get("contacts"));
}

#[tokio::test]
async fn a_key_stands_for_the_batch_and_a_batch_counts_as_one_request() {
    let app = TestApp::start().await;
    let body = json!({"operations": (0..150).map(|i| create(&format!("c{i}"))).collect::<Vec<_>>()});
    let send = || app.post("/leadhold/v1/batch").header("idempotency-key", "k").json(&body).send();
    let (first, again) = (send().await.expect(200), send().await.expect(200));
    assert_eq!(first.header("x-ratelimit-remaining"), "99");
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    assert_eq!(app.new_event_kinds().await.len(), 150);
}
