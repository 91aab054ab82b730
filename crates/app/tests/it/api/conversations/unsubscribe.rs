//! `/unsubscribe/{unsubscribeToken}`: the link in an e-mail, and its headers.

use leadhold_app::conversations::{Kind, Source};
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{ada, outbox, said, send, try_send};
use crate::api::contacts::{make, shown};
use crate::api::workflows::actions::passed;
use crate::api::workflows::triggers::{said as told, says, trigger};

const BUTTON: [(&str, &str); 1] = [("List-Unsubscribe", "One-Click")];
const CLOSED: &str = "Cannot send message as DND is active for Email.";

/// The path of the newest e-mail's link, as its header has it.
async fn link(app: &TestApp) -> String {
    let sent = outbox(app).await.into_iter().find(|one| one["channel"] == "Email").expect("an e-mail");
    let header = sent["headers"]["List-Unsubscribe"].as_str().expect("a header").to_owned();
    assert_eq!(sent["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    let path = header.strip_prefix("<http://127.0.0.1:8080").and_then(|rest| rest.strip_suffix('>'));
    path.expect("a URL of the server").to_owned()
}

/// An e-mail of a workflow's; answers the path of its link, without any event left.
async fn sent(app: &TestApp, contact: &str) -> String {
    send(app, said(contact, Kind::Email, "Hello")).await;
    app.run_until_idle().await;
    app.new_events().await;
    link(app).await
}

async fn opened(app: &TestApp, path: &str) -> Answer {
    app.get(path).token("").send().await
}

async fn pressed(app: &TestApp, path: &str) -> Answer {
    app.post(path).token("").form(&BUTTON).send().await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).expect("text")
}

#[tokio::test]
async fn the_link_asks_and_the_button_unsubscribes() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let event = ["message.event is unsubscribed"];
    let heard =
        says(&app, trigger("mailgun_email_event", &event), "{{message.event}}: {{message.subject}}").await;
    let path = sent(&app, &ada).await;
    let before = app.database.content().await;
    let answer = opened(&app, &path).await.expect(200);
    assert_eq!(answer.headers["referrer-policy"], "no-referrer", "the address is the secret");
    let page = text(&answer);
    for part in [
        "<h1>Unsubscribe</h1>",
        "First Location will send you",
        "name=\"List-Unsubscribe\" value=\"One-Click\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("ada@example.com") && !page.contains("<script"), "{page}");
    assert_eq!(app.database.content().await, before, "who only looks changes nothing");

    let page = text(&pressed(&app, &path).await.expect(200));
    assert!(page.contains("<h1>You are unsubscribed</h1>"), "{page}");
    let events = ["LCEmailStats", "EmailEvent", "ContactUpdate", "ContactDndUpdate"];
    assert_eq!(app.new_event_kinds().await, events);
    let setting =
        json!({"status": "active", "message": "Unsubscribed by a link in an e-mail.", "code": "UNSUBSCRIBE"});
    assert_eq!(shown(&app, &ada).await["dndSettings"]["Email"], setting);
    app.run_until_idle().await;
    assert_eq!(told(&app, &heard).await, ["unsubscribed: Your quote"]);
    let refused = try_send(&app, said(&ada, Kind::Email, "Still there?")).await.expect_err("refused");
    assert_eq!(refused.client_message(), CLOSED);
    send(&app, said(&ada, Kind::Sms, "Still there?")).await;

    app.run_until_idle().await;
    app.new_events().await;
    pressed(&app, &path).await.expect(200);
    assert!(app.new_events().await.is_empty(), "once is enough");
    assert!(text(&opened(&app, &path).await.expect(200)).contains("<h1>You are unsubscribed</h1>"));
}

#[tokio::test]
async fn a_mailbox_provider_does_it_with_one_request_from_anywhere() {
    let app = TestApp::start().await;
    for (name, multipart) in [("ada", false), ("ben", true)] {
        let contact = make(&app, json!({"firstName": name, "email": format!("{name}@example.com")})).await;
        let path = sent(&app, &contact).await;
        let call = app
            .post(&path)
            .token("")
            .header("origin", "https://mail.example")
            .header("sec-fetch-site", "cross-site");
        let call = if multipart { call.multipart(&BUTTON, &[]) } else { call.form(&BUTTON) };
        call.send().await.expect(200);
        assert_eq!(shown(&app, &contact).await["dndSettings"]["Email"]["status"], "active", "{name}");
    }
}

#[tokio::test]
async fn nobody_unsubscribes_with_what_this_server_has_not_signed() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let first = sent(&app, &ada).await;
    let second = sent(&app, &ada).await;
    let (message, _) = first.split_once('.').expect("an id and a signature");
    let (_, signature) = second.split_once('.').expect("an id and a signature");
    let before = app.database.content().await;
    let forged = [
        format!("{message}.{signature}"),
        message.to_owned(),
        format!("{message}."),
        "/unsubscribe/x".to_owned(),
    ];
    for path in &forged {
        for answer in [opened(&app, path).await, pressed(&app, path).await] {
            assert!(text(&answer.expect(404)).contains("This link is not complete, or has ended."), "{path}");
        }
    }
    for body in [&[][..], &[("List-Unsubscribe", "")], &[("confirm", "yes")]] {
        let page = text(&app.post(&first).token("").form(body).send().await.expect(400));
        assert!(page.contains("Open the link and press the button."), "{page}");
    }
    assert_eq!(app.database.content().await, before);
    app.delete(&format!("/contacts/{ada}")).send().await.expect(200);
    opened(&app, &first).await.expect(404);
    pressed(&app, &first).await.expect(404);
}

