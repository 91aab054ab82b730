//! What the edge answers before any handler is asked: behaviours that clients of the real service rely on.

use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_missing_or_wrong_credential_is_told_apart() {
    let app = TestApp::start().await;
    let cases = [
        ("", r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        ("nonsense", r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        (
            "pit-00000000-0000-0000-0000-000000000000",
            r#"{"statusCode":401,"message":"Invalid Private Integration token"}"#,
        ),
    ];
    for (token, body) in cases {
        let answer = app.get("/contacts/x").token(token).send().await.expect(401);
        assert_eq!(answer.body, body);
    }
}

#[tokio::test]
async fn an_agency_and_a_location_cannot_use_each_others_routes() {
    let app = TestApp::start().await;
    let agency = app.get("/contacts/x").token(&app.agency.token).send().await.expect(401);
    insta::assert_json_snapshot!(agency.json(), @r#"
    {
      "statusCode": 401,
      "message": "This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case."
    }
    "#);
    let location = app.get("/locations/search").send().await.expect(403);
    insta::assert_json_snapshot!(location.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 403,
      "message": "Forbidden resource",
      "error": "Forbidden",
      "traceId": "[trace]"
    }
    "#);
}

#[tokio::test]
async fn what_is_not_built_says_so_and_what_does_not_exist_too() {
    let app = TestApp::start().await;
    let planned = app.get("/invoices").send().await.expect(501);
    insta::assert_json_snapshot!(planned.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 501,
      "message": "GET /invoices is part of the documented API and is not built here yet. contract/operations.tsv lists what is served.",
      "error": "Not Implemented",
      "traceId": "[trace]"
    }
    "#);
    let unknown = app.get("/contactz/").send().await.expect(404);
    assert_eq!(unknown.json()["message"], "Cannot GET /contactz/");
    let method = app.delete("/openapi.json").send().await.expect(404);
    assert_eq!(method.json()["message"], "Cannot DELETE /openapi.json");
}

#[tokio::test]
async fn the_version_header_is_optional_unless_strict() {
    let app = TestApp::start().await;
    app.get("/leadhold/v1/health").version("nonsense").send().await.expect(200);
    let wrong = app.get("/invoices").version("2020-01-01").send().await.expect(401);
    assert_eq!(wrong.json(), json!({"statusCode": 401, "message": "version header is invalid"}));
    let gone = app.get("/contacts/").version("v3").send().await.expect(400);
    assert_eq!(
        gone.json()["message"],
        "Endpoint /contacts/ not available in API version v3. This endpoint was removed in version v3. Please use a version before v3."
    );
    let early = app.get("/oauth/installed-locations").token(&app.agency.token).send().await.expect(404);
    assert_eq!(early.json()["message"], "Cannot GET /oauth/installed-locations");

    let strict = TestApp::with(Config { strict_version: true, ..Config::default() }).await;
    let missing = strict.get("/invoices").send().await.expect(401);
    assert_eq!(missing.json(), json!({"statusCode": 401, "message": "version header was not found."}));
}

#[tokio::test]
async fn a_hundred_requests_in_ten_seconds_and_not_one_more() {
    let app = TestApp::start().await;
    for left in (0..100).rev() {
        let answer = app.get("/invoices").send().await.expect(501);
        assert_eq!(answer.header("x-ratelimit-remaining"), left.to_string());
    }
    let refused = app.get("/invoices").send().await.expect(429);
    assert_eq!(refused.body, r#"{"statusCode":429,"message":"Too Many Requests"}"#);
    assert_eq!(refused.header("retry-after"), "", "the real service sends none");
    let headers =
        ["limit-daily", "daily-remaining", "daily-reset", "interval-milliseconds", "max", "remaining"]
            .map(|name| refused.header(&format!("x-ratelimit-{name}")).to_owned());
    assert_eq!(headers, ["200000", "199900", "86400000", "10000", "100", "0"]);

    app.get("/invoices").token(&app.agency.second_token).send().await.expect(501);
    app.clock.advance(10_000);
    app.get("/invoices").send().await.expect(501);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let app = TestApp::start().await;
    let large = vec![b' '; 2 * 1024 * 1024 + 1];
    let refused = app.post("/invoices").body("application/json", large).send().await.expect(413);
    assert_eq!(refused.json()["message"], "The body is larger than 2097152 bytes.");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start().await;
    let answer = app.call(http::Method::HEAD, "/leadhold/v1/health").send().await.expect(200);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn health_metrics_and_description_need_no_credential() {
    let app = TestApp::start().await;
    let health = app.get("/leadhold/v1/health").token("").send().await.expect(200);
    insta::assert_json_snapshot!(health.json(), { ".version" => "[version]" }, @r#"
    {
      "status": "ok",
      "version": "[version]",
      "now": "2026-01-15T10:00:00.000Z",
      "sandbox": true,
      "waiting": {
        "events": 0,
        "jobs": 0,
        "deadJobs": 0
      }
    }
    "#);
    let metrics = app.get("/metrics").token("").send().await.expect(200);
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(
        text.contains(r#"leadhold_requests_total{operation="GET /leadhold/v1/health",status="2xx"} 1"#),
        "{text}"
    );
    let description = app.get("/openapi.json").token("").send().await.expect(200).json();
    assert!(description["paths"]["/leadhold/v1/health"]["get"].is_object());
    assert!(description["paths"].get("/invoices").is_none(), "planned operations are not promised");
}

#[tokio::test]
async fn a_url_that_names_nothing_is_refused_in_the_usual_words() {
    let app = TestApp::start().await;
    for url in
        ["/contacts/a%00b", "/contacts/search?email=%00", "/contacts/?query=a%00bc", "/contacts/?a%00=1"]
    {
        let answer = app.get(url).send().await.expect(400);
        assert_eq!(answer.json()["message"], "The URL must not contain the character U+0000.", "{url}");
    }
    let answer = app.get("/contacts/%FF").send().await.expect(404);
    assert_eq!(answer.json()["message"], "Cannot GET /contacts/%FF");
}
