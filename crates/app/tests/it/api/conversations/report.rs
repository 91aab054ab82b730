//! `POST /leadhold/v1/sandbox/messages/{messageId}/events`

use leadhold_app::conversations::Kind;
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{ada, reply, said, send, try_send};
use crate::api::contacts::shown;

async fn told(app: &TestApp, message: &str, body: Value) -> Answer {
    app.post(&format!("/leadhold/v1/sandbox/messages/{message}/events")).json(&body).send().await
}

#[tokio::test]
async fn an_email_is_opened_clicked_and_no_earlier_news_undoes_that() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    app.run_until_idle().await;
    app.new_events().await;
    let answer = told(&app, &email, json!({"event": "clicked", "url": "https://example.com/quote"})).await;
    assert_eq!(answer.expect(200).json()["message"]["status"], "clicked");
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
    assert_eq!(kinds, ["OutboundMessage", "MessageStatusUpdate", "LCEmailStats", "EmailEvent"]);
    assert_eq!(
        (&events[3].2["event"], &events[3].2["url"], &events[3].2["stepId"]),
        (&json!("clicked"), &json!("https://example.com/quote"), &json!("hello"))
    );
    let late = told(&app, &email, json!({"event": "opened"})).await.expect(200).json();
    assert_eq!(late["message"]["status"], "clicked");
    assert_eq!(app.new_event_kinds().await, ["LCEmailStats", "EmailEvent"], "opened all the same");
}

/// Who has a moment of this name, since the given one.
async fn since(app: &TestApp, field: &str, moment: &str) -> Vec<Value> {
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": field, "operator": "range", "value": {"gte": moment}}]});
    let found = app.post("/contacts/search").json(&body).send().await.expect(200).json();
    found["contacts"].as_array().into_iter().flatten().map(|contact| contact["id"].clone()).collect()
}

#[tokio::test]
async fn contacts_are_found_by_when_they_last_opened_and_clicked() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    app.run_until_idle().await;
    let (opened, clicked) = ("lastEmailOpenedDate", "lastEmailClickedDate");
    let ever = "2026-01-01";
    assert_eq!((since(&app, opened, ever).await, since(&app, clicked, ever).await), (vec![], vec![]));
    told(&app, &email, json!({"event": "opened"})).await.expect(200);
    app.clock.advance(86_400_000);
    told(&app, &email, json!({"event": "clicked", "url": "https://example.com"})).await.expect(200);
    assert_eq!(since(&app, opened, ever).await, [json!(ada)]);
    assert_eq!(
        (since(&app, opened, "2026-01-16").await, since(&app, clicked, "2026-01-16").await),
        (vec![], vec![json!(ada)])
    );
    told(&app, &email, json!({"event": "opened"})).await.expect(200);
    assert_eq!(since(&app, opened, "2026-01-16").await, [json!(ada)], "the last time counts");

    // Whoever they turn out to be the same as has opened it, too; what another change stores leaves it alone.
    let other = crate::api::contacts::make(&app, json!({"firstName": "Augusta"})).await;
    let merge = json!({"contactIds": [ada]});
    app.post(&format!("/leadhold/v1/contacts/{other}/merge")).json(&merge).send().await.expect(200);
    app.put(&format!("/contacts/{other}")).json(&json!({"city": "London"})).send().await.expect(200);
    assert_eq!(since(&app, opened, "2026-01-16").await, [json!(other)]);
    assert_eq!(since(&app, clicked, "2026-01-16").await, [json!(other)]);
}

