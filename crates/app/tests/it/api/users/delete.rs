//! `DELETE /users/{userId}`

use leadhold_app::users;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{add, add_agency_user, body};

#[tokio::test]
async fn a_deleted_person_cannot_sign_in_and_frees_the_address() {
    let app = TestApp::start().await;
    let id = add(&app, json!({})).await;
    app.new_events().await;
    let answer = app.delete(&format!("/users/{id}")).send().await.expect(200).json();
    insta::assert_json_snapshot!(answer, @r#"
    {
      "succeded": true,
      "message": "Deleted user with e-mail john@deo.com and name John Deo."
    }
    "#);
    assert_eq!(app.new_event_kinds().await, ["UserDelete"]);
    assert!(app.write(|tx, _| users::by_email(tx, "john@deo.com")).await.is_none());
    app.get(&format!("/users/{id}")).send().await.expect(400);
    app.delete(&format!("/users/{id}")).send().await.expect(400);
    add(&app, json!({})).await;
    let company = app.agency.company.company_id();
    for (deleted, count) in [(true, 1), (false, 1)] {
        let asked = json!({"companyId": company, "emails": "John@deo.com", "deleted": deleted, "projection": "deleted"});
        let found = app.post("/users/search/filter-by-email").token(&app.agency.token).json(&asked);
        let found = found.send().await.expect(200).json();
        assert_eq!((&found["count"], &found["users"][0]["deleted"]), (&json!(count), &json!(deleted)));
    }
}

#[tokio::test]
async fn v3_spells_success_right() {
    let app = TestApp::start().await;
    let id = add_agency_user(&app, "boss@example.com").await;
    app.new_events().await;
    let call = app.delete(&format!("/users/{id}")).token(&app.agency.token).version("v3");
    let done = call.send().await.expect(200).json();
    assert_eq!((&done["succeeded"], &done["succeded"]), (&json!(true), &Value::Null), "and only right");
    assert_eq!(app.new_event_kinds().await, ["UserDelete"]);
}

#[tokio::test]
async fn nobody_is_deleted_from_elsewhere() {
    let app = TestApp::start().await;
    let both = [&app.agency.location, &app.agency.second].map(|here| here.location_id().to_string());
    let shared = add(&app, json!({"locationIds": both})).await;
    let boss = add_agency_user(&app, "boss@example.com").await;
    let before = app.database.content().await;
    for id in [&shared, &boss] {
        app.delete(&format!("/users/{id}")).send().await.expect(403);
        app.delete(&format!("/users/{id}")).token(&app.other.token).send().await.expect(403);
    }
    app.post("/users/").json(&body(&app, json!({"email": "x"}))).send().await.expect(422);
    assert_eq!(app.database.content().await, before);
}