#[tokio::test]
async fn a_link_is_for_its_own_reader_and_opens_nothing_that_is_closed_for_good() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let ben = make(&app, json!({"firstName": "Ben", "email": "ben@example.com"})).await;
    let path = sent(&app, &ada).await;
    sent(&app, &ben).await;
    pressed(&app, &path).await.expect(200);
    assert!(shown(&app, &ben).await["dndSettings"].as_object().is_none_or(serde_json::Map::is_empty));
    let permanent = json!({"dndSettings": {"Email": {"status": "permanent"}}});
    app.put(&format!("/contacts/{ada}")).json(&permanent).send().await.expect(200);
    let message =
        outbox(&app).await.into_iter().find(|one| one["contactId"] == json!(ada)).expect("an e-mail");
    let report = format!("/leadhold/v1/sandbox/messages/{}/events", message["id"].as_str().expect("an id"));
    app.post(&report).json(&json!({"event": "unsubscribed"})).send().await.expect(200);
    pressed(&app, &path).await.expect(200);
    assert_eq!(shown(&app, &ada).await["dndSettings"]["Email"]["status"], "permanent");
}

#[tokio::test]
async fn one_network_cannot_send_it_without_end() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let path = sent(&app, &ada).await;
    let press = async |peer: &str| app.post(&path).token("").peer(peer).form(&BUTTON).send().await;
    for _ in 0..30 {
        press("203.0.113.9").await.expect(200);
    }
    let refused = press("203.0.113.9").await.expect(429);
    assert!(text(&refused).contains("This was sent too often from where you are."));
    press("203.0.113.10").await.expect(200);
}

#[tokio::test]
async fn a_step_writes_the_link_into_html_and_text_and_nobody_else_can() {
    let app = TestApp::start().await;
    let contact = make(
        &app,
        json!({"firstName": "{{email.unsubscribe_link}}", "email": "ada@example.com", "phone": "+12025550143"}),
    );
    let contact = contact.await;
    let steps = json!([
        {"id": "mail", "type": "send_email", "attributes": {"subject": "Hi {{email.unsubscribe_link}}",
            "html": "<p>{{contact.first_name}}</p><a href=\"{{ email.unsubscribe_link }}\">No more</a>",
            "text": "No more: {{email.unsubscribe_link | default: \"?\"}}"}},
        {"id": "sms", "type": "send_sms", "attributes": {"message": "[{{email.unsubscribe_link}}]"}},
    ]);
    passed(&app, &contact, steps).await;
    let sent = outbox(&app).await;
    let link = format!("http://127.0.0.1:8080{}", link(&app).await);
    let shown: Vec<Value> = ["body", "subject", "html"].map(|key| sent[1][key].clone()).into();
    let html = format!("<p>{{{{email.unsubscribe_link}}}}</p><a href=\"{link}\">No more</a>");
    assert_eq!(json!(shown), json!([format!("No more: {link}"), "Hi", html]));
    assert_eq!(sent[0]["body"], "[]", "an SMS has no such link");
}

#[tokio::test]
async fn what_a_person_writes_to_another_has_no_such_headers() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let mut by_hand = said(&ada, Kind::Email, "Hello");
    by_hand.origin.source = Source::App;
    send(&app, by_hand).await;
    send(&app, said(&ada, Kind::Sms, "Hello")).await;
    assert!(outbox(&app).await.iter().all(|one| one["headers"].is_null()));
}
