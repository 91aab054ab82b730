//! `GET /leadhold/v1/sandbox/outbox` and the page `/developer/outbox`

use leadhold_app::conversations::{Kind, Outgoing};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{OUTBOX, ada, outbox, reply, said, send};

async fn page(app: &TestApp, query: &str) -> String {
    let answer = app.get(&format!("/developer/outbox{query}")).token("").send().await.expect(200);
    String::from_utf8(answer.body.to_vec()).expect("text")
}

#[tokio::test]
async fn it_shows_what_would_have_left_newest_first() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let sms = send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    let email = send(&app, said(&ada, Kind::Email, "Hello Ada")).await;
    app.run_until_idle().await;
    reply(&app, json!({"contactId": ada, "body": "Hi"})).await;
    let ids: Vec<Value> = outbox(&app).await.into_iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(email), json!(sms)], "and not what the contact said");
    let ask = async |query: &str| app.get(&format!("{OUTBOX}{query}")).token("").send().await;
    let found = ask("?type=Email").await.expect(200).json();
    insta::assert_json_snapshot!(found["messages"], {
        "[].id" => "[message]", "[].locationId" => "[location]", "[].contactId" => "[contact]", "[].conversationId" => "[conversation]",
        "[].emailMessageId" => "[email]", "[].threadId" => "[email]",
        "[].headers[\"List-Unsubscribe\"]" => "[link]",
    }, @r#"
    [
      {
        "id": "[message]",
        "locationId": "[location]",
        "conversationId": "[conversation]",
        "contactId": "[contact]",
        "type": 3,
        "messageType": "TYPE_EMAIL",
        "channel": "Email",
        "direction": "outbound",
        "status": "delivered",
        "source": "workflow",
        "contentType": "text/html",
        "body": "Hello Ada",
        "attachments": [],
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "subject": "Your quote",
        "html": "<p>Hello Ada</p>",
        "from": "Downtown <hello@example.com>",
        "to": "ada@example.com",
        "workflowId": "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11",
        "runId": "RuN00000000000000001",
        "stepId": "hello",
        "emailMessageId": "[email]",
        "threadId": "[email]",
        "headers": {
          "List-Unsubscribe": "[link]",
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"
        }
      }
    ]
    "#);
    let first = ask("?limit=1").await.expect(200).json();
    assert_eq!(first["next"], json!(email));
    let rest = ask(&format!("?limit=1&after={email}")).await.expect(200).json();
    assert_eq!((&rest["messages"][0]["id"], &rest["next"]), (&json!(sms), &Value::Null));
    assert_eq!(ask("?contactId=aaaaaaaaaaaaaaaaaaaa").await.expect(200).json()["messages"], json!([]));
    ask("?type=Fax&limit=0").await.expect(422);
    ask("?after=aaaaaaaaaaaaaaaaaaaa").await.expect(400);
}

#[tokio::test]
async fn the_page_shows_mail_in_a_frame_without_rights_and_escapes_everything() {
    let app = TestApp::start().await;
    assert!(page(&app, "").await.contains("Nothing was sent yet."));
    let ada = ada(&app).await;
    let evil = "<script>alert(1)</script>\"'";
    let email = Outgoing {
        subject: Some(evil.to_owned()),
        html: Some(format!("<p>{evil}</p>")),
        ..said(&ada, Kind::Email, evil)
    };
    send(&app, email).await;
    send(&app, said(&ada, Kind::Sms, evil)).await;
    app.run_until_idle().await;
    let shown = page(&app, "").await;
    assert!(!shown.contains("<script"), "{shown}");
    assert!(shown.contains("<iframe sandbox srcdoc=\"&lt;p&gt;&lt;script&gt;"), "{shown}");
    assert!(page(&app, "?type=Voicemail").await.contains("No message of this type was sent."));
    assert!(!page(&app, "?type=SMS").await.contains("<iframe"));
    assert!(page(&app, "?type=").await.contains("<iframe"), "as a browser sends the form");
}
