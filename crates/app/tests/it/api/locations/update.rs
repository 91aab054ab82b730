//! `PUT /locations/{locationId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{body, path};

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = TestApp::start().await;
    let first = json!({"city": "Chicago", "social": {"yelp": "y", "twitter": "t"}});
    app.put(&path(&app)).token(&app.agency.token).json(&body(&app, first)).send().await.expect(200);
    app.new_events().await;
    let second = json!({
        "name": "Renamed", "settings": {"disableContactTimezone": true}, "social": {"yelp": null, "twitter": "u"},
        "timezone": "Europe/Paris", "country": "FR",
    });
    let changed = app
        .put(&path(&app))
        .token(&app.agency.token)
        .json(&body(&app, second.clone()))
        .send()
        .await
        .expect(200)
        .json();
    insta::assert_json_snapshot!(changed, { ".id" => "[location]", ".companyId" => "[company]" }, @r#"
    {
      "id": "[location]",
      "name": "Renamed",
      "country": "FR",
      "timezone": "Europe/Paris",
      "city": "Chicago",
      "settings": {
        "allowDuplicateContact": false,
        "allowDuplicateOpportunity": false,
        "allowFacebookNameMerge": false,
        "disableContactTimezone": true
      },
      "social": {
        "twitter": "u"
      },
      "companyId": "[company]"
    }
    "#);
    let events = app.new_events().await;
    let [(kind, _, payload)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(kind, "LocationUpdate");
    insta::assert_json_snapshot!(payload, { ".id" => "[location]", ".companyId" => "[company]" }, @r#"
    {
      "id": "[location]",
      "companyId": "[company]",
      "name": "Renamed"
    }
    "#);
    // The same again changes nothing and announces nothing.
    let before = app.database.content().await;
    app.put(&path(&app)).token(&app.agency.token).json(&body(&app, second)).send().await.expect(200);
    assert_eq!(app.database.content().await, before);
    // Rules that read the settings follow at once: the number is read by the new country's plan.
    let contact = json!({"firstName": "A", "phone": "01 23 45 67 89"});
    let made = app.post("/contacts/").json(&contact).send().await.expect(201).json();
    assert_eq!(made["contact"]["phone"], "+33123456789");
}

#[tokio::test]
async fn a_change_is_the_agencys_and_must_name_it() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let good = body(&app, json!({}));
    app.put(&path(&app)).json(&good).send().await.expect(403);
    app.put(&path(&app)).token(&app.other.token).json(&good).send().await.expect(403);
    app.put(&path(&app)).token(&app.other.token).json(&json!({"foo": 1})).send().await.expect(403);
    let refused = app.put(&path(&app)).token(&app.agency.token).json(&json!({"name": 1})).send().await;
    insta::assert_json_snapshot!(refused.expect(422).json()["message"], @r#"
    [
      "name must be a string",
      "name should not be empty",
      "companyId must be a string",
      "companyId should not be empty"
    ]
    "#);
    let snapshot = body(&app, json!({"snapshot": {"id": "abc", "override": true}}));
    app.put(&path(&app)).token(&app.agency.token).json(&snapshot).send().await.expect(400);
    assert_eq!(app.database.content().await, before);
}
