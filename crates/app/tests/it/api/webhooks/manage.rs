//! `/leadhold/v1/webhooks/subscriptions`: who may have which, and what they bring about.

use http::Method;
use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::{Answer, Receiver, TestApp};

use super::*;
use crate::api::oauth;

const PATH: &str = "/leadhold/v1/webhooks/subscriptions";

/// With the agency's token.
async fn call(app: &TestApp, method: Method, path: &str, body: Value) -> Answer {
    app.call(method, path).token(&app.agency.token).json(&body).send().await
}

/// A subscription of the app that hears of everything at `url`, with what `more` says: the whole answer.
pub(super) async fn subscribed(app: &TestApp, of: &Registered, url: &str, more: Value) -> Value {
    let mut body = json!({ "appId": of.app_id, "url": url });
    let more = more.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(more);
    call(app, Method::POST, PATH, body).await.expect(201).json()
}

pub(super) fn path_of(made: &Value) -> String {
    format!("{PATH}/{}", made["subscription"]["id"].as_str().expect("an id"))
}

/// An app that is installed in both locations and wishes for nothing.
async fn installed(app: &TestApp) -> Registered {
    let registered = oauth::partner(app, Distribution::Both).await;
    for here in [app.agency.location.clone(), app.agency.second.clone()] {
        install(app, &registered, Place::Location(here), "*").await;
    }
    registered
}

fn here(app: &TestApp) -> &str {
    app.agency.location.location_id().as_str()
}

