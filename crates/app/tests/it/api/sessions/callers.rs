//! Calling the API with a session's cookie.

use http::Method;
use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::admin;

#[tokio::test]
async fn a_session_calls_at_the_location_that_the_request_names() {
    let app = TestApp::start().await;
    let session = app.sign_in(&admin(&app).await).await;
    let here = app.agency.location.location_id().to_string();
    let contact = json!({ "locationId": here, "firstName": "Ada" });
    let made = app.post("/contacts/").session(&session).json(&contact).send().await.expect(201).json();
    assert_eq!(made["contact"]["createdBy"]["source"], "WEB_USER", "{made}");
    let id = made["contact"]["id"].as_str().unwrap();
    app.get(&format!("/contacts/?locationId={here}")).session(&session).send().await.expect(200);
    app.get(&format!("/contacts/search?locationId={here}&email=ada@example.com"))
        .session(&session)
        .send()
        .await
        .expect(200);
    app.get(&format!("/locations/{here}/tags")).session(&session).send().await.expect(200);
    let path = format!("/contacts/{id}");
    app.get(&path).session(&session).header("x-leadhold-location", &here).send().await.expect(200);
    let unnamed = app.get(&path).session(&session).send().await.expect(400);
    insta::assert_json_snapshot!(unnamed.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "Name a location: send its id in the query as `locationId`, or in the header `x-leadhold-location`.",
      "error": "Bad Request",
      "traceId": "[trace]"
    }
    "#);
    let there = app.agency.second.location_id().as_str();
    app.get(&path).session(&session).header("x-leadhold-location", there).send().await.expect(403);
    let torn = app.get(&format!("/contacts/?locationId={here}")).session(&session);
    torn.header("x-leadhold-location", there).send().await.expect(200);
}

#[tokio::test]
async fn whoever_changes_something_by_a_session_proves_it_is_no_other_site() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (session, other) = (app.sign_in(&person).await, app.sign_in(&person).await);
    let here = app.agency.location.location_id();
    let contact = json!({ "locationId": here, "firstName": "Ada" });
    let before = app.database.content().await;
    let tags = format!("/locations/{here}/tags");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        for path in ["/contacts/", "/contacts/x", "/leadhold/v1/sessions/current", tags.as_str()] {
            let call = || app.call(method.clone(), path).cookie(&session.cookie).json(&contact);
            for answer in [call().send().await, call().header("x-csrf-token", &other.csrf).send().await] {
                assert!([403, 404].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.status);
            }
        }
    }
    let refused = app.post("/contacts/").cookie(&session.cookie).json(&contact).send().await.expect(403);
    insta::assert_json_snapshot!(refused.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 403,
      "message": "With a session's cookie, send the session's `csrf` in the header x-csrf-token.",
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(app.database.content().await, before);
    app.get(&format!("/contacts/?locationId={here}")).cookie(&session.cookie).send().await.expect(200);
}

#[tokio::test]
async fn a_header_wins_over_a_cookie_and_a_dead_cookie_says_so() {
    let app = TestApp::start().await;
    let session = app.sign_in(&admin(&app).await).await;
    let path = format!("/contacts/?locationId={}", app.agency.location.location_id());
    let call = || app.get(&path).header("cookie", &format!("leadhold_session={}", session.cookie));
    call().send().await.expect(200);
    let wrong = call().token("nonsense").send().await.expect(401);
    assert_eq!(wrong.json()["message"], "Invalid JWT");
    let dead = app.get(&path).cookie("nonsense").send().await.expect(401);
    insta::assert_json_snapshot!(dead.json(), @r#"
    {
      "statusCode": 401,
      "message": "There is no session, or it has ended. Sign in again."
    }
    "#);
    let none = app.get(&path).token("").send().await.expect(401);
    assert_eq!(none.json()["message"], "Invalid JWT");
}

#[tokio::test]
async fn people_reach_their_own_locations_and_no_others() {
    let app = TestApp::start().await;
    let (first, second) = (&app.agency.location, &app.agency.second);
    let people = [
        (Type::Agency, Role::Admin, vec![], [200, 200]),
        (Type::Agency, Role::User, vec![], [200, 200]),
        (Type::Agency, Role::User, vec![second], [403, 200]),
        (Type::Account, Role::Admin, vec![first], [200, 403]),
        (Type::Account, Role::User, vec![second], [403, 200]),
        (Type::Account, Role::User, vec![first, second], [200, 200]),
        (Type::Account, Role::User, vec![], [403, 403]),
    ];
    for (kind, role, locations, expected) in people {
        let person = app.person(&app.agency, kind, role, &locations).await;
        let session = app.sign_in(&person).await;
        let mut seen = Vec::new();
        for here in [first, second] {
            let path = format!("/contacts/?locationId={}", here.location_id());
            seen.push(app.get(&path).session(&session).send().await.status.as_u16());
        }
        assert_eq!(seen, expected, "{kind:?} {role:?} at {}", locations.len());
        let foreign = format!("/contacts/?locationId={}", app.other.location.location_id());
        app.get(&foreign).session(&session).send().await.expect(403);
        app.get("/contacts/?locationId=x%2Fy").session(&session).send().await.expect(403);
    }
}

#[tokio::test]
async fn who_has_one_location_need_not_name_it() {
    let app = TestApp::start().await;
    let (first, second) = (&app.agency.location, &app.agency.second);
    let one = app.sign_in(&app.person(&app.agency, Type::Account, Role::User, &[first]).await).await;
    let made =
        app.post("/contacts/").session(&one).json(&json!({ "firstName": "Ada" })).send().await.expect(201);
    assert_eq!(made.json()["contact"]["locationId"], first.location_id().as_str());
    let two = app.sign_in(&app.person(&app.agency, Type::Account, Role::User, &[first, second]).await).await;
    app.post("/contacts/").session(&two).json(&json!({ "firstName": "Ada" })).send().await.expect(403);
}

#[tokio::test]
async fn an_accounts_person_does_not_call_as_the_agency() {
    let app = TestApp::start().await;
    let location = &app.agency.location;
    for role in [Role::Admin, Role::User] {
        let session = app.sign_in(&app.person(&app.agency, Type::Account, role, &[location]).await).await;
        app.get("/locations/search").session(&session).send().await.expect(403);
    }
    let user = app.sign_in(&app.person(&app.agency, Type::Agency, Role::User, &[]).await).await;
    let path = format!("/companies/{}", app.other.company.company_id());
    app.get(&path).session(&user).send().await.expect(403);
}

#[tokio::test]
async fn requests_are_counted_for_each_session_and_location() {
    let app = TestApp::start().await;
    let session = app.sign_in(&admin(&app).await).await;
    let path = format!("/locations/{}/tags", app.agency.location.location_id());
    for _ in 0..100 {
        app.get(&path).session(&session).send().await.expect(200);
    }
    app.get(&path).session(&session).send().await.expect(429);
    let other = format!("/locations/{}/tags", app.agency.second.location_id());
    app.get(&other).session(&session).send().await.expect(200);
}
