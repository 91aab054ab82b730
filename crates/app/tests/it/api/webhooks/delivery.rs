//! What a receiver gets, and what comes of its answer.

use leadhold_app::Config;
use leadhold_outbound::verify;
use leadhold_testkit::{Receiver, TestApp};

use super::*;

#[tokio::test]
async fn an_event_arrives_signed_with_its_envelope() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = listen(&app, &format!("{}/hooks?secret=1", receiver.url)).await;
    let event = create_contact(&app).await;

    let [request] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert_eq!((request.method.as_str(), request.uri.as_str()), ("POST", "/hooks?secret=1"));
    assert_eq!(request.header("content-type"), "application/json");
    assert!(request.header("user-agent").starts_with("Leadhold/"));
    let body = request.json();
    insta::assert_json_snapshot!(body, {
        ".locationId" => "[location]", ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]",
        ".webhookId" => "[event]",
    }, @r#"
    {
      "type": "ContactCreate",
      "locationId": "[location]",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-15T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": 2,
      "id": "CoNtAcT0000000000001",
      "firstName": "Zoë",
      "tags": [
        "lead"
      ]
    }
    "#);
    assert_eq!(body["locationId"], app.agency.location.location_id().as_str());
    assert_eq!(body["companyId"], app.agency.company.company_id().as_str());
    assert_eq!(body["appId"], registered.client_id.split('-').next().unwrap());
    assert_eq!(body["versionId"], registered.version_id.as_str());
    assert_eq!(body["webhookId"], event.id.as_str());

    let key = app.app.world.keys.public().ed25519.pem();
    assert!(verify(&key, &request.body, request.header("x-ghl-signature")));
    assert!(!verify(&key, &[&request.body[..], b" "].concat(), request.header("x-ghl-signature")));
    assert_eq!(request.header("x-wh-signature"), "", "this server has no RSA pair");
    assert_eq!(newest(&app).await["state"], "delivered");
}

#[tokio::test]
async fn an_event_that_is_relayed_twice_is_delivered_once() {
    use leadhold_queue::{Consumer, StoredEvent};

    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    let event = create_contact(&app).await;
    app.write(move |tx, cx| webhooks::FanOut.consume(tx, cx, &StoredEvent { seq: 1, event: event.clone() }))
        .await;
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let (app, receiver, other) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.answer_next_with(302, vec![("location", other.url.clone())]);
    create_contact(&app).await;
    let delivery = newest(&app).await;
    assert_eq!((&delivery["state"], &delivery["attempts"][0]["status"]), (&json!("pending"), &json!(302)));
    assert_eq!((receiver.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_server_that_is_gone_is_recorded_as_such() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.stop().await;
    create_contact(&app).await;
    let delivery = newest(&app).await;
    assert_eq!((&delivery["state"], &delivery["attemptCount"]), (&json!("pending"), &json!(1)));
    assert_eq!(delivery["attempts"][0]["error"]["kind"], "connect");
}

#[tokio::test]
async fn outside_the_sandbox_loopback_is_refused_with_its_reason() {
    let app = TestApp::with(Config { sandbox: false, ..Config::default() }).await;
    let receiver = Receiver::start().await;
    listen(&app, &receiver.url).await;
    create_contact(&app).await;
    assert_eq!(receiver.requests().len(), 0);
    let delivery = newest(&app).await;
    assert_eq!(delivery["state"], "pending", "an address may be another one tomorrow");
    assert_eq!(delivery["attempts"][0]["status"], Value::Null);
    insta::assert_json_snapshot!(delivery["attempts"][0]["error"], @r#"
    {
      "kind": "forbidden",
      "message": "127.0.0.1, a loopback address; only public addresses may be reached"
    }
    "#);
}
