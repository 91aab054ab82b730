//! `/leadhold/v1/workflows/{workflowId}/hook`: the secret that a hook asks for, and the samples of what came.

use aws_lc_rs::hmac;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::workflows::{made, path_of, waiting};
use super::{listening, paths, received};

async fn guard(app: &TestApp, workflow: &Value, secret: Value) -> Value {
    let path = format!("{}/hook", path_of(workflow));
    app.put(&path).json(&json!({ "secret": secret })).send().await.expect(200).json()
}

#[tokio::test]
async fn a_hook_shows_its_addresses_and_what_it_asks_for() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let path = format!("{}/hook", path_of(&workflow));
    let mut shown = app.get(&path).send().await.expect(200).json();
    let [guide, today] = paths(&workflow);
    assert_eq!(shown["hook"]["url"].take(), format!("http://127.0.0.1:8080{guide}"));
    assert_eq!(shown["hook"]["urlV2"].take(), format!("http://127.0.0.1:8080{today}"));
    insta::assert_json_snapshot!(shown, { ".hook.id" => "[hook]", ".hook.workflowId" => "[workflow]" }, @r#"
    {
      "hook": {
        "id": "[hook]",
        "workflowId": "[workflow]",
        "listening": true,
        "secret": null,
        "url": null,
        "urlV2": null
      }
    }
    "#);
    for (token, status) in [(&app.agency.second_token, 404), (&app.other.location_token, 404)] {
        app.get(&path).token(token).send().await.expect(status);
        app.put(&path).token(token).json(&json!({"secret": null})).send().await.expect(status);
        app.get(&format!("{path}/samples")).token(token).send().await.expect(status);
    }
    app.get("/leadhold/v1/workflows/nothing/hook").send().await.expect(404);
}

#[tokio::test]
async fn with_a_secret_in_a_header_only_who_shows_it_is_heard() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, today] = paths(&workflow);
    let answer = guard(&app, &workflow, json!({"type": "header"})).await;
    assert_eq!(answer["hook"]["secret"], json!({"type": "header", "header": "x-hook-secret"}));
    let secret = answer["secret"].as_str().expect("a secret that is shown this once").to_owned();
    for path in [&guide, &today] {
        let before = app.database.content().await;
        let refused = app.post(path).token("").json(&json!({})).send().await.expect(401).json();
        assert_eq!(refused["message"], "The header x-hook-secret must be the hook's secret.");
        app.post(path).token("").header("x-hook-secret", "guess").json(&json!({})).send().await.expect(401);
        assert_eq!(app.database.content().await, before);
        app.post(path).token("").header("X-Hook-Secret", &secret).json(&json!({})).send().await.expect(200);
        app.clock.advance(1);
    }
    assert_eq!(received(&app, &workflow).await.len(), 2);
    let samples = app.get(&format!("{}/hook/samples", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(samples["samples"][0]["headers"]["x-hook-secret"], "***");
    let shown = app.get(&format!("{}/hook", path_of(&workflow))).send().await.expect(200);
    assert!(!String::from_utf8_lossy(&shown.body).contains(&secret), "it is shown once");

    let open = guard(&app, &workflow, Value::Null).await;
    assert_eq!((&open["hook"]["secret"], open.get("secret")), (&Value::Null, None));
    app.post(&guide).token("").send().await.expect(200);
}

#[tokio::test]
async fn with_an_hmac_the_body_must_be_the_one_that_was_signed() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    let wish =
        json!({"type": "hmac", "header": "X-Shop-Signature", "value": "a secret of mine".replace(' ', "-")});
    let answer = guard(&app, &workflow, wish).await;
    assert_eq!(answer["hook"]["secret"], json!({"type": "hmac", "header": "x-shop-signature"}));
    assert_eq!(answer.get("secret"), None, "who gave it knows it");
    let body = r#"{"a":1}"#;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"a-secret-of-mine"), body.as_bytes());
    let signature = format!("sha256={}", hex::encode(tag));
    let send = |body: &str| {
        app.post(&guide)
            .token("")
            .header("x-shop-signature", &signature)
            .body("application/json", body.to_owned())
    };
    send(body).send().await.expect(200);
    let refused = send(r#"{"a":2}"#).send().await.expect(401).json();
    assert_eq!(
        refused["message"],
        "The header x-shop-signature must be the body's HMAC-SHA256 under the hook's secret."
    );
    assert_eq!(received(&app, &workflow).await, [json!({"a": 1})]);
}

#[tokio::test]
async fn every_fault_of_a_secret_is_told() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let path = format!("{}/hook", path_of(&workflow));
    let before = app.database.content().await;
    let faults =
        async |body: Value| app.put(&path).json(&body).send().await.expect(422).json()["message"].clone();
    insta::assert_json_snapshot!(faults(json!({})).await, @r#"
    [
      "secret must be null or an object"
    ]
    "#);
    insta::assert_json_snapshot!(faults(json!({"secret": "x", "more": 1})).await, @r#"
    [
      "property more should not exist",
      "secret must be an object"
    ]
    "#);
    insta::assert_json_snapshot!(faults(json!({"secret": {"header": "a b", "value": "short"}})).await, @r#"
    [
      "secret.type must be one of the following values: header, hmac",
      "secret.header must be the name of a header",
      "secret.value must have 16 to 255 visible ASCII characters"
    ]
    "#);
    insta::assert_json_snapshot!(faults(json!({"secret": {"type": "basic", "value": "ü".repeat(20)}})).await, @r#"
    [
      "secret.type must be one of the following values: header, hmac",
      "secret.value must have 16 to 255 visible ASCII characters"
    ]
    "#);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn samples_are_the_newest_requests_with_their_headers_redacted() {
    let app = TestApp::start().await;
    let draft = made(&app, &waiting()).await;
    let [guide, _] = paths(&draft);
    for n in 0..22 {
        let call = app.post(&format!("{guide}&source=ad")).token("pit-00000000-0000-4000-8000-000000000000");
        let call = call.header("user-agent", "WordPress/6.4").header("cookie", "session=12345");
        call.json(&json!({"n": n})).send().await.expect(200);
        app.clock.advance(1);
    }
    let path = format!("{}/hook/samples", path_of(&draft));
    let all = app.get(&path).send().await.expect(200).json();
    assert_eq!(all["samples"].as_array().map(Vec::len), Some(20));
    let some = app.get(&format!("{path}?limit=1")).send().await.expect(200).json();
    insta::assert_json_snapshot!(some, { ".samples[].id" => "[request]" }, @r#"
    {
      "samples": [
        {
          "id": "[request]",
          "at": "2026-01-15T10:00:00.021Z",
          "method": "POST",
          "headers": {
            "authorization": "***",
            "user-agent": "WordPress/6.4",
            "cookie": "***",
            "content-type": "application/json"
          },
          "body": {
            "n": 21,
            "source": "ad"
          },
          "test": true
        }
      ]
    }
    "#);
    app.get(&format!("{path}?limit=21")).send().await.expect(422);

    app.post(&format!("{}/publish", path_of(&draft))).send().await.expect(200);
    app.call(http::Method::PUT, &guide).token("").json(&json!({"n": "real"})).send().await.expect(200);
    let newest = app.get(&format!("{path}?limit=1")).send().await.expect(200).json();
    let [newest] = &newest["samples"].as_array().expect("a list")[..] else { panic!("{newest}") };
    let told = (&newest["test"], &newest["method"], &newest["body"]);
    assert_eq!(told, (&json!(false), &json!("PUT"), &json!({"n": "real"})));
}
