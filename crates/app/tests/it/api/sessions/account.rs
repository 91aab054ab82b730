//! `/account`.

use leadhold_testkit::TestApp;

use super::{account, admin, status, text};

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = TestApp::start().await;
    let answer = app.get("/account").token("").send().await.expect(303);
    assert_eq!(answer.header("location"), "/login?next=/account");
    let answer = app.post("/account").token("").form(&[("action", "everywhere")]).send().await.expect(303);
    assert_eq!(answer.header("location"), "/login?next=/account");
}

#[tokio::test]
async fn every_form_needs_the_csrf_of_this_session() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (session, other) = (app.sign_in(&person).await, app.sign_in(&person).await);
    let before = app.database.content().await;
    for action in ["password", "begin", "cancel", "confirm", "codes", "off", "end", "everywhere", "nonsense"]
    {
        for csrf in ["", &other.csrf, "x"] {
            let fields = [("action", action), ("csrf", csrf), ("password", &person.password)];
            app.post("/account").cookie(&session.cookie).form(&fields).send().await.expect(403);
        }
    }
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_password_must_be_new_long_enough_and_typed_twice() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let long = "x".repeat(257);
    let cases = [
        ("wrong", "a new password", "a new password", 401, "This is not your password."),
        (&person.password, "a new password", "another", 422, "The two new passwords differ."),
        (&person.password, "1234567", "1234567", 422, "at least 8 characters"),
        (&person.password, &long, &long, 422, "at most 256 characters"),
        (&person.password, &person.password, &person.password, 422, "must differ"),
        (&person.password, &person.email, &person.email, 422, "must differ"),
    ];
    for (current, new, again, expected, words) in cases {
        let form = [("action", "password"), ("current", current), ("new", new), ("again", again)];
        let answer = account(&app, &session, &form).await.expect(expected);
        assert!(text(&answer).contains(words) && text(&answer).contains("role=\"alert\""), "{words}");
        assert_eq!(status(&app, &session.cookie).await, 200);
    }
}

#[tokio::test]
async fn guessing_the_password_of_an_open_session_is_throttled_too() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    for _ in 0..5 {
        account(&app, &session, &[("action", "begin"), ("password", "wrong")]).await.expect(401);
    }
    let answer =
        account(&app, &session, &[("action", "begin"), ("password", &person.password)]).await.expect(429);
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(status(&app, &session.cookie).await, 200, "the session itself goes on");
}

#[tokio::test]
async fn sessions_end_one_by_one_and_everywhere() {
    let app = TestApp::start().await;
    let (person, stranger) = (admin(&app).await, admin(&app).await);
    let (here, there, theirs) =
        (app.sign_in(&person).await, app.sign_in(&person).await, app.sign_in(&stranger).await);
    let id = |cookie: String| {
        let app = &app;
        async move {
            let current =
                app.get("/leadhold/v1/sessions/current").cookie(&cookie).send().await.expect(200).json();
            current["id"].as_str().unwrap().to_owned()
        }
    };
    let foreign = id(theirs.cookie.clone()).await;
    account(&app, &here, &[("action", "end"), ("session", &foreign)]).await.expect(404);
    assert_eq!(status(&app, &theirs.cookie).await, 200);
    let other = id(there.cookie.clone()).await;
    account(&app, &here, &[("action", "end"), ("session", &other)]).await.expect(303);
    assert_eq!((status(&app, &here.cookie).await, status(&app, &there.cookie).await), (200, 401));
    let ended = account(&app, &here, &[("action", "everywhere")]).await.expect(303);
    assert_eq!(ended.header("location"), "/login");
    assert!(ended.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(status(&app, &here.cookie).await, 401);
}

#[tokio::test]
async fn what_is_shown_is_escaped() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let call = app.post("/leadhold/v1/sessions").token("").header("user-agent", "<script>alert(1)</script>");
    let session =
        leadhold_testkit::SignedIn::from(&call.json(&super::body(&person)).send().await.expect(201));
    let page = text(&app.get("/account").cookie(&session.cookie).send().await.expect(200));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    let page =
        super::login(&app, &[("email", "\"><script>"), ("password", "x"), ("next", "/\"><script>")]).await;
    assert!(!text(&page).contains("<script"), "{}", text(&page));
}
