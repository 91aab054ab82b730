//! What the integrator's guide sends, verbatim but for host, ids and tokens.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{field, shown};

#[tokio::test]
async fn the_guides_requests_work() {
    let app = TestApp::start().await;
    let colour = field(&app, "Colour", "TEXT", json!({})).await;
    let body = r#"{
"firstName": "John",
"lastName": "Doe",
"email": "john@example.com",
"phone": "+1234567890",
"tags": ["lead", "website"],
"customFields": [
{
"id": "custom_field_id",
"value": "Custom Value"
}
]
}"#;
    let body = body.replace("custom_field_id", &colour);
    let made = app.post("/contacts/").body("application/json", body).send().await.expect(201).json();
    let id = made["contact"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made["contact"]["customFields"],
        json!([{"id": colour, "key": "contact.colour", "value": "Custom Value"}])
    );
    assert_eq!(made["contact"]["phone"], "+1234567890");

    let body = r#"{
"firstName": "Jane",
"tags": ["lead", "website", "qualified"]
}"#;
    app.put(&format!("/contacts/{id}")).body("application/json", body).send().await.expect(200);
    let contact = shown(&app, &id).await;
    assert_eq!(
        (&contact["firstName"], &contact["tags"]),
        (&json!("Jane"), &json!(["lead", "website", "qualified"]))
    );

    let found = app.get("/contacts/search?email=john@example.com").send().await.expect(200).json();
    assert_eq!(found["contacts"], json!([contact]));
    let nobody = app.get("/contacts/search?email=jane@example.com").send().await.expect(200).json();
    assert_eq!(nobody["contacts"], json!([]));

    let dashboard = app.get("/contacts?limit=100").send().await.expect(200).json();
    assert_eq!(dashboard["meta"]["total"], 1);
    assert_eq!(dashboard["contacts"][0]["dateAdded"], contact["dateAdded"]);
}

#[tokio::test]
async fn a_custom_field_that_does_not_exist_is_let_pass() {
    let app = TestApp::start().await;
    let body =
        json!({"firstName": "John", "customFields": [{"id": "custom_field_id", "value": "Custom Value"}]});
    let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
    assert_eq!(made["contact"]["customFields"], json!([]));
}
