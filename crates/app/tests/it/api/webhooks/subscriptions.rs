//! Who hears of what.

use leadhold_kernel::Timestamp;
use leadhold_store::params;
use leadhold_testkit::{Receiver, TestApp};

use super::*;

leadhold_store::statements! {
    APP across tenants "the test looks at what is kept" =
        "select s.secret_hash, a.client_id, a.redirect_uris from apps a join app_secrets s on s.app_id = a.id where a.id = $1";
}

/// The kinds that arrived, in alphabetical order: deliveries have no other.
fn kinds(receiver: &Receiver) -> Vec<String> {
    let mut kinds: Vec<_> =
        receiver.requests().iter().map(|r| r.json()["type"].as_str().expect("a type").to_owned()).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn an_app_hears_what_it_asked_for_where_it_is_installed() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let wanted = Kinds::Only(vec![EventKind::ContactCreate, EventKind::ContactDelete]);
    let registered = register(&app, wanted, &receiver.url).await;
    install(&app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    for kind in [EventKind::ContactCreate, EventKind::ContactUpdate, EventKind::ContactDelete] {
        happen(&app, kind, &app.agency.location, json!({})).await;
        happen(&app, kind, &app.agency.second, json!({})).await;
        happen(&app, kind, &app.other.location, json!({})).await;
    }
    app.run_until_idle().await;
    assert_eq!(kinds(&receiver), ["ContactCreate", "ContactDelete"]);
    let here = app.agency.location.location_id().as_str();
    assert!(receiver.requests().iter().all(|request| request.json()["locationId"] == here));
}

#[tokio::test]
async fn an_app_hears_only_what_it_was_granted() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Kinds::All, &receiver.url).await;
    let here = || Place::Location(app.agency.location.clone());
    install(&app, &registered, here(), "opportunities.readonly contacts.write").await;
    happen(&app, EventKind::ContactCreate, &app.agency.location, json!({})).await;
    happen(&app, EventKind::OpportunityCreate, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(kinds(&receiver), ["OpportunityCreate"]);

    install(&app, &registered, here(), "contacts.readonly").await; // again: the grant is replaced, not doubled
    happen(&app, EventKind::ContactCreate, &app.agency.location, json!({})).await;
    happen(&app, EventKind::OpportunityCreate, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(kinds(&receiver), ["ContactCreate", "OpportunityCreate"]);
}

#[tokio::test]
async fn what_is_not_for_apps_never_leaves() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    for kind in [EventKind::InboundWebhook, EventKind::ProviderOutboundMessage] {
        happen(&app, kind, &app.agency.location, json!({ "secret": true })).await;
    }
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 0);
}

#[tokio::test]
async fn an_agencys_own_event_goes_to_installs_on_the_agency() {
    let (app, on_agency, on_location) =
        (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let registered = register(&app, Kinds::All, &on_agency.url).await;
    install(&app, &registered, Place::Company(app.agency.company.clone()), "*").await;
    listen(&app, &on_location.url).await;
    let agency = app.agency.company.clone();
    app.write(move |tx, cx| {
        let event = Event {
            id: Id::generate(cx.random.as_ref()),
            kind: EventKind::LocationCreate,
            company_id: agency.company_id().clone(),
            location_id: None,
            record_id: "LoCaTiOn000000000009".into(),
            payload: json!({ "id": "LoCaTiOn000000000009", "name": "Third" }),
            cause: Cause::default(),
            aside: Value::Null,
            at: Timestamp(0),
        };
        outbox::append(tx, &event)?;
        Ok(())
    })
    .await;
    happen(&app, EventKind::ContactCreate, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(
        (kinds(&on_agency), kinds(&on_location)),
        (vec!["LocationCreate".into()], vec!["ContactCreate".into()])
    );
    assert_eq!(on_agency.requests()[0].json().get("locationId"), None);
}

#[tokio::test]
async fn two_apps_each_hear_under_their_own_name() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let first = listen(&app, &receiver.url).await;
    let second = listen(&app, &receiver.url).await;
    let event = create_contact(&app).await;
    let mut heard: Vec<_> = receiver.requests().iter().map(|r| r.json()["appId"].clone()).collect();
    heard.sort_by_key(ToString::to_string);
    let mut expected = [first.app_id.to_string(), second.app_id.to_string()];
    expected.sort();
    assert_eq!(heard, expected);
    assert!(receiver.requests().iter().all(|r| r.json()["webhookId"] == event.id.as_str()));
}

#[tokio::test]
async fn what_is_no_url_cannot_be_subscribed() {
    let app = TestApp::start().await;
    let registered = register(&app, Kinds::All, "https://example.com/hook").await;
    let cx = app.app.world.cx();
    for (url, fault) in [
        (
            "example.com/hook",
            "url is refused: not a URL: relative URL without a base; write it like https://example.com/hook",
        ),
        ("ftp://example.com/", "url is refused: the scheme ftp is not allowed; use https (or http)"),
    ] {
        let (cx, id) = (cx.clone(), registered.app_id.clone());
        let refused =
            app.app.world.write(move |tx| apps::subscribe(tx, &cx, &id, &Kinds::All, url)).await.unwrap_err();
        assert_eq!(refused, leadhold_kernel::Error::field(fault));
    }
}

#[tokio::test]
async fn of_a_secret_only_the_hash_is_kept() {
    let app = TestApp::start().await;
    let registered = register(&app, Kinds::All, "https://example.com/hook").await;
    assert_eq!(registered.client_id.split_once('-').unwrap().0, registered.app_id.as_str());
    assert_eq!(registered.client_secret.as_deref().map_or(0, str::len), 36);
    let id = registered.app_id.clone();
    let (hash, client_id, uris): (Vec<u8>, String, String) = app
        .write(move |tx, _| {
            Ok(tx.query_one(APP, params![&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
        })
        .await;
    assert_eq!((hash.len(), client_id), (32, registered.client_id.clone()));
    assert_eq!(uris, r#"["http://localhost/oauth/callback"]"#);
    assert!(
        !String::from_utf8_lossy(&hash).contains(registered.client_secret.as_deref().unwrap_or_default())
    );
}
