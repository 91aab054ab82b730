//! Installing, updating, changing the plan, uninstalling: what is kept, and what the app is told.

use leadhold_app::oauth::apps::{self, Kinds};
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use super::*;

/// What arrived, by `type` and in the order of arrival.
fn told(receiver: &Receiver) -> Vec<Value> {
    receiver.requests().iter().map(leadhold_testkit::Received::json).collect()
}

fn types(receiver: &Receiver) -> Vec<String> {
    let types = told(receiver).into_iter().map(|body| body["type"].as_str().expect("a type").to_owned());
    types.collect()
}

#[tokio::test]
async fn an_app_is_told_of_its_install_on_a_location() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Some(&receiver.url)).await;
    let plan = plan(&app, &registered, 14).await;
    let user = Id::parse("UsEr0000000000000001");
    let new = Installation { user_id: user, plan_id: Some(plan), ..installation(&registered, here(&app)) };
    install(&app, &new).await;
    app.run_until_idle().await;
    let [body] = told(&receiver).try_into().expect("one delivery");
    insta::assert_json_snapshot!(body, {
        ".locationId" => "[location]", ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]",
        ".webhookId" => "[event]", ".planId" => "[plan]",
    }, @r#"
    {
      "type": "INSTALL",
      "locationId": "[location]",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-15T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": 1,
      "userId": "UsEr0000000000000001",
      "planId": "[plan]",
      "trial": {
        "onTrial": true,
        "trialDuration": 14,
        "trialStartDate": "2026-01-15T10:00:00.000Z"
      },
      "isWhitelabelCompany": false,
      "whitelabelDetails": {},
      "companyName": "Test Agency",
      "installType": "Location"
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["INSTALL"]);
    assert_eq!(body["appId"], json!(registered.app_id));
}

#[tokio::test]
async fn an_app_is_told_of_its_install_on_an_agency() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Some(&receiver.url)).await;
    install(&app, &installation(&registered, agency(&app))).await;
    app.run_until_idle().await;
    let [body] = told(&receiver).try_into().expect("one delivery");
    insta::assert_json_snapshot!(body, {
        ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]", ".webhookId" => "[event]",
    }, @r#"
    {
      "type": "INSTALL",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-15T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": 1,
      "isWhitelabelCompany": false,
      "whitelabelDetails": {},
      "companyName": "Test Agency",
      "installType": "Company"
    }
    "#);
}

#[tokio::test]
async fn installing_again_tells_only_what_is_new() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    let new = installation(&registered, here(&app));
    let first = install(&app, &new).await;
    assert_eq!(app.new_event_kinds().await, ["INSTALL"]);

    assert_eq!(install(&app, &new).await, first);
    assert_eq!(app.new_event_kinds().await, [""; 0], "nothing changed");

    let wider = Installation { scopes: ScopeSet::all(), ..new.clone() };
    let again = install(&app, &wider).await;
    assert_eq!((&again.id, &again.scopes), (&first.id, &ScopeSet::all()));
    assert_eq!(app.new_event_kinds().await, ["INSTALL"], "what was granted changed");

    let version = Id::parse("0000000000000000000000aa").expect("an id");
    install(&app, &Installation { version, ..wider.clone() }).await;
    assert_eq!(app.new_event_kinds().await, ["AppUpdate"]);

    let plan = plan(&app, &registered, 0).await;
    install(&app, &Installation { plan_id: Some(plan.clone()), ..wider.clone() }).await;
    assert_eq!(app.new_event_kinds().await, ["AppUpdate", "PLAN_CHANGE"], "back again, with a plan");
    let kept = install(&app, &wider).await;
    assert_eq!((kept.plan_id, kept.trial), (Some(plan), None), "who names no plan keeps it");
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    assert_eq!(installs(&app, &registered).await, 1);

    uninstall(&app, here(&app), &registered).await.expect("it was there");
    assert_eq!(app.new_event_kinds().await, ["UNINSTALL"]);
    let anew = install(&app, &new).await;
    assert_ne!(anew.id, first.id, "a token of the first install is not revived");
    assert_eq!(app.new_event_kinds().await, ["INSTALL"]);
}

