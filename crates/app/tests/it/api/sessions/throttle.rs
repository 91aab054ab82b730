//! Failed attempts and the pauses after them.

use std::net::IpAddr;

use leadhold_app::Config;
use leadhold_app::sessions::{Attempt, sign_in};
use leadhold_testkit::{Answer, TestApp};
use serde_json::json;

use super::{HOUR, admin, attempt, body, login, text};

const MINUTE: i64 = 60_000;

async fn fail(app: &TestApp, email: &str) -> Answer {
    attempt(app, json!({ "email": email, "password": "wrong" })).await
}

#[tokio::test]
async fn five_failures_are_followed_by_pauses_that_double() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    for _ in 0..5 {
        fail(&app, &person.email).await.expect(401);
    }
    let paused = attempt(&app, body(&person)).await.expect(429);
    insta::assert_json_snapshot!(paused.json(), @r#"
    {
      "statusCode": 429,
      "message": "Signing in failed too often. Wait a minute, then try again."
    }
    "#);
    assert_eq!(paused.header("retry-after"), "60");
    let page = login(&app, &[("email", &person.email), ("password", &person.password)]).await.expect(429);
    assert!(text(&page).contains("Signing in failed too often. Wait a minute"), "{}", text(&page));
    for minutes in [1, 2, 4, 8, 15, 15] {
        app.clock.advance(minutes * MINUTE - 1);
        fail(&app, &person.email).await.expect(429);
        app.clock.advance(1);
        fail(&app, &person.email).await.expect(401);
    }
}

#[tokio::test]
async fn the_pause_ends_and_a_success_forgives() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    for _ in 0..5 {
        fail(&app, &person.email).await.expect(401);
    }
    app.clock.advance(MINUTE - 1);
    attempt(&app, body(&person)).await.expect(429);
    app.clock.advance(1);
    fail(&app, &person.email).await.expect(401);
    app.clock.advance(2 * MINUTE - 1);
    attempt(&app, body(&person)).await.expect(429);
    app.clock.advance(1);
    attempt(&app, body(&person)).await.expect(201);
    for _ in 0..4 {
        fail(&app, &person.email).await.expect(401);
    }
    attempt(&app, body(&person)).await.expect(201);
}

#[tokio::test]
async fn failures_are_forgotten_after_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    for _ in 0..4 {
        fail(&app, &person.email).await.expect(401);
    }
    app.clock.advance(15 * MINUTE);
    for _ in 0..4 {
        fail(&app, &person.email).await.expect(401);
    }
    attempt(&app, body(&person)).await.expect(201);
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_paused_alike() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        fail(&app, "nobody@example.com").await.expect(401);
    }
    fail(&app, "NOBODY@example.com ").await.expect(429);
    let content = format!("{:?}", app.database.content().await);
    assert!(!content.contains("nobody@example.com"), "what was typed may be anything, even a password");
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_paused() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let from = |peer: &str, body: &serde_json::Value| {
        app.post("/leadhold/v1/sessions").token("").peer(peer).json(body).send()
    };
    for i in 0..20 {
        let guess = json!({ "email": format!("guess{i}@example.com"), "password": "wrong" });
        from("2001:db8::1", &guess).await.expect(401);
    }
    from("2001:db8::2", &body(&person)).await.expect(429);
    from("2001:db8:1::1", &body(&person)).await.expect(201);
    // An own account does not buy the address more guesses.
    app.clock.advance(MINUTE);
    from("2001:db8::1", &body(&person)).await.expect(201);
    let guess = json!({ "email": "guess@example.com", "password": "wrong" });
    from("2001:db8::1", &guess).await.expect(401);
    from("2001:db8::1", &guess).await.expect(429);
}

#[tokio::test]
async fn who_forwards_is_believed_only_when_trusted() {
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let app = TestApp::with(Config { sandbox: true, trusted_proxies, ..Config::default() }).await;
    let guess = |i: usize, peer: &str, forwarded: &str| {
        let body = json!({ "email": format!("guess{i}@example.com"), "password": "wrong" });
        let call =
            app.post("/leadhold/v1/sessions").token("").peer(peer).header("x-forwarded-for", forwarded);
        call.json(&body).send()
    };
    for i in 0..20 {
        guess(i, "203.0.113.9", &format!("198.51.100.{i}")).await.expect(401);
    }
    guess(20, "203.0.113.9", "198.51.100.99").await.expect(429);
    for i in 30..60 {
        guess(i, "10.0.0.1", &format!("6.6.6.6, 198.51.100.{i}")).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_attempts_at_once_only_five_are_looked_at() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let tries = (0..40).map(|_| fail(&app, &person.email));
    let answers = futures_util::future::join_all(tries).await;
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((of(401), of(429)), (5, 35));
}

#[tokio::test]
async fn the_command_line_is_throttled_by_account() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let with = |password: &str, peer: Option<IpAddr>| Attempt {
        email: person.email.clone(),
        password: password.to_owned(),
        code: None,
        peer,
    };
    let user = sign_in(&app.app.world, with(&person.password, None)).await.unwrap();
    assert_eq!(user.id, person.id);
    for _ in 0..5 {
        let refused = sign_in(&app.app.world, with("wrong", None)).await.unwrap_err();
        assert_eq!(refused.to_string(), "The e-mail address, the password or the code is wrong.");
    }
    let refused = sign_in(&app.app.world, with(&person.password, None)).await.unwrap_err();
    assert!(refused.to_string().starts_with("Signing in failed too often."), "{refused}");
    app.clock.advance(HOUR);
    sign_in(&app.app.world, with(&person.password, None)).await.unwrap();
}
