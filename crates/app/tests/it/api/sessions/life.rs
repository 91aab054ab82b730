//! A session's life: how it begins, what it shows, when it ends.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Agency, SignedIn, TestApp};
use serde_json::json;

use super::{HOUR, account, admin, attempt, body, set_cookie, status};

#[tokio::test]
async fn signing_in_answers_who_it_is_and_sets_the_cookie() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let answer = attempt(&app, body(&person)).await.expect(201);
    insta::assert_snapshot!(set_cookie(&answer), @"leadhold_session=[secret]; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
    let shown = answer.json();
    insta::assert_json_snapshot!(shown, {
        ".csrf" => "[csrf]", ".user.id" => "[user]", ".user.companyId" => "[company]", ".user.email" => "[email]",
        ".user.permissions" => "[permissions]",
    }, @r#"
    {
      "user": {
        "id": "[user]",
        "companyId": "[company]",
        "name": "Pat Person",
        "firstName": "Pat",
        "lastName": "Person",
        "email": "[email]",
        "type": "agency",
        "role": "admin",
        "locationIds": [],
        "permissions": "[permissions]"
      },
      "csrf": "[csrf]"
    }
    "#);
    let session = SignedIn::from(&answer);
    assert_eq!(shown["csrf"], session.csrf, "derived from the cookie");
    let current = app.get("/leadhold/v1/sessions/current").cookie(&session.cookie).send().await.expect(200);
    assert_eq!((&current.json()["user"], &current.json()["csrf"]), (&shown["user"], &shown["csrf"]));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn the_cookie_is_secure_where_clients_come_by_https() {
    let config = leadhold_app::Config { base_url: "https://crm.example.com".into(), ..Default::default() };
    let app = TestApp::with(config).await;
    let person = admin(&app).await;
    insta::assert_snapshot!(set_cookie(&attempt(&app, body(&person)).await), @"leadhold_session=[secret]; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000");
}

#[tokio::test]
async fn the_store_holds_neither_the_cookie_nor_what_is_derived_from_it() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let content = format!("{:?}", app.database.content().await);
    assert!(!content.contains(&session.cookie) && !content.contains(&session.csrf));
    assert!(!content.contains(&person.password));
}

#[tokio::test]
async fn each_sign_in_makes_another_session_and_a_planted_cookie_is_worth_nothing() {
    let app = TestApp::start().await;
    let (person, attacker) = (admin(&app).await, admin(&app).await);
    let planted = app.sign_in(&attacker).await;
    let made_up = "A".repeat(43);
    for brought in [&planted.cookie, &made_up] {
        let call = app.post("/leadhold/v1/sessions").cookie(brought).json(&body(&person));
        let session = SignedIn::from(&call.send().await.expect(201));
        assert_ne!(&session.cookie, brought);
        assert_eq!((status(&app, brought).await, status(&app, &session.cookie).await), (401, 200));
    }
    let (one, other) = (app.sign_in(&person).await, app.sign_in(&person).await);
    assert_ne!(one.cookie, other.cookie);
    assert_eq!(
        (status(&app, &one.cookie).await, status(&app, &other.cookie).await),
        (200, 200),
        "two browsers"
    );
}

#[tokio::test]
async fn a_session_ends_after_a_day_without_use() {
    let app = TestApp::start().await;
    let session = app.sign_in(&admin(&app).await).await;
    for _ in 0..5 {
        app.clock.advance(23 * HOUR);
        assert_eq!(status(&app, &session.cookie).await, 200, "used in time");
    }
    app.clock.advance(24 * HOUR);
    assert_eq!(status(&app, &session.cookie).await, 401);
    let answer = app.get("/leadhold/v1/sessions/current").cookie(&session.cookie).send().await.expect(401);
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "statusCode": 401,
      "message": "There is no session, or it has ended. Sign in again."
    }
    "#);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_of_use() {
    let app = TestApp::start().await;
    let session = app.sign_in(&admin(&app).await).await;
    for _ in 0..59 {
        app.clock.advance(12 * HOUR);
        assert_eq!(status(&app, &session.cookie).await, 200);
    }
    app.clock.advance(12 * HOUR);
    assert_eq!(status(&app, &session.cookie).await, 401);
    app.sign_in(&admin(&app).await).await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_and_everywhere() {
    let app = TestApp::start().await;
    let (person, other) = (admin(&app).await, admin(&app).await);
    let browser = |name: &'static str| {
        app.post("/leadhold/v1/sessions")
            .token("")
            .header("user-agent", name)
            .peer("192.0.2.7")
            .json(&body(&person))
    };
    let one = SignedIn::from(&browser("One").send().await.expect(201));
    app.clock.advance(60_000);
    let two = SignedIn::from(&browser("Two").send().await.expect(201));
    let theirs = app.sign_in(&other).await;
    let list = app.get("/leadhold/v1/sessions").cookie(&two.cookie).send().await.expect(200).json();
    insta::assert_json_snapshot!(list, { ".sessions[].id" => "[session]" }, @r#"
    {
      "sessions": [
        {
          "id": "[session]",
          "createdAt": "2026-01-15T10:01:00.000Z",
          "lastSeenAt": "2026-01-15T10:01:00.000Z",
          "address": "192.0.2.7",
          "agent": "Two",
          "current": true
        },
        {
          "id": "[session]",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "lastSeenAt": "2026-01-15T10:00:00.000Z",
          "address": "192.0.2.7",
          "agent": "One",
          "current": false
        }
      ]
    }
    "#);

    let foreign = app.get("/leadhold/v1/sessions").cookie(&theirs.cookie).send().await.expect(200).json();
    let foreign = format!("/leadhold/v1/sessions/{}", foreign["sessions"][0]["id"].as_str().unwrap());
    app.delete(&foreign).session(&two).send().await.expect(404);
    assert_eq!(status(&app, &theirs.cookie).await, 200);

    let first = format!("/leadhold/v1/sessions/{}", list["sessions"][1]["id"].as_str().unwrap());
    let ended = app.delete(&first).session(&two).send().await.expect(200);
    assert_eq!(ended.header("set-cookie"), "", "the one that asks goes on");
    assert_eq!((status(&app, &one.cookie).await, status(&app, &two.cookie).await), (401, 200));

    let ended = app.delete("/leadhold/v1/sessions/current").session(&two).send().await.expect(200);
    insta::assert_snapshot!(set_cookie(&ended), @"leadhold_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(status(&app, &two.cookie).await, 401);

    let (one, two) = (app.sign_in(&person).await, app.sign_in(&person).await);
    let ended = app.delete("/leadhold/v1/sessions").session(&one).send().await.expect(200).json();
    assert_eq!(ended, json!({ "succeeded": true, "ended": 2 }));
    assert_eq!((status(&app, &one.cookie).await, status(&app, &two.cookie).await), (401, 401));
    assert_eq!(status(&app, &theirs.cookie).await, 200, "another person's goes on");
}

#[tokio::test]
async fn a_deleted_person_has_no_session_and_signs_in_no_more() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    app.delete_person(&person).await;
    assert_eq!(status(&app, &session.cookie).await, 401);
    let path = format!("/contacts/?locationId={}", app.agency.location.location_id());
    app.get(&path).session(&session).send().await.expect(401);
    app.get("/account").cookie(&session.cookie).send().await.expect(303);
    attempt(&app, body(&person)).await.expect(401);
}

#[tokio::test]
async fn a_new_password_ends_every_session_however_it_was_set() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (here, elsewhere) = (app.sign_in(&person).await, app.sign_in(&person).await);
    let form = [
        ("action", "password"),
        ("current", &person.password),
        ("new", "a new password"),
        ("again", "a new password"),
    ];
    let changed = account(&app, &here, &form).await.expect(303);
    let anew = SignedIn::from(&changed);
    let statuses = [
        status(&app, &here.cookie).await,
        status(&app, &elsewhere.cookie).await,
        status(&app, &anew.cookie).await,
    ];
    assert_eq!(statuses, [401, 401, 200]);
    attempt(&app, body(&person)).await.expect(401);
    attempt(&app, json!({ "email": person.email, "password": "a new password" })).await.expect(201);
    // By an administrator, or on the command line: nobody has to remember the sessions.
    let id = person.id.clone();
    app.write(move |tx, _| Ok(tx.exec(OTHER_PASSWORD, leadhold_store::params![&id]).map(drop)?)).await;
    assert_eq!(status(&app, &anew.cookie).await, 401);
}

leadhold_store::statements! {
    OTHER_PASSWORD across tenants "a test" = "update users set password_hash = 'another' where id = $1";
}

#[tokio::test]
async fn only_a_sessions_cookie_opens_its_routes() {
    let app = TestApp::start().await;
    let person = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let session = app.sign_in(&person).await;
    let Agency { token, location_token, .. } = &app.agency;
    for token in [token, location_token, &session.cookie, ""] {
        app.get("/leadhold/v1/sessions").token(token).send().await.expect(401);
        app.delete("/leadhold/v1/sessions").token(token).send().await.expect(401);
    }
    for cookie in ["", "x", &session.csrf] {
        assert_eq!(status(&app, cookie).await, 401);
    }
}
