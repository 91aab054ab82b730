//! The "Webhook" step of a workflow.

use http::Method;
use leadhold_app::webhooks::{WorkflowWebhook, send_from_workflow};
use leadhold_outbound::verify;
use leadhold_testkit::{Receiver, TestApp};

use super::*;

fn webhook(url: &str) -> WorkflowWebhook {
    WorkflowWebhook {
        run: Id::parse("RuN00000000000000001").expect("an id"),
        step: "notify".into(),
        visit: 0,
        method: Method::POST,
        url: url.into(),
        headers: Vec::new(),
        body: br#"{"first_name":"Zo\u00eb"}"#.to_vec(),
    }
}

/// Sends it and does what is due; answers whether it made a delivery.
async fn send(app: &TestApp, webhook: WorkflowWebhook) -> bool {
    let here = app.agency.location.clone();
    let made = app.write(move |tx, cx| send_from_workflow(tx, cx, &here, &webhook)).await;
    app.run_until_idle().await;
    made.is_some()
}

#[tokio::test]
async fn a_steps_webhook_is_sent_as_given_and_signed() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let headers = [
        ("X-Team", "Zoë\r\nx-injected: 1"),
        ("x-ghl-signature", "mine"),
        ("x-wh-signature", "mine"),
        ("no header", "x"),
        ("content-type", "application/json; v=2"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    assert!(send(&app, WorkflowWebhook { headers, ..webhook(&receiver.url) }).await);

    let [request] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert_eq!(&request.body[..], br#"{"first_name":"Zo\u00eb"}"#);
    assert_eq!(request.headers["x-team"].as_bytes(), "Zoë  x-injected: 1".as_bytes());
    assert_eq!(request.header("content-type"), "application/json; v=2");
    assert!(!request.headers.contains_key("x-injected") && !request.headers.contains_key("x-wh-signature"));
    let key = app.app.world.keys.public().ed25519.pem();
    assert!(verify(&key, &request.body, request.header("x-ghl-signature")));

    let delivery = newest(&app).await;
    insta::assert_json_snapshot!(delivery, {
        ".id" => "[delivery]", ".companyId" => "[company]", ".locationId" => "[location]", ".url" => "[url]",
        ".curl" => "[curl]", ".lastTookMillis" => 0, ".attempts[].tookMillis" => 0,
        ".attempts[].requestHeaders" => "[headers]", ".attempts[].responseHeaders" => "[headers]",
        ".attempts[].signatures" => "[checked]",
    }, @r#"
    {
      "id": "[delivery]",
      "type": "Workflow",
      "runId": "RuN00000000000000001",
      "stepId": "notify",
      "companyId": "[company]",
      "locationId": "[location]",
      "method": "POST",
      "url": "[url]",
      "state": "delivered",
      "attemptCount": 1,
      "createdAt": "2026-01-15T10:00:00.000Z",
      "settledAt": "2026-01-15T10:00:00.000Z",
      "replays": 0,
      "lastStatus": 200,
      "lastTookMillis": 0,
      "body": "{\"first_name\":\"Zo\\u00eb\"}",
      "curl": "[curl]",
      "attempts": [
        {
          "number": 1,
          "startedAt": "2026-01-15T10:00:00.000Z",
          "tookMillis": 0,
          "status": 200,
          "answer": "ok",
          "replay": 0,
          "requestHeaders": "[headers]",
          "responseHeaders": "[headers]",
          "signatures": "[checked]"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_get_has_no_body_and_a_signature_over_nothing() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let get = WorkflowWebhook {
        method: Method::GET,
        body: Vec::new(),
        ..webhook(&format!("{}/?a=1", receiver.url))
    };
    send(&app, get).await;
    let [request] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert_eq!((request.method.as_str(), request.uri.as_str(), request.body.len()), ("GET", "/?a=1", 0));
    let key = app.app.world.keys.public().ed25519.pem();
    assert!(verify(&key, b"", request.header("x-ghl-signature")));
}

#[tokio::test]
async fn a_replayed_step_sends_nothing_again_and_a_loop_does() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    assert!(send(&app, webhook(&receiver.url)).await);
    assert!(!send(&app, webhook(&receiver.url)).await);
    assert_eq!(receiver.requests().len(), 1);
    assert!(send(&app, WorkflowWebhook { visit: 1, ..webhook(&receiver.url) }).await);
    assert!(send(&app, WorkflowWebhook { step: "again".into(), ..webhook(&receiver.url) }).await);
    assert_eq!(receiver.requests().len(), 3);
}

#[tokio::test]
async fn what_can_never_be_sent_is_given_up_at_once() {
    let app = TestApp::start().await;
    for (visit, url) in
        (0..).zip(["", "{{contact.website}}", "ftp://example.com/", "https://me:pw@example.com/"])
    {
        send(&app, WorkflowWebhook { visit, ..webhook(url) }).await;
        let delivery = newest(&app).await;
        assert_eq!((&delivery["state"], &delivery["attemptCount"]), (&json!("dead"), &json!(1)), "{url}");
        assert_eq!(delivery["attempts"][0]["error"]["kind"], "forbidden", "{url}");
        app.clock.advance(1);
    }
}
