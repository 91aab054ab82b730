//! `customer_reply`, `user_replied`, `message_status`, `messaging_errors`, `mailgun_email_event`, `call_status`

use leadhold_app::conversations::{Kind, Origin, Source};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{said, says, trigger};
use crate::api::conversations::{ada, reply, said as outgoing, send};

async fn happened(app: &TestApp, message: &str, body: Value) {
    let path = format!("/leadhold/v1/sandbox/messages/{message}/events");
    app.post(&path).json(&body).send().await.expect(200);
    app.run_until_idle().await;
}

async fn on(app: &TestApp, kind: &str, filters: &[&str], says_it: &str) -> Value {
    says(app, trigger(kind, filters), says_it).await
}

#[tokio::test]
async fn a_contact_said_something() {
    let app = TestApp::start().await;
    let body = "{{contact.first_name}}: {{message.body}} ({{message.channel}})";
    let all = on(&app, "customer_reply", &[], body).await;
    let phrase =
        on(&app, "customer_reply", &["message.body contains yes", "message.channel is SMS"], body).await;
    let exact = on(&app, "customer_reply", &["message.body is stop"], body).await;
    let workflow = "message.replied_to_workflow_id is 6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11";
    let answers = on(&app, "customer_reply", &[workflow, "contact.tags not_contains vip"], body).await;
    let ada = ada(&app).await;
    for (kind, text) in [("SMS", "Hello?"), ("Email", "Yes, call me")] {
        reply(&app, json!({"contactId": ada, "type": kind, "body": text})).await;
        app.run_until_idle().await;
    }
    send(&app, outgoing(&ada, Kind::Sms, "Are you there?")).await;
    app.run_until_idle().await;
    for text in ["YES!", " Stop "] {
        reply(&app, json!({"contactId": ada, "type": "SMS", "body": text})).await;
        app.run_until_idle().await;
    }
    assert_eq!(said(&app, &all).await.len(), 4);
    assert_eq!(said(&app, &phrase).await, ["Ada: YES! (SMS)"]);
    assert_eq!(said(&app, &exact).await, ["Ada:  Stop  (SMS)"]);
    assert_eq!(said(&app, &answers).await, ["Ada:  Stop  (SMS)", "Ada: YES! (SMS)"]);
}

#[tokio::test]
async fn a_user_said_something() {
    let app = TestApp::start().await;
    let replied = on(&app, "user_replied", &[], "{{message.user_id}}: {{message.body}}").await;
    let ada = ada(&app).await;
    send(&app, outgoing(&ada, Kind::Sms, "From a workflow")).await;
    let origin = Origin { source: Source::App, user_id: Some("user1".to_owned()), ..Origin::default() };
    let mut by_hand = outgoing(&ada, Kind::Sms, "From me");
    by_hand.origin = origin;
    send(&app, by_hand).await;
    assert_eq!(said(&app, &replied).await, ["user1: From me"]);
}

#[tokio::test]
async fn what_became_of_messages() {
    let app = TestApp::start().await;
    let status = on(
        &app,
        "message_status",
        &["message.status is delivered", "message.channel is Email"],
        "{{message.previous_status}}",
    )
    .await;
    let errors = on(&app, "messaging_errors", &[], "{{message.channel}}: {{message.error}}").await;
    let undelivered = ["message.event is_not delivered"]; // the sandbox delivers all by itself
    let email =
        on(&app, "mailgun_email_event", &undelivered, "{{message.event}} {{message.url}}{{message.reason}}")
            .await;
    let clicks = on(&app, "email_event", &["message.event is clicked"], "{{message.subject}}").await;
    let ada = ada(&app).await;
    let sms = send(&app, outgoing(&ada, Kind::Sms, "Hello")).await;
    let lost = send(&app, outgoing(&ada, Kind::Sms, "Hello again")).await;
    let mail = send(&app, outgoing(&ada, Kind::Email, "Hello")).await;
    app.run_until_idle().await;
    happened(&app, &sms, json!({"event": "delivered"})).await;
    happened(&app, &lost, json!({"event": "failed", "reason": "no such number"})).await;
    happened(&app, &mail, json!({"event": "opened"})).await;
    happened(&app, &mail, json!({"event": "clicked", "url": "https://example.com/q"})).await;
    let bounced = send(&app, outgoing(&ada, Kind::Email, "Bye")).await;
    app.run_until_idle().await;
    happened(&app, &bounced, json!({"event": "bounced", "reason": "full"})).await;
    assert_eq!(said(&app, &errors).await, ["SMS: no such number"], "an e-mail's is an event of the e-mail");
    assert_eq!(said(&app, &email).await, ["bounced full", "clicked https://example.com/q", "opened "]);
    assert_eq!(said(&app, &clicks).await, ["Your quote"]);
    assert_eq!(said(&app, &status).await, ["pending", "pending"]);
}

#[tokio::test]
async fn a_call_is_over() {
    let app = TestApp::start().await;
    let says_it = "{{call.direction}} {{call.call_status}} {{call.call_duration}}";
    let all = on(&app, "call_status", &[], says_it).await;
    let missed = on(
        &app,
        "call_status",
        &["call.call_status includes_any no-answer", "call.direction is outbound"],
        says_it,
    );
    let missed = missed.await;
    let ada = ada(&app).await;
    for body in [json!({"event": "completed", "callDuration": 65}), json!({"event": "no-answer"})] {
        let call = send(&app, outgoing(&ada, Kind::Call, "")).await;
        happened(&app, &call, body).await;
    }
    assert_eq!(said(&app, &all).await, ["outbound completed 65", "outbound no-answer "]);
    assert_eq!(said(&app, &missed).await, ["outbound no-answer "]);
}
