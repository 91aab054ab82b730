//! `/leadhold/v1/inspect/{name}` and its page.

use http::Method;
use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

const HERE: &str = "/leadhold/v1/inspect/orders";

async fn requests(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{HERE}/requests{query}")).token("").send().await.expect(200).json()
}

#[tokio::test]
async fn whatever_is_sent_is_kept_and_answered() {
    let app = TestApp::start().await;
    let body = json!({"type": "ContactCreate"}).to_string();
    let signature = app.app.world.keys.sign(&body.clone().into()).await.ghl;
    let call = app.post(&format!("{HERE}/deep/er?a=1")).token("pit-00000000-0000-4000-8000-000000000000");
    let call = call.header("x-ghl-signature", &signature).body("application/json", body);
    let answer = call.send().await.expect(200);
    assert_eq!(answer.json(), json!({"received": true, "id": "1"}));
    insta::assert_json_snapshot!(requests(&app, "").await, {r#".requests[].headers["x-ghl-signature"]"# => "[signature]"}, @r#"
    {
      "requests": [
        {
          "id": "1",
          "at": "2026-01-15T10:00:00.000Z",
          "method": "POST",
          "target": "/leadhold/v1/inspect/orders/deep/er?a=1",
          "headers": {
            "authorization": "***",
            "x-ghl-signature": "[signature]",
            "content-type": "application/json"
          },
          "body": "{\"type\":\"ContactCreate\"}",
          "bodyLength": 24,
          "bodyCut": false,
          "signatures": {
            "x-ghl-signature": "verifies",
            "x-wh-signature": "unsigned",
            "webhook-signature": "unsigned"
          }
        }
      ],
      "next": null
    }
    "#);
}

#[tokio::test]
async fn every_method_is_taken() {
    let app = TestApp::start().await;
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for method in methods {
        let method: Method = method.parse().unwrap();
        app.call(method.clone(), HERE).token("").send().await.expect(200);
        app.call(method, &format!("{HERE}/below/")).token("").send().await.expect(200);
    }
    let came = requests(&app, "?limit=50").await;
    let mut seen: Vec<_> = came["requests"].as_array().unwrap().iter().map(|r| r["method"].clone()).collect();
    seen.reverse();
    seen.dedup();
    assert_eq!(Value::from(seen), json!(methods));
    assert_eq!(came["requests"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn a_changed_byte_and_a_missing_signature_are_told_apart() {
    let app = TestApp::start().await;
    let signature = app.app.world.keys.sign(&"{\"a\":1}".into()).await.ghl;
    for (body, signature) in
        [("{\"a\":1}", signature.as_str()), ("{\"a\":2}", &signature), ("{\"a\":1}", "N/A")]
    {
        let call = app.post(HERE).token("").header("x-ghl-signature", signature);
        call.body("application/json", body).send().await.expect(200);
    }
    let came = requests(&app, "").await;
    let verdicts: Vec<_> = came["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["signatures"]["x-ghl-signature"].clone())
        .collect();
    assert_eq!(Value::from(verdicts), json!(["unsigned", "differs", "verifies"]));
}

#[tokio::test]
async fn a_failure_can_be_rehearsed() {
    let app = TestApp::start().await;
    let path = format!("{HERE}/answer");
    let wanted = json!({"status": 503, "body": "busy", "headers": {"retry-after": "60"}, "times": 2});
    let set = app.put(&path).token("").json(&wanted).send().await.expect(200).json();
    assert_eq!(set, app.get(&path).token("").send().await.expect(200).json());
    for _ in 0..2 {
        let answer = app.post(HERE).token("").json(&json!({})).send().await.expect(503);
        assert_eq!((&answer.body[..], answer.header("retry-after")), (&b"busy"[..], "60"));
    }
    app.post(HERE).token("").json(&json!({})).send().await.expect(200);
    app.put(&path).token("").json(&json!({"status": 410})).send().await.expect(200);
    app.post(HERE).token("").json(&json!({})).send().await.expect(410);
    app.put(&path).token("").json(&json!({"status": 42})).send().await.expect(422);
    app.post(HERE).token("").json(&json!({})).send().await.expect(410);
    app.put(&path).token("").json(&json!({})).send().await.expect(200);
    app.post(HERE).token("").json(&json!({})).send().await.expect(200);
    assert_eq!(requests(&app, "").await["requests"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn the_list_is_paged_and_can_be_emptied() {
    let app = TestApp::start().await;
    for i in 0..5 {
        app.post(HERE).token("").json(&json!({"i": i})).send().await.expect(200);
    }
    app.post("/leadhold/v1/inspect/other").token("").json(&json!({})).send().await.expect(200);
    let (mut bodies, mut after) = (Vec::new(), String::new());
    for more in [true, true, false] {
        let page = requests(&app, &format!("?limit=2{after}")).await;
        bodies.extend(page["requests"].as_array().unwrap().iter().map(|r| r["body"].clone()));
        assert_eq!(page["next"].is_string(), more, "{page}");
        after = format!("&after={}", page["next"].as_str().unwrap_or_default());
    }
    assert_eq!(Value::from(bodies), json!([4, 3, 2, 1, 0].map(|i| format!("{{\"i\":{i}}}"))));
    app.get(&format!("{HERE}/requests?limit=51&after=x")).token("").send().await.expect(422);
    let emptied = app.delete(&format!("{HERE}/requests")).token("").send().await.expect(200).json();
    assert_eq!(emptied, json!({"deleted": 5}));
    assert_eq!(requests(&app, "").await, json!({"requests": [], "next": null}));
    let names = app.get("/leadhold/v1/inspect").token("").send().await.expect(200).json();
    let counts: Vec<_> = names["inspectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (n["name"].clone(), n["requests"].clone()))
        .collect();
    assert_eq!(counts.len(), 2);
    assert!(counts.contains(&("orders".into(), 0.into())) && counts.contains(&("other".into(), 1.into())));
}

#[tokio::test]
async fn it_keeps_a_bounded_amount() {
    use leadhold_app::inspect::{KEPT_BODY, NAMES, REQUESTS};

    let app = TestApp::start().await;
    let long = "é".repeat(KEPT_BODY);
    app.post(HERE).token("").body("text/plain", format!("x{long}")).send().await.expect(200);
    let kept = requests(&app, "").await["requests"][0].clone();
    assert_eq!((&kept["bodyLength"], &kept["bodyCut"]), (&json!(1 + 2 * KEPT_BODY), &json!(true)));
    assert_eq!(kept["body"].as_str().unwrap().len(), KEPT_BODY - 1, "no half of a character");
    app.post(HERE).token("").body("application/octet-stream", &b"\xff\x00"[..]).send().await.expect(200);
    assert_eq!(requests(&app, "").await["requests"][0]["bodyBase64"], "/wA=");

    for _ in 0..REQUESTS {
        app.post(HERE).token("").body("text/plain", "new").send().await.expect(200);
    }
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = requests(&app, &format!("?limit=50{after}")).await;
        all.extend(page["requests"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(i64::try_from(all.len()).unwrap(), REQUESTS);
    assert!(all.iter().all(|request| request["body"] == "new"));

    for i in 0..NAMES {
        app.clock.advance(1);
        app.get(&format!("/leadhold/v1/inspect/n{i}")).token("").send().await.expect(200);
    }
    let names = app.get("/leadhold/v1/inspect").token("").send().await.expect(200).json();
    assert_eq!(i64::try_from(names["inspectors"].as_array().unwrap().len()).unwrap(), NAMES);
    assert_eq!(requests(&app, "").await["requests"], json!([]), "the name that was unused for longest went");
}

#[tokio::test]
async fn a_name_is_short_and_plain() {
    let app = TestApp::start().await;
    for name in ["a%20b", "%F0%9F%A6%80", &"x".repeat(65)] {
        app.post(&format!("/leadhold/v1/inspect/{name}")).token("").send().await.expect(422);
        app.get(&format!("/leadhold/v1/inspect/{name}/requests")).token("").send().await.expect(422);
    }
}

#[tokio::test]
async fn our_own_deliveries_reach_it() {
    let app = TestApp::start().await;
    let (url, _serving) = app.serve().await;
    super::webhooks::listen(&app, &format!("{url}{HERE}")).await;
    super::webhooks::create_contact(&app).await;
    let came = requests(&app, "").await;
    assert_eq!(came["requests"][0]["signatures"]["x-ghl-signature"], "verifies", "{came}");
    let body: Value = serde_json::from_str(came["requests"][0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["type"], "ContactCreate");
}

#[tokio::test]
async fn the_page_shows_what_came_and_how_to_send() {
    let app = TestApp::start().await;
    let page = async |path: &str| {
        let answer = app.get(path).token("").send().await.expect(200);
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    assert!(page("/inspect").await.contains("Nothing was sent yet"));
    assert!(page("/inspect/orders").await.contains("Nothing came yet"));
    app.post(HERE).token("").json(&json!({"a": "<b>"})).send().await.expect(200);
    let shown = page("/inspect/orders").await;
    assert!(
        shown.contains("{\n  &quot;a&quot;: &quot;&lt;b&gt;&quot;\n}") && shown.contains("unsigned"),
        "{shown}"
    );
    assert!(page("/inspect").await.contains("href=\"/inspect/orders\""));
    let jump = app.get("/inspect?name=orders").token("").send().await.expect(303);
    assert_eq!(jump.header("location"), "/inspect/orders");

    let act = async |fields: &[(&str, &str)], status| {
        app.post("/inspect/orders").token("").form(fields).send().await.expect(status);
    };
    act(&[("action", "answer"), ("status", "503")], 303).await;
    app.post(HERE).token("").send().await.expect(503);
    act(&[("action", "answer"), ("status", "twelve")], 422).await;
    act(&[("action", "burn")], 400).await;
    act(&[("action", "empty")], 303).await;
    assert!(page("/inspect/orders").await.contains("Nothing came yet"));
}

#[tokio::test]
async fn outside_the_sandbox_it_is_refused() {
    let app = TestApp::with(Config::default()).await;
    for path in [HERE, "/leadhold/v1/inspect/orders/x", "/leadhold/v1/inspect", "/inspect", "/inspect/orders"]
    {
        app.get(path).token("").send().await.expect(403);
    }
    app.get(&format!("{HERE}/requests")).token("").send().await.expect(403);
    app.put(&format!("{HERE}/answer")).token("").json(&json!({})).send().await.expect(403);
    app.delete(&format!("{HERE}/requests")).token("").send().await.expect(403);
    let untouched = app.database.content().await;
    assert_eq!(untouched["inspectors"].len() + untouched["inspected_requests"].len(), 0);
}
