//! `PUT /leadhold/v1/apps/{appId}`

use leadhold_kernel::{Cause, Event, EventKind};
use leadhold_queue::outbox;
use leadhold_testkit::Receiver;

use super::*;

#[tokio::test]
async fn what_is_not_mentioned_stays_and_null_clears() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "Partner", "redirectUris": ["https://partner.example/callback"], "scopes": ["contacts.readonly"],
        "webhookUrl": "https://partner.example/hooks", "events": ["ContactCreate"],
        "logoUrl": "https://partner.example/logo.png", "website": "https://partner.example/",
    });
    let (path, before) = made(&app, body).await;
    app.clock.advance(1000);
    let after = put(&app, &path, json!({"name": "Renamed", "logoUrl": null, "website": " "}))
        .await
        .expect(200)
        .json();
    let mut expected = before["app"].clone();
    expected["name"] = json!("Renamed");
    (expected["logoUrl"], expected["website"]) = (Value::Null, Value::Null);
    expected["updatedAt"] = json!("2026-01-15T10:00:01.000Z");
    assert_eq!(after["app"], expected);
    assert_eq!(put(&app, &path, json!({})).await.expect(200).json(), after);
    let changed = json!({"redirectUris": [], "distribution": "company", "events": [], "webhookUrl": null});
    let after = put(&app, &path, changed).await.expect(200).json();
    assert_eq!(after["app"]["redirectUris"], json!([]));
    assert_eq!(after["app"]["events"], json!([]));
    assert_eq!(get(&app, &path).await.json(), after);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused() {
    let app = TestApp::start().await;
    let body = json!({"name": "Partner", "webhookUrl": "https://a.example/", "events": ["ContactCreate"]});
    let (path, before) = made(&app, body).await;
    let bad = json!({"scopes": [], "publicClient": true, "name": null, "redirectUris": ["x"], "webhookUrl": "ftp://a"});
    let refused = put(&app, &path, bad).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property scopes should not exist",
      "property publicClient should not exist",
      "name must be a string",
      "name should not be empty",
      "redirectUris.0 must be an absolute URL; write it like https://example.com/path",
      "webhookUrl is refused: the scheme ftp is not allowed; use https (or http)"
    ]
    "#);
    let refused = put(&app, &path, json!({"webhookUrl": null})).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "webhookUrl should not be empty, since there are events without a URL of their own"
    ]
    "#);
    put(&app, "/leadhold/v1/apps/nothing", json!({"name": "x"})).await.expect(404);
    assert_eq!(get(&app, &path).await.json()["app"], before["app"]);
}

/// Makes a contact event happen in the first location and delivers it.
async fn happen(app: &TestApp, kind: EventKind) {
    let here = app.agency.location.clone();
    app.write(move |tx, cx| {
        let event = Event {
            id: Id::generate(cx.random.as_ref()),
            kind,
            company_id: here.company_id().clone(),
            location_id: Some(here.location_id().clone()),
            record_id: "CoNtAcT0000000000001".into(),
            payload: json!({ "id": "CoNtAcT0000000000001" }),
            cause: Cause::default(),
            aside: Value::Null,
            at: cx.now,
        };
        Ok(outbox::append(tx, &event)?)
    })
    .await;
    app.run_until_idle().await;
}

/// The kinds that arrived, in alphabetical order: deliveries have no other.
fn heard(receiver: &Receiver) -> Vec<String> {
    let mut kinds: Vec<_> =
        receiver.requests().iter().map(|request| text(&request.json(), "type").to_owned()).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn events_go_where_the_wishes_say_from_then_on() {
    let app = TestApp::start().await;
    let (main, notes, later) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let body = json!({
        "name": "Partner", "scopes": ["contacts.readonly"], "webhookUrl": main.url,
        "events": ["ContactCreate", "NoteCreate"], "eventUrls": {"NoteCreate": notes.url},
    });
    let (path, made) = made(&app, body).await;
    install(&app, &made, Place::Location(app.agency.location.clone())).await;
    for kind in [EventKind::ContactCreate, EventKind::NoteCreate, EventKind::ContactDelete] {
        happen(&app, kind).await;
    }
    assert_eq!(
        (heard(&main), heard(&notes)),
        (vec!["ContactCreate".into(), "INSTALL".into()], vec!["NoteCreate".into()])
    );

    put(&app, &path, json!({"webhookUrl": later.url, "events": ["*"], "eventUrls": {}})).await.expect(200);
    happen(&app, EventKind::NoteCreate).await;
    happen(&app, EventKind::ContactDelete).await;
    assert_eq!(heard(&later), ["ContactDelete", "NoteCreate"]);
    assert_eq!((heard(&main).len(), heard(&notes).len()), (2, 1));
}
