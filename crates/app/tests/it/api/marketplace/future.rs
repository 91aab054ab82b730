//! Apps that come to an agency's new locations by themselves.

use leadhold_app::CompanyScope;
use leadhold_app::locations::{self, NewLocation, Settings};
use leadhold_kernel::{Cause, Cx, Error, Event, EventKind};
use leadhold_queue::outbox;
use leadhold_store::Tx;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;

use super::*;

async fn wish(app: &TestApp, registered: &Registered, wanted: bool) -> bool {
    let (agency, id) = (app.agency.company.clone(), registered.app_id.clone());
    app.write(move |tx, _| {
        let set = marketplace::install_to_future_locations(tx, &agency, &id, wanted)?;
        assert_eq!(marketplace::installs_to_future_locations(tx, &agency, &id)?, set && wanted);
        Ok(set)
    })
    .await
}

/// A new location and the event of it.
async fn new_location(app: &TestApp, agency: &CompanyScope) {
    let agency = agency.clone();
    app.write(move |tx, cx| make(tx, cx, &agency)).await;
}

fn make(tx: &mut Tx<'_>, cx: &Cx, agency: &CompanyScope) -> Result<(), Error> {
    let new = NewLocation {
        name: "Third Location".into(),
        email: None,
        phone: None,
        country: "US".into(),
        timezone: "America/Chicago".into(),
        settings: Settings::default(),
    };
    let here = locations::create(tx, cx, agency, &new)?;
    let event = Event {
        id: Id::generate(cx.random.as_ref()),
        kind: EventKind::LocationCreate,
        company_id: agency.company_id().clone(),
        location_id: None,
        record_id: here.location_id().to_string(),
        payload: json!({ "id": here.location_id(), "companyId": agency.company_id() }),
        cause: Cause::default(),
        aside: Value::Null,
        at: cx.now,
    };
    Ok(outbox::append(tx, &event)?)
}

#[tokio::test]
async fn an_app_comes_to_new_locations_when_the_agency_wishes_so() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Some(&receiver.url)).await;
    assert!(!wish(&app, &registered, true).await, "it is not installed on the agency");
    let new = Installation {
        user_id: Id::parse("UsEr0000000000000001"),
        ..installation(&registered, agency(&app))
    };
    install(&app, &new).await;
    new_location(&app, &app.agency.company).await;
    app.run_until_idle().await;
    assert_eq!(installs(&app, &registered).await, 1, "nobody wished it");

    assert!(wish(&app, &registered, true).await);
    new_location(&app, &app.agency.company).await;
    new_location(&app, &app.other.company).await;
    app.run_until_idle().await;
    assert_eq!(installs(&app, &registered).await, 2);
    let requests = receiver.requests();
    let body = requests.last().expect("the app was told").json();
    insta::assert_json_snapshot!(body, {
        ".locationId" => "[location]", ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]",
        ".webhookId" => "[event]",
    }, @r#"
    {
      "type": "INSTALL",
      "locationId": "[location]",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-15T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": 5,
      "isWhitelabelCompany": false,
      "whitelabelDetails": {},
      "companyName": "Test Agency",
      "installType": "Location"
    }
    "#);

    uninstall(&app, agency(&app), &registered).await.expect("it was there");
    assert_eq!(installs(&app, &registered).await, 0, "what came by itself goes with the agency's");
    new_location(&app, &app.agency.company).await;
    app.run_until_idle().await;
    assert_eq!(installs(&app, &registered).await, 0);
}

#[tokio::test]
async fn a_location_that_is_gone_by_then_gets_nothing() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    install(&app, &installation(&registered, agency(&app))).await;
    wish(&app, &registered, true).await;
    let agency = app.agency.company.clone();
    app.write(move |tx, cx| {
        let event = Event {
            id: Id::generate(cx.random.as_ref()),
            kind: EventKind::LocationCreate,
            company_id: agency.company_id().clone(),
            location_id: None,
            record_id: "GoNe0000000000000001".into(),
            payload: json!({}),
            cause: Cause::default(),
            aside: Value::Null,
            at: cx.now,
        };
        Ok(outbox::append(tx, &event)?)
    })
    .await;
    app.run_until_idle().await;
    assert_eq!(installs(&app, &registered).await, 1);
}
