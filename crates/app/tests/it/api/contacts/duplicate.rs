//! `GET /contacts/search/duplicate`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{make, shown};

#[tokio::test]
async fn a_person_is_found_by_address_or_number() {
    let app = TestApp::start().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "Ada+x@b.co"})).await;
    let bob = make(&app, json!({"firstName": "Bob", "phone": "+14155552671"})).await;
    let location = app.agency.location.location_id();
    for (query, id) in [
        ("email=ada%2BX@b.co", &ada),
        ("number=%2B14155552671", &bob),
        ("number=(415)%20555-2671", &bob),
        ("email=ada%2Bx@b.co&number=%2B14155552671", &ada),
    ] {
        let answer = app
            .get(&format!("/contacts/search/duplicate?locationId={location}&{query}"))
            .send()
            .await
            .expect(200);
        assert_eq!(answer.json()["contact"], shown(&app, id).await, "{query}");
    }
    let nobody = app.get("/contacts/search/duplicate?email=eve@b.co").send().await.expect(200);
    assert_eq!(nobody.json()["contact"], json!(null));
}

#[tokio::test]
async fn something_to_compare_is_needed() {
    let app = TestApp::start().await;
    let answer = app.get("/contacts/search/duplicate?phone=1").send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property phone should not exist",
      "email or number should not be empty"
    ]
    "#);
    app.get("/contacts/search/duplicate?locationId=elsewhere&email=a@b.co").send().await.expect(403);
}
