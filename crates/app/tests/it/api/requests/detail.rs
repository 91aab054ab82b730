//! `GET /leadhold/v1/requests/{traceId}`.

use leadhold_app::Config;
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

async fn detail(app: &TestApp, answer: &Answer, credential: &str, status: u16) -> Value {
    app.write_log().await;
    let path = format!("/leadhold/v1/requests/{}", answer.header("x-trace-id"));
    app.get(&path).token(credential).send().await.expect(status).json()
}

#[tokio::test]
async fn it_has_headers_and_a_command_and_no_bodies() {
    let app = TestApp::start().await;
    let body = json!({"email": "ada@example.com"});
    let made = app.post("/contacts/?x=it's").version("2021-07-28").json(&body).send().await.expect(201);
    let shown = detail(&app, &made, &app.agency.location_token, 200).await;
    insta::assert_json_snapshot!(shown, {
        ".traceId" => "[trace]", ".credentialId" => "[token]", ".companyId" => "[company]", ".locationId" => "[location]",
    }, @r#"
    {
      "traceId": "[trace]",
      "at": "2026-01-15T10:00:00.000Z",
      "method": "POST",
      "path": "/contacts/",
      "query": "x=***",
      "status": 201,
      "durationMicros": 0,
      "client": "private_token",
      "credentialId": "[token]",
      "appId": null,
      "companyId": "[company]",
      "locationId": "[location]",
      "scope": "contacts.write",
      "rateLimit": {
        "admitted": true,
        "remaining": 99,
        "dailyRemaining": 199999
      },
      "requestHeaders": {
        "authorization": "***",
        "version": "2021-07-28",
        "content-type": "application/json"
      },
      "responseHeaders": {
        "content-type": "application/json; charset=utf-8"
      },
      "requestBody": null,
      "responseBody": null,
      "curl": "curl -X POST 'http://127.0.0.1:8080/contacts/?x=***' \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'version: 2021-07-28' \\\n  -H 'content-type: application/json' \\\n  --data-binary @body.json"
    }
    "#);
    insta::assert_snapshot!(shown["curl"].as_str().unwrap(), @r#"
    curl -X POST 'http://127.0.0.1:8080/contacts/?x=***' \
      -H "Authorization: Bearer $TOKEN" \
      -H 'version: 2021-07-28' \
      -H 'content-type: application/json' \
      --data-binary @body.json
    "#);
}

#[tokio::test]
async fn bodies_are_kept_where_they_are_switched_on() {
    let app = TestApp::with(Config { sandbox: true, log_bodies: true, ..Config::default() }).await;
    let body = json!({"email": "ada@example.com", "firstName": "O'Hara"});
    let made = app.post("/contacts/").json(&body).send().await.expect(201);
    let shown = detail(&app, &made, &app.agency.key, 200).await;
    assert_eq!(shown["requestBody"], body.to_string());
    assert_eq!(shown["responseBody"].as_str().unwrap().as_bytes(), &made.body[..]);
    let command = shown["curl"].as_str().unwrap();
    assert!(
        command.contains(r#"--data-raw '{"email":"ada@example.com","firstName":"O'\''Hara"}'"#),
        "{command}"
    );
}

#[tokio::test]
async fn nobody_else_finds_it() {
    let app = TestApp::start().await;
    let asked = app.get("/contacts/x").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token, &app.other.token, &app.other.key] {
        detail(&app, &asked, token, 404).await;
    }
    let refused = app.get("/leadhold/v1/requests/nothing").send().await.expect(404).json();
    assert!(refused["message"].as_str().unwrap().contains("no request with trace id nothing"));
    let nobodys = app.get("/contacts/x").token("").send().await.expect(401);
    detail(&app, &nobodys, &app.agency.key, 404).await;
}
