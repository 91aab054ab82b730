//! `GET /leadhold/v1/conversations` and `…/{conversationId}/messages`

use leadhold_app::conversations::{self, Kind, Mark};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{CONVERSATIONS, ada, contacts, reply, said, send};

async fn threads(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{CONVERSATIONS}{query}")).send().await.expect(200).json()
}

#[tokio::test]
async fn a_contact_has_one_conversation_with_all_that_was_said() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    app.run_until_idle().await;
    reply(&app, json!({"contactId": ada, "body": "Yes, please"})).await;
    let list = threads(&app, "").await;
    insta::assert_json_snapshot!(list, {
        ".conversations[].id" => "[conversation]", ".conversations[].locationId" => "[location]", ".conversations[].contactId" => "[contact]",
    }, @r#"
    {
      "conversations": [
        {
          "id": "[conversation]",
          "locationId": "[location]",
          "contactId": "[contact]",
          "unreadCount": 1,
          "starred": false,
          "inbox": true,
          "lastMessageDate": 1768471200000,
          "dateAdded": 1768471200000,
          "dateUpdated": 1768471200000,
          "lastMessageType": "TYPE_SMS",
          "lastMessageBody": "Yes, please",
          "lastMessageDirection": "inbound",
          "type": "TYPE_PHONE"
        }
      ],
      "next": null
    }
    "#);
    let id = list["conversations"][0]["id"].as_str().expect("an id");
    let path = format!("{CONVERSATIONS}/{id}/messages");
    let said = app.get(&path).send().await.expect(200).json();
    insta::assert_json_snapshot!(said, {
        ".messages[].id" => "[message]", ".messages[].locationId" => "[location]", ".messages[].contactId" => "[contact]",
        ".messages[].conversationId" => "[conversation]", ".messages[].replyTo" => "[message]",
    }, @r#"
    {
      "messages": [
        {
          "id": "[message]",
          "locationId": "[location]",
          "conversationId": "[conversation]",
          "contactId": "[contact]",
          "type": 2,
          "messageType": "TYPE_SMS",
          "channel": "SMS",
          "direction": "inbound",
          "status": "delivered",
          "source": "app",
          "contentType": "text/plain",
          "body": "Yes, please",
          "attachments": [],
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "from": "+12025550143",
          "replyTo": "[message]"
        },
        {
          "id": "[message]",
          "locationId": "[location]",
          "conversationId": "[conversation]",
          "contactId": "[contact]",
          "type": 2,
          "messageType": "TYPE_SMS",
          "channel": "SMS",
          "direction": "outbound",
          "status": "delivered",
          "source": "workflow",
          "contentType": "text/plain",
          "body": "Hello Ada",
          "attachments": [],
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "from": "+15559876543",
          "to": "+12025550143",
          "workflowId": "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11",
          "runId": "RuN00000000000000001",
          "stepId": "hello"
        }
      ],
      "next": null
    }
    "#);
    let first = app.get(&format!("{path}?limit=1")).send().await.expect(200).json();
    assert_eq!(first["messages"], json!([said["messages"][0]]));
    let after = first["next"].as_str().expect("there is more");
    let rest = app.get(&format!("{path}?after={after}")).send().await.expect(200).json();
    assert_eq!((&rest["messages"], &rest["next"]), (&json!([said["messages"][1]]), &Value::Null));
    app.get(&format!("{path}?limit=101")).send().await.expect(422);
    app.get(&format!("{CONVERSATIONS}/aaaaaaaaaaaaaaaaaaaa/messages")).send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}

#[tokio::test]
async fn the_one_with_the_newest_message_comes_first() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = contacts::make(&app, json!({"phone": "+12025550144"})).await;
    for contact in [&ada, &bob] {
        send(&app, said(contact, Kind::Sms, "Hello")).await;
        app.clock.advance(1);
    }
    let contacts = |list: &Value| -> Vec<Value> {
        let list = list["conversations"].as_array().expect("a list");
        list.iter().map(|thread| thread["contactId"].clone()).collect()
    };
    assert_eq!(contacts(&threads(&app, "").await), [json!(bob), json!(ada)]);
    assert_eq!(contacts(&threads(&app, &format!("?contactId={ada}")).await), [json!(ada)]);
    let first = threads(&app, "?limit=1").await;
    let after = first["next"].as_str().expect("there is more");
    assert_eq!(contacts(&threads(&app, &format!("?after={after}")).await), [json!(ada)]);
    reply(&app, json!({"contactId": ada, "body": "Hi"})).await;
    assert_eq!(contacts(&threads(&app, "").await), [json!(ada), json!(bob)]);
    let others = app.get(CONVERSATIONS).token(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(others["conversations"], json!([]));
}

#[tokio::test]
async fn a_conversation_is_read_put_away_and_comes_back_with_the_next_message() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    reply(&app, json!({"contactId": ada, "body": "Hi"})).await;
    app.new_events().await;
    let mark = async |mark: Mark| {
        let (here, ada) = (app.agency.location.clone(), ada.clone());
        let thread = app.write(move |tx, cx| conversations::mark(tx, cx, &here, &ada, mark)).await;
        (thread.unread_count, thread.inbox, app.new_event_kinds().await.len())
    };
    assert_eq!(mark(Mark::Read).await, (0, true, 1));
    assert_eq!(mark(Mark::Read).await, (0, true, 0));
    assert_eq!(mark(Mark::Archived).await, (0, false, 1));
    assert_eq!(mark(Mark::Unread).await, (1, false, 1));
    reply(&app, json!({"contactId": ada, "body": "Hello?"})).await;
    let thread = threads(&app, "").await["conversations"][0].clone();
    assert_eq!((&thread["unreadCount"], &thread["inbox"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn conversations_become_one_when_their_contacts_do() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = contacts::make(&app, json!({"phone": "+12025550144"})).await;
    reply(&app, json!({"contactId": bob, "body": "First"})).await;
    let merge = format!("/leadhold/v1/contacts/{ada}/merge");
    let merged = app.post(&merge).json(&json!({"contactIds": [bob]})).send().await.expect(200).json();
    assert_eq!(merged["moved"]["messages"], 1);
    let cy = contacts::make(&app, json!({"phone": "+12025550145"})).await;
    app.clock.advance(1);
    reply(&app, json!({"contactId": cy, "body": "Second"})).await;
    app.post(&merge).json(&json!({"contactIds": [cy]})).send().await.expect(200);
    let list = threads(&app, "").await["conversations"].clone();
    assert_eq!(list.as_array().expect("a list").len(), 1);
    let thread = &list[0];
    assert_eq!(
        (&thread["contactId"], &thread["lastMessageBody"], &thread["unreadCount"]),
        (&json!(ada), &json!("Second"), &json!(2))
    );
    let path = format!("{CONVERSATIONS}/{}/messages", thread["id"].as_str().expect("an id"));
    let said = app.get(&path).send().await.expect(200).json();
    assert_eq!(said["messages"].as_array().expect("a list").len(), 2);
}
