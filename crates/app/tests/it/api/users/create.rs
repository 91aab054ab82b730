//! `POST /users/` and `GET /users/{userId}`

use leadhold_app::users;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{add, add_agency_user, body};

#[tokio::test]
async fn a_person_is_added_read_and_can_sign_in() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id();
    let full = body(
        &app,
        json!({
            "phone": "+18832327657", "permissions": {"botService": true, "tagsEnabled": false},
            "scopes": ["contacts.write"], "scopesAssignedToOnly": [], "profilePhoto": "https://img.png",
            "twilioPhone": {(here.to_string()): "+18832327657", "elsewhere": ""}, "platformLanguage": "de",
        }),
    );
    let made = app.post("/users/").json(&full).send().await.expect(201).json();
    let mut shown = made.clone();
    shown["twilioPhone"] = json!(shown["twilioPhone"].as_object().map(serde_json::Map::len));
    insta::assert_json_snapshot!(shown, { ".id" => "[user]", ".roles.locationIds[]" => "[location]" }, @r#"
    {
      "id": "[user]",
      "name": "John Deo",
      "firstName": "John",
      "lastName": "Deo",
      "email": "john@deo.com",
      "permissions": {
        "campaignsEnabled": true,
        "campaignsReadOnly": false,
        "contactsEnabled": true,
        "workflowsEnabled": true,
        "workflowsReadOnly": false,
        "triggersEnabled": true,
        "funnelsEnabled": true,
        "websitesEnabled": false,
        "opportunitiesEnabled": true,
        "dashboardStatsEnabled": true,
        "bulkRequestsEnabled": true,
        "appointmentsEnabled": true,
        "reviewsEnabled": true,
        "onlineListingsEnabled": true,
        "phoneCallEnabled": true,
        "conversationsEnabled": true,
        "assignedDataOnly": false,
        "adwordsReportingEnabled": false,
        "membershipEnabled": false,
        "facebookAdsReportingEnabled": false,
        "attributionsReportingEnabled": false,
        "settingsEnabled": true,
        "tagsEnabled": false,
        "leadValueEnabled": true,
        "marketingEnabled": true,
        "agentReportingEnabled": true,
        "botService": true,
        "socialPlanner": true,
        "bloggingEnabled": true,
        "invoiceEnabled": true,
        "affiliateManagerEnabled": true,
        "contentAiEnabled": true,
        "refundsEnabled": true,
        "recordPaymentEnabled": true,
        "cancelSubscriptionEnabled": true,
        "paymentsEnabled": true,
        "communitiesEnabled": true,
        "exportPaymentsEnabled": true
      },
      "roles": {
        "type": "account",
        "role": "user",
        "locationIds": [
          "[location]"
        ],
        "restrictSubAccount": false
      },
      "lcPhone": {},
      "phone": "+18832327657",
      "profilePhoto": "https://img.png",
      "platformLanguage": "de",
      "scopes": [
        "contacts.write"
      ],
      "scopesAssignedToOnly": [],
      "twilioPhone": 1
    }
    "#);
    let path = format!("/users/{}", made["id"].as_str().expect("an id"));
    for token in [&app.agency.location_token, &app.agency.token] {
        assert_eq!(app.get(&path).token(token).version("v3").send().await.expect(200).json(), made);
    }
    let events = app.new_events().await;
    let [(kind, _, payload)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(kind, "UserCreate");
    insta::assert_json_snapshot!(
        super::redacted(payload.clone()), { ".id" => "[user]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[user]",
      "firstName": "John",
      "lastName": "Deo",
      "email": "john@deo.com",
      "role": "user",
      "permissions": "[permissions]",
      "locationId": "[location]",
      "phone": "+18832327657",
      "scopes": [
        "contacts.write"
      ]
    }
    "#
    );
    let sign_in = app.write(|tx, _| users::by_email(tx, " JOHN@deo.com ")).await.expect("the person");
    assert!(users::matches("correct horse", &sign_in.password_hash));
    assert!(sign_in.user.may_enter(here) && !sign_in.user.may_enter(app.agency.second.location_id()));
    let kept = format!("{:?}", app.database.content().await);
    assert!(!kept.contains("correct horse"));
}

#[tokio::test]
async fn a_user_of_the_agency_is_news_at_the_agency() {
    let app = TestApp::start().await;
    let id = add_agency_user(&app, "boss@example.com").await;
    let events = app.new_events().await;
    let [(kind, record, payload)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((kind.as_str(), record), ("UserCreate", &id));
    insta::assert_json_snapshot!(
        super::redacted(payload.clone()), { ".id" => "[user]", ".companyId" => "[company]" }, @r#"
    {
      "id": "[user]",
      "firstName": "John",
      "lastName": "Deo",
      "email": "boss@example.com",
      "role": "admin",
      "permissions": "[permissions]",
      "companyId": "[company]",
      "locations": []
    }
    "#
    );
    let boss = app.write(|tx, _| users::by_email(tx, "boss@example.com")).await.expect("the person").user;
    assert!(boss.may_enter(app.agency.second.location_id()) && !boss.is_restricted());
    // A location's credential cannot see users of the agency.
    app.get(&format!("/users/{id}")).send().await.expect(403);
}

#[tokio::test]
async fn a_person_of_two_locations_is_news_at_both() {
    let app = TestApp::start().await;
    let both = [&app.agency.second, &app.agency.location].map(|here| here.location_id().to_string());
    add(&app, json!({"locationIds": both})).await;
    assert_eq!(app.new_event_kinds().await, ["UserCreate", "UserCreate"]);
}

#[tokio::test]
async fn an_address_is_one_persons_whatever_its_case() {
    let app = TestApp::start().await;
    add(&app, json!({})).await;
    let before = app.database.content().await;
    let again = body(&app, json!({"email": "John@Deo.com"}));
    let refused = app.post("/users/").json(&again).send().await.expect(400).json();
    assert_eq!(refused["message"], "A user with the email John@Deo.com exists already.");
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let refused = app.post("/users/").json(&json!({"foo": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "companyId must be a string",
      "companyId should not be empty",
      "firstName must be a string",
      "firstName should not be empty",
      "lastName must be a string",
      "lastName should not be empty",
      "email must be an email",
      "password should not be empty",
      "type should not be empty",
      "role should not be empty",
      "locationIds must be an array"
    ]
    "#);
    let faulty = body(
        &app,
        json!({
            "email": "x", "password": "short", "type": "guest", "role": "owner", "locationIds": "a", "phone": 1,
            "permissions": {"botService": "yes", "fly": true}, "scopes": ["x"], "twilioPhone": {"a": 1},
            "platformLanguage": "tlh",
        }),
    );
    let refused = app.post("/users/").json(&faulty).send().await.expect(422).json();
    let faults: Vec<String> = serde_json::from_value(refused["message"].clone()).expect("sentences");
    let short: Vec<&str> = faults.iter().map(|fault| &fault[..fault.len().min(90)]).collect();
    insta::assert_json_snapshot!(short, @r#"
    [
      "email must be an email",
      "password must be longer than or equal to 8 characters",
      "type must be one of the following values: account, agency",
      "role must be one of the following values: admin, user",
      "locationIds must be an array",
      "phone must be a string",
      "permissions.property fly should not exist",
      "permissions.botService must be a boolean value",
      "each value in scopes must be one of the following values: campaigns.readonly, campaigns.wr",
      "twilioPhone must have a telephone number for each location",
      "platformLanguage must be one of the following values: en_US, es, fr_CA, fr_FR, nl, de, pt_"
    ]
    "#);
    let nowhere = body(&app, json!({"locationIds": []}));
    app.post("/users/").token(&app.agency.token).json(&nowhere).send().await.expect(422);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn nobody_is_added_beyond_the_credentials_reach() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let second = app.agency.second.location_id();
    for more in [
        json!({"type": "agency"}),
        json!({"locationIds": [second]}),
        json!({"locationIds": [app.agency.location.location_id(), second]}),
        json!({"companyId": app.other.company.company_id()}),
    ] {
        app.post("/users/").json(&body(&app, more)).send().await.expect(403);
    }
    let foreign = body(&app, json!({"locationIds": [app.other.location.location_id()]}));
    app.post("/users/").token(&app.agency.token).json(&foreign).send().await.expect(403);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn who_is_not_there_is_a_400_and_who_is_elsewhere_a_403() {
    let app = TestApp::start().await;
    let refused = app.get("/users/nobody").send().await.expect(400).json();
    assert_eq!(refused["message"], "User with id nobody not found");
    let path = format!("/users/{}", add(&app, json!({})).await);
    for token in [&app.agency.second_token, &app.other.location_token, &app.other.token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}
