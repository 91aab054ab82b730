//! `POST /leadhold/v1/sandbox/inbound-messages`

use leadhold_app::Config;
use leadhold_app::conversations::Kind;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{INBOUND, ada, reply, said, send};

#[tokio::test]
async fn a_reply_names_what_it_answers() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    let sms = send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    app.run_until_idle().await;
    app.new_events().await;
    let message =
        reply(&app, json!({"contactId": ada, "type": "SMS", "body": "Yes, please", "to": "+15559876543"}))
            .await;
    assert_eq!(message["replyTo"], json!(sms));
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
    assert_eq!(kinds, ["InboundMessage", "MessageReceived", "ConversationUnreadUpdate"]);
    insta::assert_json_snapshot!(events[0].2, {
        ".contactId" => "[contact]", ".conversationId" => "[conversation]", ".locationId" => "[location]", ".messageId" => "[message]",
    }, @r#"
    {
      "locationId": "[location]",
      "attachments": [],
      "contactId": "[contact]",
      "conversationId": "[conversation]",
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "direction": "inbound",
      "messageType": "SMS",
      "messageTypeId": 2,
      "messageTypeString": "TYPE_SMS",
      "messageId": "[message]",
      "status": "delivered",
      "from": "+12025550143",
      "to": "+15559876543",
      "body": "Yes, please",
      "contentType": "text/plain"
    }
    "#);
    let answered = ["MessageId", "Channel", "WorkflowId", "CampaignId", "RunId", "StepId"];
    let answered = answered.map(|key| events[1].2[format!("repliedTo{key}")].clone());
    let [workflow, run] = ["6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11", "RuN00000000000000001"];
    assert_eq!(json!(answered), json!([sms, "SMS", workflow, null, run, "hello"]));
    insta::assert_json_snapshot!(events[2].2, {
        ".contactId" => "[contact]", ".id" => "[conversation]", ".locationId" => "[location]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[conversation]",
      "contactId": "[contact]",
      "deleted": false,
      "inbox": true,
      "starred": false,
      "unreadCount": 1
    }
    "#);
    let answer =
        reply(&app, json!({"contactId": ada, "type": "Email", "body": "Yes", "subject": "Re: Your quote"}))
            .await;
    assert_eq!(answer["replyTo"], json!(email));
    // Of WhatsApp nothing was said: the newest of all is answered.
    let answer = reply(&app, json!({"contactId": ada, "type": "WhatsApp", "body": "Yes"})).await;
    assert_eq!(answer["replyTo"], json!(sms));
}

#[tokio::test]
async fn a_call_or_a_voicemail_of_a_contact_ends() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let call = reply(&app, json!({"contactId": ada, "type": "Call", "callDuration": 61})).await;
    assert_eq!(call["meta"], json!({"callStatus": "completed", "callDuration": 61}));
    let events = app.new_events().await;
    let last = events.last().expect("an event");
    assert_eq!((last.0.as_str(), &last.2["callStatus"]), ("CallStatusUpdate", &json!("completed")));
    let voicemail = reply(&app, json!({"contactId": ada, "type": "Call", "callStatus": "voicemail"})).await;
    assert_eq!(voicemail["status"], "voicemail");
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    let app = TestApp::start().await;
    let body =
        json!({"type": "Fax", "callStatus": "busy", "callDuration": -1, "attachments": "x", "more": 1});
    let refused = app.post(INBOUND).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property more should not exist",
      "contactId must be a string",
      "contactId should not be empty",
      "type must be one of the following values: SMS, Email, Call, Voicemail, WhatsApp, FB, IG, GMB, Live_Chat",
      "callStatus must be one of the following values: completed, voicemail, no-answer, canceled",
      "callDuration must not be less than 0",
      "attachments must be an array",
      "body should not be empty"
    ]
    "#);
    let ada = ada(&app).await;
    let body = json!({"contactId": ada, "body": "Hi"});
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(INBOUND).token(token).json(&body).send().await.expect(403);
    }
    app.post(INBOUND)
        .json(&json!({"contactId": "aaaaaaaaaaaaaaaaaaaa", "body": "Hi"}))
        .send()
        .await
        .expect(400);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn whoever_is_ignored_says_nothing() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let ignored = json!({"inboundDndSettings": {"all": {"status": "active"}}});
    app.put(&format!("/contacts/{ada}")).json(&ignored).send().await.expect(200);
    app.new_events().await;
    let refused = app.post(INBOUND).json(&json!({"contactId": ada, "body": "Hi"})).send().await.expect(400);
    insta::assert_json_snapshot!(refused.json()["message"], @r#""The messages of this contact are ignored: its inboundDndSettings are active.""#);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn outside_the_sandbox_all_of_it_is_refused() {
    let app = TestApp::with(Config::default()).await;
    app.post(INBOUND).json(&json!({})).send().await.expect(403);
    app.post("/leadhold/v1/sandbox/messages/aaaaaaaaaaaaaaaaaaaa/events")
        .json(&json!({}))
        .send()
        .await
        .expect(403);
    app.get(super::OUTBOX).send().await.expect(403);
    app.get("/developer/outbox").token("").send().await.expect(403);
}