#[tokio::test]
async fn a_subscription_is_made_with_a_secret_that_is_shown_once() {
    let app = TestApp::start().await;
    let partner = installed(&app).await;
    let more = json!({
        "events": ["ContactCreate", "ContactTagUpdate"], "locationId": here(&app), "versionId": partner.version_id,
        "filters": [{"field": "tags", "operator": "includes_any", "value": ["vip", 7]}], "mode": "ghl", "ordered": true,
    });
    let made = subscribed(&app, &partner, "https://example.com/hook", more).await;
    insta::assert_json_snapshot!(made, {
        ".subscription.id" => "[id]", ".subscription.appId" => "[app]", ".subscription.versionId" => "[version]",
        ".subscription.companyId" => "[company]", ".subscription.locationId" => "[location]", ".secret" => "[secret]",
    }, @r#"
    {
      "subscription": {
        "id": "[id]",
        "appId": "[app]",
        "versionId": "[version]",
        "companyId": "[company]",
        "locationId": "[location]",
        "url": "https://example.com/hook",
        "ofApp": false,
        "events": [
          "ContactCreate",
          "ContactTagUpdate"
        ],
        "filters": [
          {
            "field": "tags",
            "operator": "includes_any",
            "value": [
              "vip",
              "7"
            ]
          }
        ],
        "mode": "ghl",
        "ordered": true,
        "state": "enabled",
        "disabledReason": null,
        "disabledAt": null,
        "failingSince": null,
        "previousSecretUntil": null,
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      },
      "secret": "[secret]"
    }
    "#);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let read = app.get(&path_of(&made)).token(&app.agency.token).send().await.expect(200);
    assert_eq!(read.json()["subscription"], made["subscription"]);
    assert_eq!(read.json().get("secret"), None);
    let list = app.get(PATH).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(list, json!({ "subscriptions": [made["subscription"]], "next": null }));
}

#[tokio::test]
async fn a_list_comes_in_pages_and_shows_the_wishes_too() {
    let app = TestApp::start().await;
    let partner = installed(&app).await;
    let mut made = Vec::new();
    for n in 0..3 {
        made.push(
            subscribed(&app, &partner, &format!("https://example.com/{n}"), json!({})).await["subscription"]
                .clone(),
        );
    }
    made.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
    let page = |query: String| {
        let call =
            app.get(&format!("{PATH}?appId={}&limit=2{query}", partner.app_id)).token(&app.agency.token);
        async move { call.send().await.expect(200).json() }
    };
    let first = page(String::new()).await;
    assert_eq!(first["subscriptions"], json!(made[..2]));
    let second = page(format!("&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!(second, json!({ "subscriptions": made[2..], "next": null }));

    let wish = json!({"webhookUrl": "https://example.com/main", "events": ["NoteCreate"]});
    call(&app, Method::PUT, &format!("/leadhold/v1/apps/{}", partner.app_id), wish).await.expect(200);
    let list = app.get(PATH).token(&app.agency.token).send().await.expect(200).json();
    let wished: Vec<_> =
        list["subscriptions"].as_array().unwrap().iter().filter(|one| one["ofApp"] == true).collect();
    assert_eq!(wished.len(), 1, "{list}");
    assert_eq!(
        (&wished[0]["url"], &wished[0]["events"]),
        (&json!("https://example.com/main"), &json!(["NoteCreate"]))
    );
    let path = format!("{PATH}/{}", wished[0]["id"].as_str().unwrap());
    let refused = call(&app, Method::PATCH, &path, json!({"events": ["*"]})).await.expect(409).json();
    assert!(refused["message"].as_str().unwrap().contains("PUT /leadhold/v1/apps/"), "{refused}");
    call(&app, Method::DELETE, &path, json!({})).await.expect(409);
    let mode = call(&app, Method::PATCH, &path, json!({"mode": "ghl"})).await.expect(200).json();
    assert_eq!(mode["subscription"]["mode"], "ghl");
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    let app = TestApp::start().await;
    let partner = installed(&app).await;
    let body = json!({
        "url": 1, "events": ["ContactCreate", "Nothing"], "mode": "fast", "ordered": "yes", "extra": 1,
        "filters": [{"field": "tags", "operator": "like", "value": 1}],
    });
    let refused = call(&app, Method::POST, PATH, body).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property extra should not exist",
      "appId must be a string",
      "appId should not be empty",
      "url must be a string",
      "url should not be empty",
      "events must not contain Nothing, which is no event",
      "filters.0.operator must be one of the following values: is, is_not, contains, not_contains, is_empty, is_not_empty, greater_than, less_than, includes_any",
      "mode must be one of the following values: durable, ghl",
      "ordered must be a boolean value"
    ]
    "#);
    let (other, version) =
        (register(&app, Kinds::All, "https://example.com").await, partner.version_id.clone());
    let body = json!({
        "appId": other.app_id, "url": "ftp://example.com", "events": ["INSTALL"], "versionId": version,
        "locationId": here(&app),
    });
    let refused = call(&app, Method::POST, PATH, body).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "url is refused: the scheme ftp is not allowed; use https (or http)",
      "events must not contain INSTALL: it is always sent, and only to webhookUrl",
      "versionId must be a version of the app",
      "locationId must be a place where the app is installed"
    ]
    "#);
    for body in
        [json!({"events": []}), json!({"state": "off"}), json!({"appId": other.app_id}), json!({"url": ""})]
    {
        let made = subscribed(&app, &partner, "https://example.com/", json!({})).await;
        call(&app, Method::PATCH, &path_of(&made), body).await.expect(422);
        let after = app.get(&path_of(&made)).token(&app.agency.token).send().await.expect(200).json();
        assert_eq!(after["subscription"], made["subscription"], "nothing changed");
    }
    call(
        &app,
        Method::POST,
        PATH,
        json!({"appId": "66a0419a0dffa47fb5f8b22f", "url": "https://example.com/"}),
    )
    .await
    .expect(404);
}

#[tokio::test]
async fn strangers_see_nothing() {
    let app = TestApp::start().await;
    let partner = installed(&app).await;
    let made =
        subscribed(&app, &partner, "https://example.com/secret", json!({"locationId": here(&app)})).await;
    let path = path_of(&made);
    for token in [&app.agency.location_token, &app.other.location_token] {
        app.get(PATH).token(token).send().await.expect(403);
        app.get(&path).token(token).send().await.expect(403);
    }
    app.get(&path).token(&app.other.token).send().await.expect(404);
    app.delete(&path).token(&app.other.token).send().await.expect(404);
    for end in ["/enable", "/secret"] {
        app.post(&format!("{path}{end}")).token(&app.other.token).json(&json!({})).send().await.expect(404);
    }
    let list = app.get(PATH).token(&app.other.token).send().await.expect(200).json();
    assert_eq!(list["subscriptions"], json!([]));
    let body = json!({"appId": partner.app_id, "url": "https://example.com/"});
    app.post(PATH).token(&app.other.token).json(&body).send().await.expect(404);
    let body = json!({"appId": partner.app_id, "url": "https://example.com/", "locationId": app.other.location.location_id()});
    call(&app, Method::POST, PATH, body).await.expect(403);

    let poor = {
        let owner = leadhold_app::tokens::Owner::Company(app.agency.company.clone());
        let (kind, scopes) = (leadhold_app::tokens::Kind::Private, ScopeSet::parse("apps.readonly").unwrap());
        app.write(move |tx, cx| leadhold_app::tokens::create(tx, cx, &owner, kind, "poor", scopes))
            .await
            .secret
    };
    app.get(&path).token(&poor).send().await.expect(200);
    let refused = app.delete(&path).token(&poor).send().await.expect(401).json();
    assert_eq!(refused["message"], "The token is not authorized for this scope.");
}

#[tokio::test]
async fn an_apps_own_token_looks_after_those_of_its_install() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let partner = oauth::partner(&app, Distribution::Both).await;
    let tokens = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    install(&app, &partner, Place::Location(app.agency.second.clone()), "*").await;
    let bearer = tokens["access_token"].as_str().unwrap();
    let everywhere = subscribed(&app, &partner, "https://example.com/", json!({})).await;
    app.get(&path_of(&everywhere)).token(bearer).send().await.expect(404);

    let body = json!({"url": receiver.url, "events": ["ContactCreate"]});
    let made = app.post(PATH).token(bearer).json(&body).send().await.expect(201).json();
    assert_eq!(made["subscription"]["locationId"], here(&app));
    let list = app.get(PATH).token(bearer).send().await.expect(200).json();
    assert_eq!(list["subscriptions"], json!([made["subscription"]]));
    let elsewhere = json!({"url": receiver.url, "locationId": app.agency.second.location_id()});
    app.post(PATH).token(bearer).json(&elsewhere).send().await.expect(403);
    let (other, url) = (installed(&app).await, &receiver.url);
    app.post(PATH).token(bearer).json(&json!({"appId": other.app_id, "url": url})).send().await.expect(404);

    for here in [&app.agency.location, &app.agency.second] {
        happen(&app, EventKind::ContactCreate, here, json!({})).await;
    }
    app.run_until_idle().await;
    let [only] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert_eq!(only.json()["locationId"], here(&app), "of its own install alone");
    app.call(Method::PATCH, &path_of(&made))
        .token(bearer)
        .json(&json!({"ordered": true}))
        .send()
        .await
        .expect(200);
    app.delete(&path_of(&made)).token(bearer).send().await.expect(200);
    app.get(&path_of(&made)).token(bearer).send().await.expect(404);
    happen(&app, EventKind::ContactCreate, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn filters_and_versions_decide_what_goes_out() {
    let app = TestApp::start().await;
    let (vips, old, beside) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let partner = installed(&app).await;
    let filters = json!([
        {"field": "tags", "operator": "contains", "value": "VIP"}, {"field": "score", "operator": "greater_than", "value": 5},
        {"field": "type", "operator": "is", "value": "ContactCreate"},
    ]);
    subscribed(&app, &partner, &vips.url, json!({ "filters": filters })).await;
    subscribed(
        &app,
        &partner,
        &old.url,
        json!({"versionId": partner.version_id, "events": ["ContactDelete"]}),
    )
    .await;
    let made = subscribed(&app, &partner, &beside.url, json!({"events": ["ContactDelete"]})).await;
    for (tags, score) in [(json!(["vip"]), 9), (json!(["vip"]), 5), (json!([]), 9)] {
        let payload = json!({ "tags": tags, "score": score });
        happen(&app, EventKind::ContactCreate, &app.agency.location, payload.clone()).await;
        happen(&app, EventKind::ContactUpdate, &app.agency.location, payload).await;
    }
    app.run_until_idle().await;
    let heard: Vec<_> = vips.requests().iter().map(|r| r.json()["score"].clone()).collect();
    assert_eq!(heard, [json!(9)]);

    happen(&app, EventKind::ContactDelete, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!((old.requests().len(), beside.requests().len()), (1, 1));
    let versions = format!("/leadhold/v1/apps/{}/versions", partner.app_id);
    let draft = call(&app, Method::POST, &versions, json!({})).await.expect(201).json();
    let draft = draft["version"]["id"].as_str().unwrap();
    call(&app, Method::POST, &format!("{versions}/{draft}/publish"), json!({})).await.expect(200);
    happen(&app, EventKind::ContactDelete, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(
        (old.requests().len(), beside.requests().len()),
        (1, 2),
        "the old version is installed nowhere"
    );

    let other = Receiver::start().await;
    let changed = json!({"url": other.url, "events": ["NoteCreate"]});
    call(&app, Method::PATCH, &path_of(&made), changed).await.expect(200);
    happen(&app, EventKind::NoteCreate, &app.agency.location, json!({})).await;
    happen(&app, EventKind::ContactDelete, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    assert_eq!((other.requests().len(), beside.requests().len()), (1, 2));
}

#[tokio::test]
async fn of_subscriptions_there_are_not_too_many() {
    let app = TestApp::start().await;
    let partner = installed(&app).await;
    for _ in 0..50 {
        subscribed(&app, &partner, "https://example.com/", json!({"locationId": here(&app)})).await;
    }
    let body = json!({"appId": partner.app_id, "url": "https://example.com/", "locationId": here(&app)});
    call(&app, Method::POST, PATH, body).await.expect(409);
    subscribed(
        &app,
        &partner,
        "https://example.com/",
        json!({"locationId": app.agency.second.location_id()}),
    )
    .await;
}
