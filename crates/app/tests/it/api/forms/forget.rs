//! What becomes of submissions when their contact is deleted

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{ADA, contact_us, made, page_of, send, submissions};

#[tokio::test]
async fn what_a_deleted_contact_said_is_gone_and_that_it_was_said_stays() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    send(&app, &path, ADA).await.expect(303);
    send(&app, &path, &[("first_name", "Bob"), ("email", "bob@example.com"), ("terms", "1")])
        .await
        .expect(303);
    app.run_until_idle().await;
    let before = submissions(&app).await;
    let ada = before.iter().find(|one| one["name"] == "Ada").expect("Ada's");
    app.delete(&format!("/contacts/{}", ada["contactId"].as_str().expect("an id"))).send().await.expect(200);
    app.run_until_idle().await;
    let after = submissions(&app).await;
    assert_eq!(after.len(), 2);
    let left = after.iter().find(|one| one["id"] == ada["id"]).expect("what is left");
    assert_eq!(left["contactId"], ada["contactId"]);
    assert_eq!((&left["name"], left.get("email")), (&json!(""), None));
    assert_eq!(left["others"], json!({"eventData": {}, "fieldsOriSequance": []}));
    assert!(after.iter().any(|one| one["name"] == "Bob"));
    let content = app.database.content().await;
    for table in ["form_submissions", "form_submissions_search"] {
        let rows = content.get(table).map(|rows| rows.join("\n")).unwrap_or_default();
        assert!(!rows.contains("ada@example.com"), "{table}: {rows}");
    }
}
