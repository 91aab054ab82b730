//! `/companies/{companyId}` and our own `/leadhold/v1/company`.

use leadhold_app::companies;
use leadhold_app::http::Brand;
use leadhold_testkit::TestApp;
use serde_json::json;

const OWN: &str = "/leadhold/v1/company";

fn path(app: &TestApp) -> String {
    format!("/companies/{}", app.agency.company.company_id())
}

#[tokio::test]
async fn an_agency_is_read_as_documented() {
    let app = TestApp::start().await;
    for version in ["2021-07-28", "v3"] {
        let read = app.get(&path(&app)).token(&app.agency.token).version(version).send().await.expect(200);
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(read.json(), { ".company.id" => "[company]" }, @r#"
            {
              "company": {
                "id": "[company]",
                "name": "Test Agency",
                "country": "US",
                "timezone": "America/Chicago",
                "locationCount": 2
              }
            }
            "#);
        }
    }
}

#[tokio::test]
async fn an_agency_is_no_business_of_others() {
    let app = TestApp::start().await;
    app.get(&path(&app)).send().await.expect(403);
    app.get(&path(&app)).token(&app.other.token).send().await.expect(403);
    app.get(&path(&app)).token("").send().await.expect(401);
    app.get(OWN).send().await.expect(403);
    app.put(OWN).json(&json!({"name": "X"})).send().await.expect(403);
}

#[tokio::test]
async fn an_agency_sets_its_profile_and_its_brand() {
    let app = TestApp::start().await;
    let change = json!({
        "name": "Bright", "phone": "+13125550100", "email": "office@bright.example", "website": "https://bright.example",
        "city": "Chicago", "country": "DE", "timezone": "Europe/Berlin", "plan": 2, "currency": "EUR",
        "relationshipNumber": "0-123-456", "customerType": "agency", "logoUrl": "https://bright.example/logo.png",
        "brandColor": "#1a2b3C",
    });
    let set = app.put(OWN).token(&app.agency.token).json(&change).send().await.expect(200).json();
    insta::assert_json_snapshot!(set, { ".company.id" => "[company]" }, @r##"
    {
      "company": {
        "id": "[company]",
        "name": "Bright",
        "email": "office@bright.example",
        "phone": "+13125550100",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "logoUrl": "https://bright.example/logo.png",
        "brandColor": "#1a2b3C",
        "website": "https://bright.example",
        "city": "Chicago",
        "relationshipNumber": "0-123-456",
        "plan": 2,
        "currency": "EUR",
        "customerType": "agency",
        "locationCount": 2
      }
    }
    "##);
    assert_eq!(app.get(OWN).token(&app.agency.key).send().await.expect(200).json(), set);
    let documented = app.get(&path(&app)).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(documented["company"]["logoUrl"], "https://bright.example/logo.png");
    assert!(documented["company"].get("brandColor").is_none(), "the colour is ours alone");
    let cleared = json!({"website": null, "logoUrl": null});
    let set = app.put(OWN).token(&app.agency.token).json(&cleared).send().await.expect(200).json();
    assert!(set["company"].get("website").is_none() && set["company"].get("logoUrl").is_none());
    assert_eq!(set["company"]["city"], "Chicago");
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn what_would_break_a_page_is_refused() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let change = json!({
        "name": " ", "email": "nobody", "country": "us", "timezone": "Mars/Olympus", "logoUrl": "javascript:alert(1)",
        "brandColor": "red;}", "plan": "one", "foo": 1,
    });
    let refused = app.put(OWN).token(&app.agency.token).json(&change).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "name should not be empty",
      "email must be an email",
      "plan must be a number conforming to the specified constraints",
      "country must be a valid ISO31661 Alpha2 code",
      "timezone must be a valid IANA time-zone",
      "logoUrl must be an https URL",
      "brandColor must be a colour such as #1a2b3c"
    ]
    "#);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_change_of_nothing_changes_nothing() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    app.put(OWN).token(&app.agency.token).json(&json!({"name": "Test Agency"})).send().await.expect(200);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn pages_take_the_brand_of_their_agency_and_of_the_only_one() {
    let app = TestApp::start().await;
    let change = json!({"name": "Bright", "brandColor": "#123456"});
    app.put(OWN).token(&app.agency.token).json(&change).send().await.expect(200);
    let id = app.agency.company.company_id().clone();
    let (own, sole) =
        app.write(move |tx, _| Ok((companies::brand(tx, &id)?, companies::sole_brand(tx)?))).await;
    let bright = Brand { name: "Bright".into(), logo_url: None, color: Some("#123456".into()) };
    assert_eq!(own, bright);
    assert_eq!(sole, Brand::default(), "there are two agencies");
}
