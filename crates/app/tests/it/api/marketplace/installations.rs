//! `/marketplace/app/{appId}/installations`: who installed an app, and ending it.

use leadhold_app::companies;

use super::*;

fn path(partner: &Partner) -> String {
    format!("/marketplace/app/{}/installations", partner.id())
}

#[tokio::test]
async fn a_location_s_app_reads_who_installed_it() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let details = app.get(&path(&partner)).token(&partner.token).send().await.expect(200).json();
    insta::assert_json_snapshot!(details, {
        ".installationDetails.companyId" => "[company]", ".installationDetails.locationId" => "[location]",
    }, @r#"
    {
      "installationDetails": {
        "companyId": "[company]",
        "companyName": "Test Agency",
        "relationshipNumber": "",
        "companyEmail": null,
        "companyOwnerFullName": null,
        "userId": "AdMiN000000000000001",
        "isWhitelabelCompany": false,
        "companyPlan": null,
        "companyHighLevelPlan": null,
        "locationId": "[location]"
      }
    }
    "#);
    let own = app.get(&path(&partner)).version("v3").send().await.expect(200).json();
    assert_eq!(own, details, "the location's own token may ask, too, and v3 is spelled alike");
}

#[tokio::test]
async fn an_agency_s_app_reads_more_of_the_agency() {
    let app = TestApp::start().await;
    let agency = app.agency.company.clone();
    app.write(move |tx, cx| {
        let face = json!({
            "domain": "app.example.com", "logoUrl": "https://app.example.com/logo.png", "plan": 497,
            "relationshipNumber": "0-002-230",
        });
        companies::update(tx, cx, &agency, face.as_object().expect("an object")).map(drop)
    })
    .await;
    let partner = Partner::on_agency(&app).await;
    let details = app.get(&path(&partner)).token(&partner.token).send().await.expect(200).json();
    insta::assert_json_snapshot!(details, { ".installationDetails.companyId" => "[company]" }, @r#"
    {
      "installationDetails": {
        "companyId": "[company]",
        "companyName": "Test Agency",
        "relationshipNumber": "0-002-230",
        "companyEmail": null,
        "companyOwnerFullName": null,
        "userId": "AdMiN000000000000001",
        "isWhitelabelCompany": true,
        "companyPlan": "497",
        "companyHighLevelPlan": "497",
        "whitelabelDetails": {
          "domain": "app.example.com",
          "logoUrl": "https://app.example.com/logo.png"
        }
      }
    }
    "#);
    let events = app.new_events().await;
    let (_, _, install) = events.iter().find(|(kind, ..)| kind == "INSTALL").expect("the app was told");
    assert_eq!(install["isWhitelabelCompany"], true);
    assert_eq!(install["whitelabelDetails"], details["installationDetails"]["whitelabelDetails"]);
}

#[tokio::test]
async fn another_app_and_a_place_without_it_are_refused() {
    let app = TestApp::start().await;
    let (partner, other) = (Partner::on_location(&app).await, Partner::on_location(&app).await);
    let before = app.database.content().await;
    let refused = app.get(&path(&partner)).token(&other.token).send().await.expect(403).json();
    insta::assert_json_snapshot!(refused, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 403,
      "message": "Forbidden resource",
      "error": "Forbidden",
      "status": 403,
      "name": "HttpException",
      "traceId": "[trace]"
    }
    "#);
    app.delete(&path(&partner)).token(&other.token).json(&json!({})).send().await.expect(403);
    for token in [&app.agency.second_token, &app.agency.token, &app.other.token] {
        app.get(&path(&partner)).token(token).send().await.expect(403);
    }
    let gone = app.delete(&path(&partner)).token(&app.agency.second_token).send().await.expect(404).json();
    assert_eq!(gone["message"], json!(format!("The app {} is not installed here.", partner.id())));
    for nobody in ["no id", "aaaaaaaaaaaaaaaaaaaaaaaa"] {
        let path = format!("/marketplace/app/{}/installations", nobody.replace(' ', "%20"));
        app.get(&path).send().await.expect(403);
    }
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_location_s_credential_ends_the_install_there_and_with_it_the_token() {
    let app = TestApp::start().await;
    let partner = Partner::on_agency(&app).await;
    app.new_events().await;
    let here = app.agency.location.location_id();
    let body = json!({ "locationId": here, "reason": "Application is not working as expected" });
    let done = app.delete(&path(&partner)).json(&body).send().await.expect(200).json();
    assert_eq!(done, json!({ "success": true }));
    let [(kind, _, payload)] = app.new_events().await.try_into().expect("one event and nothing else");
    assert_eq!((kind.as_str(), &payload["locationId"]), ("UNINSTALL", &json!(here)));
    assert_eq!(installs(&app, &partner.registered).await, 2, "the agency's and the second location's stay");
    app.delete(&path(&partner)).json(&body).send().await.expect(404);
    app.get("/contacts/?limit=1").token(&partner.token).send().await.expect(401);
}

#[tokio::test]
async fn an_app_ends_its_own_install() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    app.get("/contacts/?limit=1").token(&partner.token).send().await.expect(200);
    let here = json!({ "locationId": app.agency.location.location_id() });
    app.delete(&path(&partner)).token(&partner.token).json(&here).send().await.expect(200);
    let refused = app.get("/contacts/?limit=1").token(&partner.token).send().await.expect(401).json();
    assert_eq!(refused["message"], "Invalid JWT");
}

#[tokio::test]
async fn an_agency_s_credential_ends_it_everywhere_or_on_one_location() {
    let app = TestApp::start().await;
    let partner = Partner::on_agency(&app).await;
    assert_eq!(installs(&app, &partner.registered).await, 3);
    app.new_events().await;
    let second = json!({ "locationId": app.agency.second.location_id() });
    app.delete(&path(&partner)).token(&partner.token).json(&second).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["UNINSTALL"]);
    install(&app, &installation(&partner.registered, Place::Location(app.agency.second.clone()))).await;
    assert_eq!(app.new_event_kinds().await, ["INSTALL"], "the location took it back by itself");

    let elsewhere = json!({ "locationId": app.other.location.location_id() });
    app.delete(&path(&partner)).token(&partner.token).json(&elsewhere).send().await.expect(403);
    let company = json!({ "companyId": app.agency.company.company_id() });
    app.delete(&path(&partner)).token(&partner.token).json(&company).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["UNINSTALL"; 3]);
    assert_eq!(installs(&app, &partner.registered).await, 0);
}

#[tokio::test]
async fn an_uninstall_that_is_not_understood_changes_nothing() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let body = json!({ "locationId": 1, "companyId": 2, "why": "x", "reason": "x".repeat(1001) });
    let refused = app.delete(&path(&partner)).json(&body).send().await.expect(422).json();
    assert_eq!(
        refused["message"],
        json!([
            "property why should not exist",
            "companyId must be a string",
            "locationId must be a string",
            "reason must be shorter than or equal to 1000 characters"
        ])
    );
    assert_eq!(installs(&app, &partner.registered).await, 1);
}
