//! `POST /locations/`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::body;

#[tokio::test]
async fn a_location_is_opened_with_everything_that_is_documented() {
    let app = TestApp::start().await;
    let full = body(
        &app,
        json!({
            "phone": "+1410039940", "address": "4th fleet street", "city": "New York", "state": "Illinois", "country": "US",
            "postalCode": "567654", "website": "https://yourwebsite.com", "timezone": "US/Central",
            "prospectInfo": {"firstName": "John", "lastName": "Doe", "email": "john.doe@mail.com"},
            "settings": {"allowDuplicateContact": true}, "social": {"facebookUrl": "https://www.facebook.com/"},
            "twilio": {"sid": "AC_1", "authToken": "the-twilio-secret"},
            "mailgun": {"apiKey": "the-mailgun-secret", "domain": "replies.yourdomain.com"},
        }),
    );
    let opened = app.post("/locations/").token(&app.agency.token).json(&full).send().await.expect(200).json();
    insta::assert_json_snapshot!(opened, { ".id" => "[location]", ".companyId" => "[company]" }, @r#"
    {
      "id": "[location]",
      "name": "Mark Shoes",
      "country": "US",
      "timezone": "US/Central",
      "phone": "+1410039940",
      "email": "john.doe@mail.com",
      "address": "4th fleet street",
      "city": "New York",
      "state": "Illinois",
      "postalCode": "567654",
      "website": "https://yourwebsite.com",
      "settings": {
        "allowDuplicateContact": true,
        "allowDuplicateOpportunity": false,
        "allowFacebookNameMerge": false,
        "disableContactTimezone": false
      },
      "social": {
        "facebookUrl": "https://www.facebook.com/"
      },
      "companyId": "[company]"
    }
    "#);
    let path = format!("/locations/{}", opened["id"].as_str().expect("an id"));
    let read = app.get(&path).token(&app.agency.token).version("v3").send().await.expect(200).json();
    insta::assert_json_snapshot!(read, { ".**.id" => "[location]", ".**.companyId" => "[company]" }, @r#"
    {
      "location": {
        "id": "[location]",
        "name": "Mark Shoes",
        "country": "US",
        "timezone": "US/Central",
        "phone": "+1410039940",
        "email": "john.doe@mail.com",
        "address": "4th fleet street",
        "city": "New York",
        "state": "Illinois",
        "postalCode": "567654",
        "website": "https://yourwebsite.com",
        "settings": {
          "allowDuplicateContact": true,
          "allowDuplicateOpportunity": false,
          "allowFacebookNameMerge": false,
          "disableContactTimezone": false
        },
        "social": {
          "facebookUrl": "https://www.facebook.com/"
        },
        "business": {
          "name": "Mark Shoes",
          "address": "4th fleet street",
          "city": "New York",
          "state": "Illinois",
          "country": "US",
          "postalCode": "567654",
          "website": "https://yourwebsite.com",
          "timezone": "US/Central"
        },
        "companyId": "[company]",
        "firstName": "John",
        "lastName": "Doe"
      }
    }
    "#);
    let events = app.new_events().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(
        (events[0].0.as_str(), events[0].1.as_str()),
        ("LocationCreate", opened["id"].as_str().expect("an id"))
    );
    insta::assert_json_snapshot!(events[0].2, { ".id" => "[location]", ".companyId" => "[company]" }, @r#"
    {
      "id": "[location]",
      "companyId": "[company]",
      "name": "Mark Shoes",
      "email": "john.doe@mail.com"
    }
    "#);
    let kept = format!("{:?}", app.database.content().await);
    assert!(
        !kept.contains("the-twilio-secret") && !kept.contains("the-mailgun-secret"),
        "secrets are sealed"
    );
}

#[tokio::test]
async fn country_and_time_zone_are_the_agencys_unless_said() {
    let app = TestApp::start().await;
    let company = json!({"country": "DE", "timezone": "Europe/Berlin"});
    app.put("/leadhold/v1/company").token(&app.agency.token).json(&company).send().await.expect(200);
    let small = body(&app, json!({"phone": "", "snapshotId": ""}));
    let opened = app.post("/locations").token(&app.agency.key).json(&small).send().await.expect(200).json();
    assert_eq!((&opened["country"], &opened["timezone"]), (&json!("DE"), &json!("Europe/Berlin")));
}

#[tokio::test]
async fn all_faults_are_told_at_once_and_nothing_is_opened() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let faulty = json!({
        "name": "", "phone": 5, "country": "Wonderland", "timezone": "Mars/Olympus", "prospectInfo": {"firstName": "A"},
        "settings": {"allowDuplicateContact": "yes", "loud": true}, "social": {"mySpace": "x"}, "twilio": {"sid": "AC"},
        "email": "x@example.com",
    });
    let refused =
        app.post("/locations/").token(&app.agency.token).json(&faulty).send().await.expect(422).json();
    let faults: Vec<String> = serde_json::from_value(refused["message"].clone()).expect("sentences");
    let short: Vec<&str> = faults.iter().map(|fault| &fault[..fault.len().min(100)]).collect();
    insta::assert_json_snapshot!(short, @r#"
    [
      "property email should not exist",
      "name should not be empty",
      "companyId must be a string",
      "companyId should not be empty",
      "phone must be a string",
      "country must be one of the following values: AF, AX, AL, DZ, AS, AD, AO, AI, AQ, AG, AR, AM, AW, AU,",
      "timezone must be a valid IANA time-zone",
      "prospectInfo.lastName must be a string",
      "prospectInfo.lastName should not be empty",
      "prospectInfo.email must be an email",
      "settings.property loud should not exist",
      "settings.allowDuplicateContact must be a boolean value",
      "social.property mySpace should not exist",
      "twilio.authToken must be a string",
      "twilio.authToken should not be empty"
    ]
    "#);
    let snapshot = body(&app, json!({"snapshotId": "abc"}));
    let refused =
        app.post("/locations/").token(&app.agency.token).json(&snapshot).send().await.expect(400).json();
    assert_eq!(refused["message"], "Snapshot with id abc not found");
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn only_the_agency_itself_opens_one() {
    let app = TestApp::start().await;
    let body = body(&app, json!({}));
    let refused = app.post("/locations/").json(&body).send().await.expect(403).json();
    assert_eq!(refused["message"], "Forbidden resource");
    app.post("/locations/").token(&app.other.token).json(&body).send().await.expect(403);
    assert!(app.new_events().await.is_empty());
}
