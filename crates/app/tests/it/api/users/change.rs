//! `PUT /users/{userId}`

use leadhold_app::users;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{add, add_agency_user};

async fn change(app: &TestApp, id: &str, token: &str, change: Value) -> leadhold_testkit::Answer {
    app.put(&format!("/users/{id}")).token(token).json(&change).send().await
}

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = TestApp::start().await;
    let numbers = json!({"a": "+1", "b": "+2"});
    let id =
        add(&app, json!({"permissions": {"botService": true}, "twilioPhone": numbers, "phone": "1"})).await;
    app.new_events().await;
    let changes = json!({
        "firstName": "Jane", "email": "JOHN@deo.com", "permissions": {"tagsEnabled": false}, "role": "admin",
        "twilioPhone": {"b": "+3"}, "phone": null, "scopes": ["contacts.write"],
    });
    let changed = change(&app, &id, &app.agency.location_token, changes.clone()).await.expect(200).json();
    assert_eq!(changed["name"], "Jane Deo");
    assert_eq!(changed["email"], "john@deo.com", "an address is not changed, not even its case");
    assert_eq!(changed["permissions"]["botService"], true);
    assert_eq!(changed["permissions"]["tagsEnabled"], false);
    assert_eq!(changed["twilioPhone"], json!({"b": "+3"}), "the map is replaced");
    assert_eq!((changed.get("phone"), &changed["roles"]["role"]), (None, &json!("admin")));
    assert_eq!(app.new_event_kinds().await, ["UserUpdate"]);
    let before = app.database.content().await;
    change(&app, &id, &app.agency.location_token, changes).await.expect(200);
    assert_eq!(app.database.content().await, before);
    let found = app.get(&format!("/users/search?companyId={}&query=jane", app.agency.company.company_id()));
    assert_eq!(found.send().await.expect(200).json()["count"], 1, "the new name is found");
}

#[tokio::test]
async fn locations_hear_of_who_comes_and_who_goes() {
    let app = TestApp::start().await;
    let id = add(&app, json!({})).await;
    app.new_events().await;
    let second = app.agency.second.location_id().to_string();
    change(&app, &id, &app.agency.token, json!({"locationIds": [second]})).await.expect(200);
    let events = app.new_events().await;
    let told: Vec<_> =
        events.iter().map(|(kind, _, payload)| (kind.as_str(), &payload["locationId"])).collect();
    let first = json!(app.agency.location.location_id());
    assert_eq!(told, [("UserDelete", &first), ("UserCreate", &json!(second))]);
    change(&app, &id, &app.agency.token, json!({"type": "agency", "role": "user"})).await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["UserDelete", "UserCreate"]);
    let user = app.write(|tx, _| users::by_email(tx, "john@deo.com")).await.expect("the person").user;
    assert!(user.is_restricted() && !user.may_enter(app.agency.location.location_id()));
}

#[tokio::test]
async fn a_new_password_is_the_one_that_counts() {
    let app = TestApp::start().await;
    let id = add(&app, json!({})).await;
    app.new_events().await;
    let password = json!({"password": "battery staple"});
    change(&app, &id, &app.agency.location_token, password).await.expect(200);
    let sign_in = app.write(|tx, _| users::by_email(tx, "john@deo.com")).await.expect("the person");
    assert!(users::matches("battery staple", &sign_in.password_hash));
    assert!(app.new_events().await.is_empty(), "nothing that anyone may see has changed");
}

#[tokio::test]
async fn refusals_change_nothing() {
    let app = TestApp::start().await;
    let id = add(&app, json!({})).await;
    let both = [&app.agency.location, &app.agency.second].map(|here| here.location_id().to_string());
    let shared = add(&app, json!({"email": "shared@example.com", "locationIds": both})).await;
    let boss = add_agency_user(&app, "boss@example.com").await;
    let before = app.database.content().await;
    let own = &app.agency.location_token;
    let refused = change(&app, &id, own, json!({"email": "new@deo.com"})).await.expect(400).json();
    assert_eq!(refused["message"], "The email of a user cannot be changed.");
    change(&app, &id, own, json!({"locationIds": [both[1]]})).await.expect(403);
    change(&app, &id, own, json!({"type": "agency"})).await.expect(403);
    change(&app, &shared, own, json!({"password": "let me into both"})).await.expect(403);
    change(&app, &boss, own, json!({"firstName": "X"})).await.expect(403);
    change(&app, &id, &app.agency.second_token, json!({"firstName": "X"})).await.expect(403);
    change(&app, "nobody", own, json!({"firstName": "X"})).await.expect(400);
    change(&app, &id, &app.agency.token, json!({"locationIds": []})).await.expect(422);
    let faulty = json!({"firstName": " ", "password": "short", "locationIds": ["a b"], "deleted": true});
    let refused = change(&app, &id, own, faulty).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property deleted should not exist",
      "firstName should not be empty",
      "each value in locationIds must be an id",
      "password must be longer than or equal to 8 characters"
    ]
    "#);
    assert_eq!(app.database.content().await, before);
}
