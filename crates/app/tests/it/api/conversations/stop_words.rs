//! An SMS that is nothing but STOP, or START.

use leadhold_app::conversations::Kind;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{ada, reply, said, send, try_send};
use crate::api::contacts::shown;
use crate::api::workflows::actions::passed;

/// What the contact's SMS says, and what that does to the contact.
async fn after(app: &TestApp, contact: &str, kind: &str, body: &str) -> (Value, Vec<String>) {
    reply(app, json!({"contactId": contact, "type": kind, "body": body})).await;
    let mut kinds = app.new_event_kinds().await;
    kinds.retain(|kind| kind.starts_with("Contact"));
    (shown(app, contact).await["dndSettings"].clone(), kinds)
}

#[tokio::test]
async fn who_writes_stop_gets_no_sms_until_they_write_start() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    send(&app, said(&ada, Kind::Sms, "Hello Ada")).await;
    let (settings, events) = after(&app, &ada, "SMS", " Stop\n").await;
    insta::assert_json_snapshot!(settings, @r#"
    {
      "SMS": {
        "status": "active",
        "message": "The contact wrote STOP.",
        "code": "STOP"
      }
    }
    "#);
    assert_eq!(events, ["ContactUpdate", "ContactDndUpdate"]);
    let refused = try_send(&app, said(&ada, Kind::Sms, "Hello?")).await.expect_err("refused");
    assert_eq!(refused.client_message(), "Cannot send message as DND is active for SMS.");
    send(&app, said(&ada, Kind::Email, "Hello?")).await;
    let (settings, events) = after(&app, &ada, "SMS", "QUIT").await;
    assert_eq!((&settings["SMS"]["code"], events.len()), (&json!("STOP"), 0), "once is enough");

    let (settings, events) = after(&app, &ada, "SMS", "yes").await;
    insta::assert_json_snapshot!(settings, @r#"
    {
      "SMS": {
        "status": "inactive",
        "message": "The contact wrote YES.",
        "code": "YES"
      }
    }
    "#);
    assert_eq!(events, ["ContactUpdate", "ContactDndUpdate"]);
    send(&app, said(&ada, Kind::Sms, "Welcome back")).await;
}

#[tokio::test]
async fn other_words_other_channels_and_other_peoples_decisions_stay() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    for (kind, body) in
        [("SMS", "Please stop"), ("SMS", "stop."), ("Email", "STOP"), ("WhatsApp", "STOP"), ("SMS", "YES")]
    {
        let (settings, events) = after(&app, &ada, kind, body).await;
        assert_eq!((settings["SMS"].is_null(), events.len()), (true, 0), "{kind} {body}");
    }
    let close = async |status: &str| {
        let body = json!({"dndSettings": {"SMS": {"status": status}}});
        app.put(&format!("/contacts/{ada}")).json(&body).send().await.expect(200);
        app.new_events().await;
    };
    close("active").await;
    let (settings, _) = after(&app, &ada, "SMS", "Yes").await;
    assert_eq!(settings["SMS"]["status"], "active", "a person closed it, and yes answers much");
    let (settings, _) = after(&app, &ada, "SMS", "Stop").await;
    assert_eq!(settings["SMS"]["code"], "STOP", "the contact closes it, too");
    let (settings, _) = after(&app, &ada, "SMS", "START").await;
    assert_eq!(settings["SMS"]["status"], "inactive");
    close("permanent").await;
    for body in ["START", "STOP"] {
        let (settings, events) = after(&app, &ada, "SMS", body).await;
        assert_eq!((&settings["SMS"]["status"], events.len()), (&json!("permanent"), 0), "{body}");
    }
}

#[tokio::test]
async fn no_workflow_opens_what_the_contact_has_closed() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let body = json!({"dndSettings": {"Email": {"status": "active"}}, "inboundDndSettings": {"all": {"status": "active"}}});
    app.put(&format!("/contacts/{ada}")).json(&body).send().await.expect(200);
    let (settings, _) = after(&app, &ada, "SMS", "STOP").await;
    assert_eq!(settings["SMS"]["status"], "active", "also when nothing else is heard");
    let open = json!([{"id": "open", "type": "set_contact_dnd", "attributes": {"dnd": "disable"}}]);
    passed(&app, &ada, open).await;
    let settings = shown(&app, &ada).await["dndSettings"].clone();
    let status = |channel: &str| settings[channel]["status"].clone();
    assert_eq!((status("SMS"), status("Email")), (json!("active"), json!("inactive")));
}
