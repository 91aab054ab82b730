//! Outgoing webhooks: from an event to the receiver, and the log of it.

mod deliveries;
mod delivery;
mod disabled;
mod events;
mod keys;
mod listeners;
mod log;
mod manage;
mod missed;
mod order;
mod page;
mod replay;
mod retries;
mod schedule;
mod slow_endpoint;
mod standard;
mod subscriptions;
mod workflow_webhook;

use leadhold_app::LocationScope;
use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_app::oauth::apps::{self, Kinds, NewApp, Registered};
use leadhold_app::webhooks;
use leadhold_kernel::{Cause, Event, EventKind, Id, ScopeSet};
use leadhold_queue::outbox;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// An app of the agency, registered and subscribed to `kinds` at `url`, and installed nowhere.
async fn register(app: &TestApp, kinds: Kinds, url: &str) -> Registered {
    let (owner, url) = (app.agency.company.clone(), url.to_owned());
    app.write(move |tx, cx| {
        let new = NewApp {
            name: "Listener".into(),
            redirect_uris: vec!["http://localhost/oauth/callback".into()],
            ..NewApp::default()
        };
        let registered = apps::register(tx, cx, &owner, &new)?;
        apps::subscribe(tx, cx, &registered.app_id, &kinds, &url)?;
        Ok(registered)
    })
    .await
}

/// Installs the app with these scopes (all of them if it says `*`).
async fn install(app: &TestApp, registered: &Registered, place: Place, scopes: &str) {
    let scopes = if scopes == "*" { ScopeSet::all() } else { ScopeSet::parse(scopes).expect("scopes") };
    let (id, version) = (registered.app_id.clone(), registered.version_id.clone());
    let new = Installation::new(place, id, version, scopes);
    app.write(move |tx, cx| marketplace::install(tx, cx, &new)).await;
}

/// An app that hears of everything at the first location.
pub async fn listen(app: &TestApp, url: &str) -> Registered {
    let registered = register(app, Kinds::All, url).await;
    install(app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    registered
}

/// Makes an event happen in a location.
async fn happen(app: &TestApp, kind: EventKind, here: &LocationScope, payload: Value) -> Event {
    let here = here.clone();
    app.write(move |tx, cx| {
        let event = Event {
            id: Id::generate(cx.random.as_ref()),
            kind,
            company_id: here.company_id().clone(),
            location_id: Some(here.location_id().clone()),
            record_id: "CoNtAcT0000000000001".into(),
            payload: payload.clone(),
            cause: Cause::default(),
            aside: Value::Null,
            at: cx.now,
        };
        outbox::append(tx, &event)?;
        Ok(event)
    })
    .await
}

/// A contact is created in the first location, and everything due is done.
pub(super) async fn create_contact(app: &TestApp) -> Event {
    let payload = json!({ "id": "CoNtAcT0000000000001", "firstName": "Zoë", "tags": ["lead"] });
    let event = happen(app, EventKind::ContactCreate, &app.agency.location, payload).await;
    app.run_until_idle().await;
    event
}

/// Goes from attempt to attempt until the durable schedule is used up.
async fn use_up(app: &TestApp) {
    for pause in [5, 300, 1800, 7200, 18_000, 36_000, 36_000, 86_400, 86_400] {
        app.clock.advance(pause * 1000);
        app.run_until_idle().await;
    }
}

/// The first location's newest delivery, with its attempts.
async fn newest(app: &TestApp) -> Value {
    let list = app.get("/leadhold/v1/webhooks/deliveries?limit=1").send().await.expect(200).json();
    let id = list["deliveries"][0]["id"].as_str().expect("a delivery").to_owned();
    app.get(&format!("/leadhold/v1/webhooks/deliveries/{id}")).send().await.expect(200).json()
}
