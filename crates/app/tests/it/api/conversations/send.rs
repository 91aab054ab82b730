//! Saying something: what is written, announced and refused.

use leadhold_app::Config;
use leadhold_app::conversations::{Kind, Outgoing};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{ada, outbox, said, send, try_send};

#[tokio::test]
async fn a_message_its_events_and_its_job_are_one_and_the_sandbox_delivers_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let message = send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
    assert_eq!(kinds, ["OutboundMessage", "MessageWritten"]);
    assert!(events.iter().all(|event| event.1 == message), "the record is the message");
    insta::assert_json_snapshot!(events[0].2, {
        ".contactId" => "[contact]", ".conversationId" => "[conversation]", ".locationId" => "[location]", ".messageId" => "[message]",
    }, @r#"
    {
      "locationId": "[location]",
      "attachments": [],
      "contactId": "[contact]",
      "conversationId": "[conversation]",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "direction": "outbound",
      "messageType": "SMS",
      "messageTypeId": 2,
      "messageTypeString": "TYPE_SMS",
      "messageId": "[message]",
      "status": "pending",
      "source": "workflow",
      "from": "+15559876543",
      "to": "+12025550143",
      "body": "Hello Ada",
      "contentType": "text/plain"
    }
    "#);
    insta::assert_json_snapshot!(events[1].2, {
        ".contactId" => "[contact]", ".conversationId" => "[conversation]", ".messageId" => "[message]",
    }, @r#"
    {
      "messageId": "[message]",
      "conversationId": "[conversation]",
      "contactId": "[contact]",
      "channel": "SMS",
      "direction": "outbound",
      "status": "pending",
      "source": "workflow",
      "subject": null,
      "body": "Hello Ada",
      "from": "+15559876543",
      "to": "+12025550143",
      "error": null,
      "userId": null,
      "workflowId": "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11",
      "campaignId": null,
      "runId": "RuN00000000000000001",
      "stepId": "hello",
      "callDuration": null,
      "dateAdded": "2026-01-15T10:00:00.000Z"
    }
    "#);
    app.run_until_idle().await;
    let events = app.new_events().await;
    let kinds: Vec<(&str, &str)> = events
        .iter()
        .map(|event| (event.0.as_str(), event.2["status"].as_str().expect("a status")))
        .collect();
    assert_eq!(kinds, [("OutboundMessage", "delivered"), ("MessageStatusUpdate", "delivered")]);
    assert_eq!(events[1].2["previousStatus"], "pending");
    assert_eq!(outbox(&app).await[0]["status"], "delivered");
}

#[tokio::test]
async fn an_email_is_announced_with_its_subject_and_its_delivery() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    let events = app.new_events().await;
    insta::assert_json_snapshot!(events[0].2, {
        ".contactId" => "[contact]", ".conversationId" => "[conversation]", ".locationId" => "[location]", ".messageId" => "[message]",
        ".emailMessageId" => "[email]", ".threadId" => "[email]",
    }, @r#"
    {
      "locationId": "[location]",
      "attachments": [],
      "contactId": "[contact]",
      "conversationId": "[conversation]",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "direction": "outbound",
      "messageType": "Email",
      "messageTypeId": 3,
      "messageTypeString": "TYPE_EMAIL",
      "messageId": "[message]",
      "status": "pending",
      "source": "workflow",
      "from": "Downtown <hello@example.com>",
      "body": "<p>Hello Ada</p>",
      "contentType": "text/html",
      "subject": "Your quote",
      "emailMessageId": "[email]",
      "threadId": "[email]",
      "to": [
        "ada@example.com"
      ],
      "cc": [],
      "bcc": []
    }
    "#);
    app.run_until_idle().await;
    assert_eq!(
        app.new_event_kinds().await,
        ["OutboundMessage", "MessageStatusUpdate", "LCEmailStats", "EmailEvent"]
    );
}

#[tokio::test]
async fn a_call_is_completed() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Call, "")).await;
    app.run_until_idle().await;
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
    assert_eq!(
        kinds,
        ["OutboundMessage", "MessageWritten", "OutboundMessage", "MessageStatusUpdate", "CallStatusUpdate"]
    );
    assert_eq!(events[4].2["callStatus"], "completed");
}

#[tokio::test]
async fn whoever_does_not_want_to_be_disturbed_is_not() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let path = format!("/contacts/{ada}");
    let settings = json!({"dndSettings": {"SMS": {"status": "active"}, "Email": {"status": "permanent"}}});
    app.put(&path).json(&settings).send().await.expect(200);
    app.new_events().await;
    let refused = async |kind| try_send(&app, said(&ada, kind, "Hi")).await.expect_err("refused").to_string();
    insta::assert_snapshot!(refused(Kind::Sms).await, @"Cannot send message as DND is active for SMS.");
    insta::assert_snapshot!(refused(Kind::Email).await, @"Cannot send message as DND is active for Email.");
    send(&app, said(&ada, Kind::WhatsApp, "Hi")).await;
    app.run_until_idle().await;
    app.put(&path).json(&json!({"dnd": true, "dndSettings": null})).send().await.expect(200);
    app.new_events().await;
    insta::assert_snapshot!(refused(Kind::WhatsApp).await, @"Cannot send message as DND is active for the contact.");
    assert!(app.new_events().await.is_empty());
    assert_eq!(outbox(&app).await.len(), 1);
}

