//! `DELETE /contacts/{contactId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::make;

#[tokio::test]
async fn a_removed_contact_is_gone_from_everywhere() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada", "email": "ada@b.co", "tags": ["x"]})).await;
    make(&app, json!({"firstName": "Bob"})).await;
    app.new_events().await;
    let answer = app.delete(&format!("/contacts/{id}")).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    let events = app.new_events().await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].0.as_str(), &events[0].1), ("ContactDelete", &id));
    assert_eq!((&events[0].2["email"], &events[0].2["tags"]), (&json!("ada@b.co"), &json!(["x"])));

    app.get(&format!("/contacts/{id}")).send().await.expect(400);
    app.delete(&format!("/contacts/{id}")).send().await.expect(400);
    assert_eq!(app.get("/contacts/").send().await.expect(200).json()["meta"]["total"], 1);
    assert_eq!(app.get("/contacts/?query=ada").send().await.expect(200).json()["count"], 0);
    assert_eq!(
        app.get("/contacts/search/duplicate?email=ada@b.co").send().await.expect(200).json()["contact"],
        json!(null)
    );
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": "tags", "operator": "eq", "value": "x"}]});
    assert_eq!(app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"], 0);
    assert!(app.new_events().await.is_empty());
    make(&app, json!({"email": "ada@b.co"})).await;
}

#[tokio::test]
async fn a_contact_of_another_location_stays() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    app.delete(&format!("/contacts/{id}")).token(&app.agency.second_token).send().await.expect(403);
    app.get(&format!("/contacts/{id}")).send().await.expect(200);
}
