//! `/login`, `/logout` and `/`.

use leadhold_testkit::{SignedIn, TestApp};

use super::{admin, attempt, body, hidden, login, set_cookie, status, text};

#[tokio::test]
async fn a_person_signs_in_on_the_page_and_goes_on_to_where_they_wanted() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let next = "/oauth/chooselocation?response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=contacts.readonly%20contacts.write&state=a%26b";
    let encoded: String = form_urlencoded_of(next);
    let form = app.get(&format!("/login?next={encoded}")).token("").send().await.expect(200);
    let kept = hidden(&form, "next").replace("&amp;", "&").replace("&#x2f;", "/");
    assert_eq!(kept, next);
    let fields =
        [("next", kept.as_str()), ("email", &person.email.to_uppercase()), ("password", &person.password)];
    let answer = login(&app, &fields).await.expect(303);
    assert_eq!(answer.header("location"), next);
    insta::assert_snapshot!(set_cookie(&answer), @"leadhold_session=[secret]; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
    let session = SignedIn::from(&answer);
    let home = app.get("/").cookie(&session.cookie).send().await.expect(200);
    assert!(text(&home).contains("Hello, Pat Person") && text(&home).contains("/developer/apps"));
    let again = app.get(&format!("/login?next={encoded}")).cookie(&session.cookie).send().await.expect(303);
    assert_eq!(again.header("location"), next, "who is signed in need not do it again");
}

fn form_urlencoded_of(text: &str) -> String {
    let escaped = text.bytes().map(|byte| format!("%{byte:02X}"));
    escaped.collect()
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let targets = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/.//evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "http:evil.example",
        "/\r\nset-cookie:x=y",
    ];
    for target in targets {
        let form = app
            .get(&format!("/login?next={}", form_urlencoded_of(target)))
            .token("")
            .send()
            .await
            .expect(200);
        assert!(!text(&form).contains("evil") && !text(&form).contains("javascript"), "{target}");
        let fields = [("next", target), ("email", person.email.as_str()), ("password", &person.password)];
        let answer = login(&app, &fields).await.expect(303);
        let led = answer.header("location");
        assert!(led == "/" || led == "/set-cookie:x=y", "{target:?} leads to {led}");
        let session = SignedIn::from(&answer);
        let path = format!("/login?next={}", form_urlencoded_of(target));
        let led = app.get(&path).cookie(&session.cookie).send().await.expect(303);
        assert!(["/", "/set-cookie:x=y"].contains(&led.header("location")), "{target:?}");
    }
}

#[tokio::test]
async fn unknown_account_and_wrong_password_look_alike() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let refused = async |email: &str, password: &str| {
        let answer = login(&app, &[("email", email), ("password", password)]).await.expect(401);
        assert_eq!(answer.header("set-cookie"), "");
        text(&answer).replace(email, "[email]").replace(answer.header("x-trace-id"), "[trace]")
    };
    let (wrong, unknown) =
        (refused(&person.email, "wrong").await, refused("nobody@example.com", "wrong").await);
    assert_eq!(wrong, unknown);
    assert!(wrong.contains("The e-mail address, the password or the code is wrong."));
    assert!(wrong.contains("role=\"alert\"") && !wrong.contains("value=\"wrong\""), "{wrong}");
    let long = "x".repeat(2000);
    assert_eq!(refused(&person.email, &long).await, unknown, "a password too long to look at is wrong");

    let api = [
        serde_json::json!({ "email": person.email, "password": "wrong" }),
        serde_json::json!({ "email": "nobody@example.com", "password": "wrong" }),
    ];
    for body in api {
        let answer = attempt(&app, body).await.expect(401);
        insta::allow_duplicates! {
            insta::assert_snapshot!(String::from_utf8_lossy(&answer.body), @r#"{"statusCode":401,"message":"The e-mail address, the password or the code is wrong."}"#);
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let app = TestApp::start().await;
    for fields in
        [&[("email", "a@example.com")][..], &[("password", "x")], &[], &[("email", " "), ("password", "x")]]
    {
        let answer = login(&app, fields).await.expect(422);
        assert!(text(&answer).contains("Enter your e-mail address and your password."));
    }
    let answer = attempt(&app, serde_json::json!({ "email": 1, "name": "x" })).await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property name should not exist",
      "email must be a string",
      "email should not be empty",
      "password must be a string",
      "password should not be empty"
    ]
    "#);
    let nul = login(&app, &[("email", "a\0@example.com"), ("password", "x")]).await.expect(400);
    assert!(text(&nul).contains("U+0000"));
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in_or_out() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let fields = [("email", person.email.as_str()), ("password", person.password.as_str())];
    let from_elsewhere = [
        [("sec-fetch-site", "cross-site"), ("host", "crm.example.com")],
        [("sec-fetch-site", "same-site"), ("host", "crm.example.com")],
        [("origin", "https://evil.example"), ("host", "crm.example.com")],
        [("origin", "null"), ("host", "crm.example.com")],
    ];
    for headers in from_elsewhere {
        let with = |call: leadhold_testkit::Call| {
            headers.iter().fold(call, |call, (name, value)| call.header(name, value))
        };
        let answer = with(app.post("/login").token("").form(&fields)).send().await.expect(403);
        assert_eq!(answer.header("set-cookie"), "");
        let answer =
            with(app.post("/leadhold/v1/sessions").token("").json(&body(&person))).send().await.expect(403);
        assert_eq!(answer.header("set-cookie"), "");
        let session = app.sign_in(&person).await;
        let logout = app.post("/logout").cookie(&session.cookie).form(&[("csrf", &session.csrf)]);
        with(logout).send().await.expect(403);
        assert_eq!(status(&app, &session.cookie).await, 200);
    }
    let same = app.post("/login").token("").form(&fields).header("origin", "https://crm.example.com");
    same.header("host", "crm.example.com").send().await.expect(303);
}

#[tokio::test]
async fn signing_out_needs_the_sessions_own_csrf() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (session, other) = (app.sign_in(&person).await, app.sign_in(&person).await);
    for csrf in ["", "x", &other.csrf] {
        let answer =
            app.post("/logout").cookie(&session.cookie).form(&[("csrf", csrf)]).send().await.expect(403);
        assert!(text(&answer).contains("reload the page"));
        assert_eq!(status(&app, &session.cookie).await, 200);
    }
    app.post("/logout").cookie(&session.cookie).send().await.expect(403);
    let answer =
        app.post("/logout").cookie(&session.cookie).form(&[("csrf", &session.csrf)]).send().await.expect(303);
    assert_eq!(answer.header("location"), "/login");
    insta::assert_snapshot!(set_cookie(&answer), @"leadhold_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(status(&app, &session.cookie).await, 401);
    app.post("/logout").cookie(&session.cookie).send().await.expect(303);
}

#[tokio::test]
async fn pages_cannot_be_framed_scripted_or_kept() {
    let app = TestApp::start().await;
    for path in ["/", "/login"] {
        let page = app.get(path).token("").send().await.expect(200);
        assert!(!text(&page).contains("<script"));
        let policy = page.header("content-security-policy").to_owned();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-frame-options"), "DENY");
    }
    let home = app.get("/").token("").send().await;
    assert!(text(&home).contains("/openapi.json") && text(&home).contains("/login"));
    assert!(!text(&home).contains("/developer/apps"));
}