#[tokio::test]
async fn a_bounce_fails_the_message_with_its_reason() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    app.run_until_idle().await;
    app.new_events().await;
    let answer = told(&app, &email, json!({"event": "bounced", "reason": "no such mailbox"})).await;
    let message = answer.expect(200).json()["message"].clone();
    assert_eq!((&message["status"], &message["error"]), (&json!("failed"), &json!("no such mailbox")));
    let events = app.new_events().await;
    let stats = events.iter().find(|event| event.0 == "LCEmailStats").expect("an event");
    insta::assert_json_snapshot!(stats.2["webhookPayload"], {
        ".id" => "[message]", ".message.headers[\"message-id\"]" => "[email]", ".tags" => "[tags]",
    }, @r#"
    {
      "event": "bounced",
      "id": "[message]",
      "timestamp": 1768471200,
      "flags": {
        "is-authenticated": true,
        "is-routed": false,
        "is-big": false,
        "is-system-test": false,
        "is-test-mode": false
      },
      "message": {
        "attachments": [],
        "headers": {
          "message-id": "[email]",
          "from": "Downtown <hello@example.com>",
          "to": "ada@example.com",
          "subject": "Your quote"
        },
        "size": 25
      },
      "log-level": "error",
      "recipient": "ada@example.com",
      "recipient-domain": "example.com",
      "recipient-provider": "Other",
      "tags": "[tags]",
      "campaigns": [],
      "delivery-status": {
        "attempt-no": 1,
        "code": 550,
        "message": "no such mailbox",
        "description": ""
      },
      "envelope": {
        "sender": "Downtown <hello@example.com>",
        "targets": "ada@example.com",
        "transport": "smtp"
      }
    }
    "#);
}

#[tokio::test]
async fn who_unsubscribes_or_complains_gets_no_more_email() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    app.run_until_idle().await;
    app.new_events().await;
    told(&app, &email, json!({"event": "unsubscribed"})).await.expect(200);
    assert_eq!(
        app.new_event_kinds().await,
        ["LCEmailStats", "EmailEvent", "ContactUpdate", "ContactDndUpdate"]
    );
    insta::assert_json_snapshot!(shown(&app, &ada).await["dndSettings"], @r#"
    {
      "Email": {
        "status": "active",
        "message": "Unsubscribed by a link in an e-mail.",
        "code": "UNSUBSCRIBE"
      }
    }
    "#);
    try_send(&app, said(&ada, Kind::Email, "Once more")).await.expect_err("refused");
    told(&app, &email, json!({"event": "complained"})).await.expect(200);
    assert_eq!(shown(&app, &ada).await["dndSettings"]["Email"]["status"], "permanent");
}

#[tokio::test]
async fn what_cannot_have_happened_is_refused() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let sms = send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    app.run_until_idle().await;
    let inbound = reply(&app, json!({"contactId": ada, "body": "Hi"})).await;
    app.new_events().await;
    let refused = told(&app, &sms, json!({"event": "opened"})).await.expect(400).json();
    insta::assert_json_snapshot!(refused["message"], @r#""`opened` cannot happen to a message of type SMS.""#);
    let inbound = inbound["id"].as_str().expect("an id");
    let refused = told(&app, inbound, json!({"event": "delivered"})).await.expect(400).json();
    insta::assert_json_snapshot!(refused["message"], @r#""The contact sent this message: nothing can be reported of it.""#);
    told(&app, "aaaaaaaaaaaaaaaaaaaa", json!({"event": "delivered"})).await.expect(400);
    let refused = told(&app, &sms, json!({"event": "lost", "reason": 1, "x": 1})).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property x should not exist",
      "event must be one of the following values: sent, delivered, failed, bounced, read, opened, clicked, unsubscribed, complained, completed, answered, busy, no-answer, canceled, voicemail",
      "reason must be a string"
    ]
    "#);
    let refused = told(&app, &sms, json!({})).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "event should not be empty"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        let path = format!("/leadhold/v1/sandbox/messages/{sms}/events");
        app.post(&path).token(token).json(&json!({"event": "delivered"})).send().await.expect(403);
        app.post(&path).token(token).json(&json!({})).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_call_that_nobody_answers() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let call = send(&app, said(&ada, Kind::Call, "")).await;
    app.new_events().await;
    let answer = told(&app, &call, json!({"event": "no-answer", "callDuration": 0})).await.expect(200).json();
    assert_eq!(answer["message"]["meta"], json!({"callStatus": "no-answer", "callDuration": 0}));
    assert_eq!(app.new_event_kinds().await, ["OutboundMessage", "MessageStatusUpdate", "CallStatusUpdate"]);
    app.run_until_idle().await;
    assert!(app.new_events().await.is_empty(), "it was made already");
}