#[tokio::test]
async fn an_uninstall_reaches_the_app_though_the_install_is_gone() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Some(&receiver.url)).await;
    install(&app, &installation(&registered, here(&app))).await;
    let ended = uninstall(&app, here(&app), &registered).await.expect("it was there");
    assert_eq!(installs(&app, &registered).await, 0);
    app.run_until_idle().await;
    let bodies = told(&receiver);
    let body = bodies.iter().find(|body| body["type"] == "UNINSTALL").expect("the app was told");
    insta::assert_json_snapshot!(body, {
        ".locationId" => "[location]", ".companyId" => "[company]", ".appId" => "[app]", ".versionId" => "[version]",
        ".webhookId" => "[event]",
    }, @r#"
    {
      "type": "UNINSTALL",
      "locationId": "[location]",
      "companyId": "[company]",
      "appId": "[app]",
      "versionId": "[version]",
      "timestamp": "2026-01-15T10:00:00.000Z",
      "webhookId": "[event]",
      "sequence": 2
    }
    "#);
    let events = app.new_events().await;
    assert_eq!(events.last().expect("events").1, ended.id.as_str());
    assert_eq!(uninstall(&app, here(&app), &registered).await, None, "what is not there cannot go");
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn an_agencys_install_takes_those_with_it_that_came_with_it() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    let second = Place::Location(app.agency.second.clone());
    install(&app, &installation(&registered, agency(&app))).await;
    install(&app, &Installation { bulk: true, ..installation(&registered, here(&app)) }).await;
    install(&app, &installation(&registered, second.clone())).await;
    let elsewhere = Place::Location(app.other.location.clone());
    install(&app, &Installation { bulk: true, ..installation(&registered, elsewhere) }).await;
    app.new_events().await;

    uninstall(&app, agency(&app), &registered).await.expect("it was there");
    let events = app.new_events().await;
    let ends: Vec<_> =
        events.iter().map(|(kind, _, payload)| (kind.as_str(), &payload["locationId"])).collect();
    let first = json!(app.agency.location.location_id());
    assert_eq!(ends, [("UNINSTALL", &first), ("UNINSTALL", &Value::Null)]);
    assert_eq!(installs(&app, &registered).await, 2, "the second location's own, and another agency's");
}

#[tokio::test]
async fn what_a_location_installed_itself_stays_when_a_bulk_install_came_over_it() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    install(&app, &installation(&registered, agency(&app))).await;
    let bulk = Installation { bulk: true, ..installation(&registered, here(&app)) };
    install(&app, &bulk).await;
    assert!(!install(&app, &Installation { bulk: false, ..bulk.clone() }).await.bulk);
    assert!(!install(&app, &bulk).await.bulk);
    uninstall(&app, agency(&app), &registered).await.expect("it was there");
    assert_eq!(installs(&app, &registered).await, 1);
}

#[tokio::test]
async fn a_version_and_a_plan_change_once() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = register(&app, Some(&receiver.url)).await;
    install(&app, &installation(&registered, here(&app))).await;
    let version = Id::parse("0000000000000000000000aa").expect("an id");
    let (place, id) = (here(&app), registered.app_id.clone());
    let update = move |tx: &mut leadhold_store::Tx<'_>, cx: &leadhold_kernel::Cx| {
        marketplace::update_version(tx, cx, &place, &id, &version)
    };
    let updated = app.write(update.clone()).await.expect("it is there");
    assert_eq!(updated.version_id.as_str(), "0000000000000000000000aa");
    app.write(update).await.expect("it is there");
    let (pro, place, id) = (plan(&app, &registered, 7).await, here(&app), registered.app_id.clone());
    let user = Id::parse("UsEr0000000000000001");
    let change = move |tx: &mut leadhold_store::Tx<'_>, cx: &leadhold_kernel::Cx| {
        marketplace::change_plan(tx, cx, &place, &id, &pro, user.as_ref())
    };
    let changed = app.write(change.clone()).await.expect("it is there");
    assert_eq!(changed.trial.map(|trial| trial.days), Some(7));
    app.write(change).await.expect("it is there");
    assert_eq!(app.new_event_kinds().await, ["INSTALL", "AppUpdate", "PLAN_CHANGE"]);
    app.run_until_idle().await;
    let mut bodies = told(&receiver);
    bodies.retain(|body| body["type"] != "INSTALL");
    bodies.sort_by_key(|body| body["type"].to_string());
    insta::assert_json_snapshot!(bodies, {
        "[].locationId" => "[location]", "[].companyId" => "[company]", "[].appId" => "[app]",
        "[].webhookId" => "[event]", "[].newPlanId" => "[plan]",
    }, @r#"
    [
      {
        "type": "AppUpdate",
        "locationId": "[location]",
        "companyId": "[company]",
        "appId": "[app]",
        "versionId": "0000000000000000000000aa",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[event]",
        "sequence": 2,
        "installType": "Location"
      },
      {
        "type": "PLAN_CHANGE",
        "locationId": "[location]",
        "companyId": "[company]",
        "appId": "[app]",
        "versionId": "0000000000000000000000aa",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[event]",
        "sequence": 3,
        "newPlanId": "[plan]",
        "userId": "UsEr0000000000000001"
      }
    ]
    "#);
}

