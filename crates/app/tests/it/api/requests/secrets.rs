//! Nothing that opens something reaches the log, wherever a client puts it.

use http::Method;
use leadhold_app::Config;
use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

const CANARY: &str = "canary8842";

/// A token of ours, as far as anyone can see.
const TOKEN: &str = "pit-ca4a4y00-8842-4000-8000-000000000000";

async fn send_everything(app: &TestApp) {
    let query = format!(
        "code={CANARY}&access_token={CANARY}&email={CANARY}@example.com&phone={CANARY}&state={CANARY}"
    );
    let call = |method: Method, path: &str| {
        app.call(method, path)
            .header("cookie", &format!("leadhold_session={CANARY}"))
            .header("x-csrf-token", CANARY)
            .header("x-api-key", CANARY)
            .header("proxy-authorization", CANARY)
            .header("x-forwarded-for", CANARY)
            .header("idempotency-key", CANARY)
            .header("x-anything", TOKEN)
            .header("referer", &format!("https://app.example/callback?code={CANARY}"))
    };
    let secrets = json!({
        "password": CANARY, "client_secret": CANARY, "refresh_token": CANARY, "code": CANARY, "note": TOKEN,
        "nested": [{"totpSecret": CANARY}],
    });
    call(Method::GET, &format!("/contacts/?{query}")).send().await;
    call(Method::GET, &format!("/contacts/{TOKEN}")).send().await;
    call(Method::POST, "/contacts/").json(&secrets).send().await.expect(422);
    let form = format!("client_secret={CANARY}&code={CANARY}&refresh_token={CANARY}&note={TOKEN}");
    call(Method::POST, "/contacts/").body("application/x-www-form-urlencoded", form).send().await;
    call(Method::POST, "/contacts/").body("text/plain", CANARY).send().await;
    let hook = format!("/v1/hooker/{CANARY}-0000-4000-8000-000000000000?company_id=x&secret={CANARY}");
    call(Method::POST, &hook).json(&secrets).send().await.expect(200);
    call(Method::GET, &format!("/nowhere/{CANARY}-0000-4000-8000-000000000000")).send().await.expect(404);
    app.get("/contacts/x").token(&format!("{CANARY}-no-token")).send().await.expect(401);
}

#[tokio::test]
async fn no_secret_reaches_the_log_with_or_without_bodies() {
    for log_bodies in [false, true] {
        let app = TestApp::with(Config { sandbox: true, log_bodies, ..Config::default() }).await;
        send_everything(&app).await;
        app.write_log().await;
        let lines = app.database.log_content().await;
        assert_eq!(lines.len(), 8);
        let text = lines.join("\n");
        for secret in [CANARY, TOKEN, &app.agency.location_token] {
            assert!(
                !text.contains(secret),
                "{secret}: {:?}",
                lines.iter().find(|line| line.contains(secret))
            );
        }
        assert_eq!(text.contains("totpSecret"), log_bodies, "the name stays where bodies are kept");
    }
}

#[tokio::test]
async fn a_persons_forms_and_sign_in_leave_nothing() {
    let app = TestApp::with(Config { sandbox: true, log_bodies: true, ..Config::default() }).await;
    let person = app.person(&app.agency, Type::Agency, Role::Admin, &[]).await;
    let session = app.sign_in(&person).await;
    let form =
        [("action", "password"), ("csrf", &session.csrf), ("current", &person.password), ("new", CANARY)];
    app.post("/account").cookie(&session.cookie).form(&form).send().await;
    app.post("/login").token("").form(&[("email", CANARY), ("password", CANARY)]).send().await;
    let body = json!({"email": person.email, "password": person.password});
    app.post("/leadhold/v1/sessions").token("").json(&body).send().await;
    app.write_log().await;
    let lines = app.database.log_content().await;
    assert!(lines.len() >= 3);
    for secret in [CANARY, &person.password, &session.cookie, &session.csrf] {
        assert!(
            !lines.join("\n").contains(secret),
            "{secret}: {:?}",
            lines.iter().find(|l| l.contains(secret))
        );
    }
}

#[tokio::test]
async fn without_the_switch_no_body_is_kept() {
    let app = TestApp::start().await;
    app.post("/contacts/").json(&json!({"email": "canary@example.com"})).send().await.expect(201);
    app.write_log().await;
    assert!(!app.database.log_content().await.join("\n").contains("canary"));
}