#[tokio::test]
async fn who_wants_to_be_left_alone_meanwhile_is() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let fault = json!({"provider": "SMS", "fault": "status", "status": 500, "times": 1});
    app.post("/leadhold/v1/sandbox/faults").token("").json(&fault).send().await.expect(201);
    send(&app, said(&ada, Kind::Sms, "tried, and tried again")).await;
    app.run_until_idle().await;
    let waits = outbox(&app).await;
    assert_eq!(waits[0]["status"], "pending", "the provider did not answer");
    send(&app, said(&ada, Kind::Sms, "not tried yet")).await;
    send(&app, said(&ada, Kind::Email, "another channel")).await;
    let quiet = json!({"dndSettings": {"SMS": {"status": "active"}}});
    app.put(&format!("/contacts/{ada}")).json(&quiet).send().await.expect(200);
    app.new_events().await;
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    let outbox = outbox(&app).await;
    let mut shown: Vec<_> =
        outbox.iter().map(|one| (one["body"].as_str(), &one["status"], &one["error"])).collect();
    shown.sort_by_key(|one| one.0);
    insta::assert_json_snapshot!(shown, @r#"
    [
      [
        "another channel",
        "delivered",
        null
      ],
      [
        "not tried yet",
        "failed",
        "Cannot send message as DND is active for SMS."
      ],
      [
        "tried, and tried again",
        "failed",
        "Cannot send message as DND is active for SMS."
      ]
    ]
    "#);
    let events = app.new_events().await;
    let failed =
        events.iter().filter(|event| event.0 == "MessageStatusUpdate" && event.2["status"] == "failed");
    assert_eq!(failed.count(), 2);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_nothing_is_written() {
    let app = TestApp::start().await;
    let nobody = super::contacts::make(&app, json!({"firstName": "Bob"})).await;
    app.new_events().await;
    let refused = async |outgoing: Outgoing| try_send(&app, outgoing).await.expect_err("refused").to_string();
    insta::assert_snapshot!(refused(said(&nobody, Kind::Sms, "Hi")).await, @"The contact has no telephone number.");
    insta::assert_snapshot!(refused(said(&nobody, Kind::Email, "Hi")).await, @"The contact has no e-mail address.");
    insta::assert_snapshot!(refused(said(&nobody, Kind::Sms, "  ")).await, @"There is no message or attachments for this message. Skip sending.");
    insta::assert_snapshot!(refused(said("aaaaaaaaaaaaaaaaaaaa", Kind::Sms, "Hi")).await, @"Contact with id aaaaaaaaaaaaaaaaaaaa not found");
    let long = "x".repeat(500_001);
    insta::assert_snapshot!(refused(said(&nobody, Kind::Sms, &long)).await, @"The message is longer than 500000 bytes.");
    assert!(app.new_events().await.is_empty());
    assert!(app.jobs().await.is_empty());
    assert!(app.database.content().await["conversations"].is_empty());
}

#[tokio::test]
async fn without_a_channel_it_fails_and_says_so() {
    let app = TestApp::with(Config { rate_limit: false, ..Config::default() }).await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    app.run_until_idle().await;
    let events = app.new_events().await;
    let last = events.last().expect("an event");
    assert_eq!((last.0.as_str(), &last.2["status"]), ("MessageStatusUpdate", &json!("failed")));
    assert_eq!(last.2["error"], "no channel for SMS is configured");
    assert!(app.jobs().await.is_empty(), "trying again would not help");
}

#[tokio::test]
async fn a_message_that_goes_with_its_contact_is_not_sent() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    app.delete(&format!("/contacts/{ada}")).send().await.expect(200);
    app.new_events().await;
    app.run_until_idle().await;
    assert!(app.new_events().await.is_empty());
    let content = app.database.content().await;
    assert!(content["messages"].is_empty() && content["conversations"].is_empty());
}

#[tokio::test]
async fn nothing_leaves_a_location_that_was_deleted() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    let path = format!("/locations/{}?deleteTwilioAccount=false", app.agency.location.location_id());
    app.delete(&path).token(&app.agency.token).send().await.expect(200);
    app.new_events().await;
    app.run_until_idle().await;
    assert!(app.new_events().await.is_empty());
    assert!(app.jobs().await.is_empty());
    assert_eq!(outbox(&app).await[0]["status"], "pending");
}