#[tokio::test]
async fn what_is_not_installed_cannot_change() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    let (place, id) = (here(&app), registered.app_id.clone());
    let plan = plan(&app, &registered, 0).await;
    app.write(move |tx, cx| {
        assert_eq!(marketplace::change_plan(tx, cx, &place, &id, &plan, None)?, None);
        let version = Id::parse("0000000000000000000000aa").expect("an id");
        assert_eq!(marketplace::update_version(tx, cx, &place, &id, &version)?, None);
        Ok(())
    })
    .await;
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn a_plan_that_the_app_does_not_have_is_refused() {
    let app = TestApp::start().await;
    let (registered, other) = (register(&app, None).await, register(&app, None).await);
    let plan = plan(&app, &other, 0).await;
    let new = Installation { plan_id: Some(plan.clone()), ..installation(&registered, here(&app)) };
    let cx = app.app.world.cx();
    let refused = app.app.world.write(move |tx| marketplace::install(tx, &cx, &new)).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("The app has no plan with id {plan}."));
    assert_eq!(installs(&app, &registered).await, 0);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn an_apps_life_is_told_at_its_default_url_to_it_alone_and_once() {
    let (app, own, other, events) =
        (TestApp::start().await, Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let (registered, neighbour) =
        (register(&app, Some(&own.url)).await, register(&app, Some(&other.url)).await);
    install(&app, &installation(&neighbour, here(&app))).await;
    app.run_until_idle().await;
    for id in [registered.app_id.clone(), neighbour.app_id.clone()] {
        let url = events.url.clone();
        app.write(move |tx, cx| apps::subscribe(tx, cx, &id, &Kinds::All, &url)).await;
    }
    install(&app, &installation(&registered, here(&app))).await;
    uninstall(&app, here(&app), &registered).await.expect("it was there");
    app.run_until_idle().await;
    let mut heard = types(&own);
    heard.sort();
    assert_eq!(heard, ["INSTALL", "UNINSTALL"]);
    assert_eq!(types(&other), ["INSTALL"], "of its own install only");
    assert_eq!(types(&events), [""; 0], "a subscription to everything is not for this");

    app.post("/contacts/").json(&json!({"email": "ada@example.com"})).send().await.expect(201);
    app.run_until_idle().await;
    assert_eq!(types(&events), ["ContactCreate"], "the neighbour's; everything else goes by subscriptions");
}

#[tokio::test]
async fn a_credential_that_is_no_app_hears_nothing() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    install(&app, &installation(&registered, here(&app))).await;
    app.post("/contacts/").json(&json!({"email": "ada@example.com"})).send().await.expect(201);
    app.run_until_idle().await;
    // Private tokens and agency keys exist for both agencies; an app without a URL is no better off.
    for token in [&app.agency.location_token, &app.agency.token, &app.agency.key] {
        let log = app.get("/leadhold/v1/webhooks/deliveries").token(token).send().await.expect(200).json();
        assert_eq!(log["deliveries"], json!([]));
    }
}
